namespace Turnpike.Gateway;

/// <summary>Answers that are kept for requests that ask for it (<c>X-OpenRouter-Cache</c>): in memory, of this process.</summary>
public sealed record ResponseCacheOptions
{
    /// <summary>Whether any are. Default on.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Larger answers are not kept. Default 1 MiB, 1 KiB to 64 MiB.</summary>
    public int AnswerBytesMax { get; init; } = 1 << 20;

    /// <summary>Bytes of all answers. Default 64 MiB, 64 KiB to 64 GiB.</summary>
    public long BytesMax { get; init; } = 64 << 20;
}
