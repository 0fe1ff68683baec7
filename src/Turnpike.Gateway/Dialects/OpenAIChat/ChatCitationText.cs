using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes a source as an element of <c>annotations</c>. Title and place are always there, since OpenAI's clients refuse an answer without:
/// what nobody said is empty, and 0.</summary>
internal static class ChatCitationText
{
    public static void Append(ref PooledBuffer output, UrlCitation citation)
    {
        output.Append("{\"type\":\"url_citation\",\"url_citation\":{\"url\":"u8);
        output.Append(JsonText.Quote(citation.Url));
        AppendText(ref output, ",\"title\":"u8, citation.Title ?? "");
        AppendText(ref output, ",\"content\":"u8, citation.Content);
        output.Append(",\"start_index\":"u8);
        JsonText.AppendNumber(ref output, citation.StartIndex ?? 0);
        output.Append(",\"end_index\":"u8);
        JsonText.AppendNumber(ref output, citation.EndIndex ?? citation.StartIndex ?? 0);
        output.Append("}}"u8);
    }

    /// <summary>Writes annotations that are JSON already, without the brackets around.</summary>
    public static void AppendAll(ref PooledBuffer output, List<byte[]> annotations)
    {
        for (var i = 0; i < annotations.Count; i++)
        {
            output.Append(i > 0 ? ","u8 : default);
            output.Append(annotations[i]);
        }
    }

    private static void AppendText(ref PooledBuffer output, scoped ReadOnlySpan<byte> member, string? text)
    {
        if (text is not null)
        {
            output.Append(member);
            output.Append(JsonText.Quote(text));
        }
    }
}
