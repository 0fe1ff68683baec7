using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads the reasoning that a client sends back with an assistant's message: <c>reasoning_details</c> where it kept them, else the
/// bare text, which no provider will take for its own.</summary>
internal static class ChatReasoningReader
{
    public static List<Part> Read(JsonElement message)
    {
        if (message.TryMember("reasoning_details", out var details) && details.ValueKind == JsonValueKind.Array && details.GetArrayLength() > 0)
        {
            return [.. details.EnumerateArray().Select(ReadDetail).OfType<Part>()];
        }

        return (message.Text("reasoning") ?? message.Text("reasoning_content")) is { Length: > 0 } text
            ? [new ReasoningPart(ReasoningKind.Text, Format: null) { Text = text }]
            : [];
    }

    private static ReasoningPart? ReadDetail(JsonElement detail)
    {
        var format = detail.Text("format");
        var kind = detail.Text("type") switch
        {
            "reasoning.text" => ReasoningKind.Text,
            "reasoning.summary" => ReasoningKind.Summary,
            "reasoning.encrypted" => ReasoningKind.Encrypted,
            _ => (ReasoningKind?)null,
        };
        return kind is null ? null : new(kind.Value, format)
        {
            Text = detail.Text("text") ?? detail.Text("summary"),
            Signature = detail.Text("signature"),
            Data = detail.Text("data"),
            Id = detail.Text("id"),
            Index = (int?)detail.Integer("index"),
        };
    }
}
