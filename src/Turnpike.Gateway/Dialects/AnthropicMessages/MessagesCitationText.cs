using System.Buffers;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>A source as a citation. The index that Anthropic seals into it is empty: that tells ours from Anthropic's own when it comes back.</summary>
internal static class MessagesCitationText
{
    public static byte[] Of(UrlCitation citation)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = JsonWriting.To(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "web_search_result_location"u8);
            json.WriteString("url"u8, citation.Url);
            json.WriteString("title"u8, citation.Title);
            json.WriteString("cited_text"u8, citation.Content ?? "");
            json.WriteString("encrypted_index"u8, ""u8);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
