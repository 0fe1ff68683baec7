using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>Writes messages: a text, and images beside it.</summary>
internal sealed class OllamaMessageWriter(Utf8JsonWriter json, DroppedParameters dropped)
{
    private readonly Dictionary<string, string> _callNames = new(StringComparer.Ordinal);

    /// <param name="instruction">Words of ours, behind the system's own; null is none.</param>
    public GatewayError? WriteAll(IReadOnlyList<Message> messages, string? instruction)
    {
        json.WriteStartArray("messages"u8);
        var head = 0;
        while (head < messages.Count && messages[head].Role is Role.System or Role.Developer)
        {
            WriteText("system", messages[head++].Text);
        }

        if (instruction is not null)
        {
            WriteText("system", instruction);
        }

        foreach (var message in ShownMedia.Moved([.. messages.Skip(head)]))
        {
            if (Write(message) is { } unsaid)
            {
                return unsaid;
            }
        }

        json.WriteEndArray();
        return null;
    }

    private GatewayError? Write(Message message)
    {
        dropped.AddIf(message.Parts.Exists(static p => p is RawPart), "messages.content");
        if (message is { Role: Role.Assistant, Parts.Count: > 0 } && message.Parts.TrueForAll(static p => p is RawPart))
        {
            return null; // a turn of which nothing can be said is no empty turn
        }

        switch (message.Role)
        {
            case Role.System:
            case Role.Developer:
                WriteText("system", message.Text);
                return null;
            case Role.User:
                return WriteUser(message);
            case Role.Assistant:
                WriteAssistant(message);
                return null;
            case Role.Tool:
                WriteResult((ToolResultPart)message.Parts[0]); // it has exactly this one
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void WriteText(string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, text);
        json.WriteEndObject();
    }

    private GatewayError? WriteUser(Message message)
    {
        var texts = new List<string>();
        var images = new List<MediaPart>();
        foreach (var part in message.Parts)
        {
            if (part is TextPart text)
            {
                texts.Add(text.Text);
            }
            else if (part is MediaPart media && Sort(media, texts, images) is { } unsaid)
            {
                return unsaid;
            }
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteString("content"u8, string.Join('\n', texts));
        if (images.Count > 0)
        {
            json.WriteStartArray("images"u8);
            images.ForEach(i => json.WriteStringValueSegment(i.Source.Base64!.Value.Span, isFinalSegment: true)); // as was sorted
            json.WriteEndArray();
        }

        json.WriteEndObject();
        return null;
    }

    private static GatewayError? Sort(MediaPart media, List<string> texts, List<MediaPart> images)
    {
        if (media.Source.Url is not null)
        {
            return GatewayErrors.InvalidField("messages", "holds an address that could not be fetched, and this model takes none.");
        }

        if (media.Kind == MediaKind.Image && media.Source.Base64 is not null)
        {
            images.Add(media);
            return null;
        }

        if (media.Kind != MediaKind.Document || media.Source.ReadText() is not { } text)
        {
            return media.Unsayable;
        }

        texts.Add(media.Words(text));
        return null;
    }

    private void WriteAssistant(Message message)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, string.Concat(message.Parts.Select(static p => p switch { TextPart t => t.Text, RefusalPart r => r.Text, _ => "" })));
        var thought = string.Concat(message.Parts.OfType<ReasoningPart>().Where(IsOwn).Select(static r => r.Text));
        json.StringIf("thinking", thought.Length > 0 ? thought : null);
        WriteCalls(message.Parts.OfType<ToolCallPart>().ToList());
        json.WriteEndObject();
    }

    // Thoughts of open models carry no sign of whose they are.
    private static bool IsOwn(ReasoningPart part) => part is { Kind: ReasoningKind.Text, Signature: null, Format: null or ReasoningFormats.Unknown };

    private void WriteCalls(List<ToolCallPart> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            _callNames[call.Id] = call.Name;
            json.WriteStartObject();
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.ObjectText("arguments", call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteResult(ToolResultPart result)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        json.WriteString("content"u8, string.Join('\n', result.Content.OfType<TextPart>().Select(static t => t.Text)));
        json.StringIf("tool_name", result.Name ?? _callNames.GetValueOrDefault(result.CallId));
        json.WriteEndObject();
    }
}
