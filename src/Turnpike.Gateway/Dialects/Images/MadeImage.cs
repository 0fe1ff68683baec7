using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>An image that a provider made.</summary>
/// <param name="Base64">Valid, not empty.</param>
internal sealed record MadeImage(byte[] Base64, string MediaType, string? RevisedPrompt)
{
    /// <summary>Reads an entry of an answer; null for what is no image.</summary>
    public static MadeImage? Read(JsonElement entry)
    {
        if (entry.Text("b64_json") is not { } text)
        {
            return null;
        }

        var start = text.StartsWith("data:", StringComparison.Ordinal) ? text.IndexOf(',', StringComparison.Ordinal) + 1 : 0;
        var base64 = Encoding.ASCII.GetBytes(text, start, text.Length - start);
        return ImageType.Of(base64) is { } type ? new(base64, type, entry.Text("revised_prompt")) : null;
    }

    public byte[] Bytes()
    {
        var bytes = new byte[System.Buffers.Text.Base64.GetMaxDecodedFromUtf8Length(Base64.Length)];
        System.Buffers.Text.Base64.DecodeFromUtf8(Base64, bytes, out _, out var written);
        return bytes[..written];
    }

    /// <summary>The image as an address that holds it.</summary>
    public string Inline() => $"data:{MediaType};base64,{Encoding.ASCII.GetString(Base64)}";
}
