using Turnpike.Core.Inference;

namespace Turnpike.Storage.Journal;

/// <summary>How many bytes of UTF-8 of each text are kept. Longer ones are cut at a character's boundary.</summary>
/// <remarks>The wide limits are the usual ones; the narrow ones hold where the ring is nearly full, so that a settlement fits its reserve.</remarks>
internal sealed record TextLimits
{
    public static TextLimits Wide { get; } = new()
    {
        Id = 64, Model = 256, Provider = 128, Endpoint = 256, Word = 64, UpstreamId = 256, User = 256, Session = 256,
        Referer = 512, Title = 256, Agent = 256, Request = 128, Details = GenerationDetails.BytesMax, Attempts = JournalFormat.AttemptsMax,
    };

    public static TextLimits Narrow { get; } = new()
    {
        Id = 64, Model = 128, Provider = 48, Endpoint = 96, Word = 24, UpstreamId = 64, User = 64, Session = 32,
        Referer = 32, Title = 24, Agent = 24, Request = 40, Details = 0, Attempts = 0,
    };

    public required int Id { get; init; }

    public required int Model { get; init; }

    public required int Provider { get; init; }

    public required int Endpoint { get; init; }

    /// <summary>Finish reasons, service tier, API type, error types.</summary>
    public required int Word { get; init; }

    public required int UpstreamId { get; init; }

    public required int User { get; init; }

    public required int Session { get; init; }

    public required int Referer { get; init; }

    public required int Title { get; init; }

    public required int Agent { get; init; }

    public required int Request { get; init; }

    public required int Details { get; init; }

    public required int Attempts { get; init; }
}
