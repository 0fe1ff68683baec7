using System.Text;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Where the bytes of a medium are: exactly one of <see cref="Url"/>, <see cref="Base64"/>, <see cref="FileId"/> and <see cref="PlainText"/> is set.</summary>
internal sealed record MediaSource
{
    /// <summary>An address that somebody has to fetch; never a <c>data:</c> address, which is <see cref="Base64"/>.</summary>
    public string? Url { get; init; }

    /// <summary>The bytes in base64, as they stand in the caller's body.</summary>
    public ReadOnlyMemory<byte>? Base64 { get; init; }

    /// <summary>The provider's id of a file that was uploaded to it.</summary>
    public string? FileId { get; init; }

    /// <summary>A document that is plain text.</summary>
    public string? PlainText { get; init; }

    /// <summary>image/png, application/pdf, audio/wav …; null where nobody said, as with addresses.</summary>
    public string? MediaType { get; init; }

    /// <summary>Bytes as they stand in <see cref="Base64"/>.</summary>
    public static byte[] ToBase64(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));

    /// <summary>What it says where it is text, in the body or as bytes; null for anything else.</summary>
    public string? ReadText()
    {
        if (PlainText is not null || Base64 is not { } base64 || !IsText)
        {
            return PlainText;
        }

        var bytes = new byte[System.Buffers.Text.Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        System.Buffers.Text.Base64.DecodeFromUtf8(base64.Span, bytes, out _, out var written);
        return Encoding.UTF8.GetString(bytes, 0, written);
    }

    /// <summary>What OpenAI calls the form of a recording: <c>wav</c>, <c>mp3</c> and their like.</summary>
    public string AudioFormat => (MediaType is null ? "wav" : MediaType[(MediaType.IndexOf('/', StringComparison.Ordinal) + 1)..]) switch
    {
        "mpeg" => "mp3",
        "x-wav" or "wave" => "wav",
        var format => format,
    };

    private bool IsText => MediaType == "application/json" || MediaType?.StartsWith("text/", StringComparison.Ordinal) == true;
}
