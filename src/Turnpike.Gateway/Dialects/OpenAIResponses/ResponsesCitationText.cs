using System.Buffers;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>A source as an annotation.</summary>
internal static class ResponsesCitationText
{
    /// <param name="part">The text that names it; a source without a place stands at its end.</param>
    public static byte[] Of(UrlCitation citation, ResponsesPart part)
    {
        var end = part.Text.Length;
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = JsonWriting.To(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "url_citation"u8);
            json.WriteString("url"u8, citation.Url);
            json.WriteString("title"u8, citation.Title ?? "");
            json.WriteNumber("start_index"u8, citation.StartIndex ?? end);
            json.WriteNumber("end_index"u8, citation.EndIndex ?? citation.StartIndex ?? end);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
