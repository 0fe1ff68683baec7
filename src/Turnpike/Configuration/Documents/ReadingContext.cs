using Turnpike.Configuration.Values;

namespace Turnpike.Configuration.Documents;

/// <summary>What reading a document needs besides the document.</summary>
internal sealed class ReadingContext
{
    public required FaultList Faults { get; init; }

    public required SecretReader Secrets { get; init; }

    /// <summary>The day, UTC, whose prices are read.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>When set, collects every field that was asked for: <c>providers[].timeouts.connect</c>. The test of the JSON schema uses it.</summary>
    public SortedSet<string>? FieldsAsked { get; init; }
}
