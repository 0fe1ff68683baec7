namespace Turnpike.Storage.Journal;

/// <summary>A hold as it stands in the ring.</summary>
internal readonly struct HoldView
{
    public HoldView(RecordReader reader)
    {
        AccountId = reader.Long();
        Amount = reader.Long();
        At = reader.Long();
        LeaseUntil = reader.Long();
        KeyHash = reader.HashBytes();
        Id = reader.Text();
        Model = reader.Text();
        ExternalUser = reader.Text();
    }

    public long AccountId { get; }

    public long Amount { get; }

    /// <summary>Microseconds since 1970, like all times here.</summary>
    public long At { get; }

    public long LeaseUntil { get; }

    public TextView KeyHash { get; }

    public TextView Id { get; }

    public TextView Model { get; }

    public TextView ExternalUser { get; }
}
