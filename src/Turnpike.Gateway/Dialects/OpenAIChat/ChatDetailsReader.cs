using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads OpenRouter's <c>reasoning_details</c> of an answer or a chunk.</summary>
internal static class ChatDetailsReader
{
    /// <summary>False where none of it is text that can be read.</summary>
    public static bool Read(ReadOnlySpan<byte> details, int choice, AnswerSink sink)
    {
        using var document = JsonDocument.Parse(details.ToArray());
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var position = 0;
        var toldText = false;
        foreach (var detail in document.RootElement.EnumerateArray())
        {
            toldText |= ReadOne(detail, position++, choice, sink);
        }

        return toldText;
    }

    private static bool ReadOne(JsonElement detail, int position, int choice, AnswerSink sink)
    {
        if (detail.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var kind = detail.Text("type") switch
        {
            "reasoning.summary" => ReasoningKind.Summary,
            "reasoning.encrypted" => ReasoningKind.Encrypted,
            _ => ReasoningKind.Text,
        };
        var text = detail.Text("text") ?? detail.Text("summary") ?? detail.Text("data");
        sink.Reasoning(choice, new(kind, (int)(detail.Integer("index") ?? position), detail.Text("format"))
        {
            Text = JsonText.Inside(text ?? ""),
            Signature = JsonText.Inside(detail.Text("signature") ?? ""),
            Id = JsonText.Inside(detail.Text("id") ?? ""),
        });
        return kind != ReasoningKind.Encrypted && !string.IsNullOrEmpty(text);
    }
}
