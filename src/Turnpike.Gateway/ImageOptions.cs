namespace Turnpike.Gateway;

/// <summary>Images that are told by address: kept in memory, of this process.</summary>
public sealed record ImageOptions
{
    /// <summary>How long an image is kept. Default 1 h, 1 s to 24 h.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes of all images; the oldest give way. Default 256 MiB, 1 KiB to 16 GiB.</summary>
    public long BytesMax { get; init; } = 256 << 20;
}
