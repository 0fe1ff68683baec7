namespace Turnpike.Gateway;

/// <summary>Whether responses are kept for callers that ask for it (<c>store: true</c>).</summary>
public sealed record ResponseOptions
{
    /// <summary>They are; prompts and answers stand in the database then. Default off.</summary>
    public bool Store { get; init; }

    /// <summary>How long a response is kept. Default 720 h (30 days), 1 min to 8,784 h.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(720);

    /// <summary>Bytes of one response with all that it answers; a larger one is not kept. Default 4 MiB, 1 KiB to 64 MiB.</summary>
    public int BytesMax { get; init; } = 4 << 20;

    /// <summary>Responses of one key; the oldest give way. Default 10,000, 1 to 1,000,000.</summary>
    public int CountMax { get; init; } = 10_000;
}
