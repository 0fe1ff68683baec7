using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads images and sources of a chat answer.</summary>
internal static class ChatMediaAnswer
{
    /// <summary><c>[{"type":"image_url","image_url":{"url":"data:…"}}]</c></summary>
    public static void ReadImages(ReadOnlySpan<byte> images, int choice, AnswerSink sink)
    {
        var json = new Utf8JsonReader(images);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("url"u8) && json.Read() && json.TokenType == JsonTokenType.String)
            {
                var address = json.ValueSpan;
                var comma = address.IndexOf((byte)',');
                if (address.StartsWith("data:"u8) && comma > 0)
                {
                    var type = address[5..comma];
                    var end = type.IndexOf((byte)';');
                    sink.Image(choice, end < 0 ? type : type[..end], address[(comma + 1)..]);
                }
                else
                {
                    sink.Image(choice, default, address);
                }
            }
        }
    }

    /// <summary><c>[{"type":"url_citation","url_citation":{…}}]</c></summary>
    public static void ReadCitations(ReadOnlySpan<byte> annotations, int choice, AnswerSink sink)
    {
        using var document = JsonDocument.Parse(annotations.ToArray());
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var annotation in document.RootElement.EnumerateArray())
        {
            var citation = annotation.TryMember("url_citation", out var inner) ? inner : annotation;
            if (citation.Text("url") is { } url)
            {
                sink.Citation(choice, new(
                    url, citation.Text("title"), citation.Text("content"), (int?)citation.Integer("start_index"), (int?)citation.Integer("end_index")));
            }
        }
    }
}
