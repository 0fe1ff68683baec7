using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>Writes messages. Documents of text are set aside for the request's own list of them, where the answer may cite them.</summary>
/// <param name="isReasoning">The model thinks, and is given its thoughts back.</param>
/// <param name="setsAside">False where documents must stand in the text: not beside tools or a form of answer.</param>
internal sealed class CohereMessageWriter(Utf8JsonWriter json, DroppedParameters dropped, bool isReasoning, bool setsAside)
{
    private readonly List<(string? Title, string Text)> _documents = [];
    private bool _isSaid; // by somebody else than the system

    /// <summary>The documents set aside so far.</summary>
    public IReadOnlyList<(string? Title, string Text)> Documents => _documents;

    /// <param name="instruction">Words of ours, behind the system's own; null is none.</param>
    public GatewayError? WriteAll(IReadOnlyList<Message> messages, string? instruction)
    {
        json.WriteStartArray("messages"u8);
        var head = 0;
        while (head < messages.Count && messages[head].Role is Role.System or Role.Developer)
        {
            WriteText("system", messages[head++].Text);
        }

        WriteText("system", instruction ?? "");
        foreach (var message in ShownMedia.Moved([.. messages.Skip(head)]))
        {
            if (Write(message) is { } unsaid)
            {
                return unsaid;
            }
        }

        if (!_isSaid || (messages is [.., { Role: Role.Assistant }, { Role: Role.User } last] && last.Parts.TrueForAll(static p => p is TextPart { IsBlank: true })))
        {
            WriteText("user", "."); // a prompt of the system's words alone is refused, and one that the model ended
        }

        json.WriteEndArray();
        return null;
    }

    private GatewayError? Write(Message message)
    {
        dropped.AddIf(message.Parts.Exists(static p => p is RawPart), "messages.content");
        switch (message.Role)
        {
            case Role.System:
            case Role.Developer:
                WriteText("system", message.Text);
                return null;
            case Role.User:
                return WriteUser(message.Parts);
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
        if (!string.IsNullOrWhiteSpace(text))
        {
            _isSaid |= role != "system";
            json.WriteStartObject();
            json.WriteString("role"u8, role);
            json.WriteString("content"u8, text);
            json.WriteEndObject();
        }
    }

    private GatewayError? WriteUser(List<Part> parts)
    {
        var said = parts.FindAll(static p => p is MediaPart || (p is TextPart text && !text.IsBlank));
        if (said is [TextPart only])
        {
            WriteText("user", only.Text);
            return null;
        }

        if (said.Count == 0)
        {
            return null;
        }

        _isSaid = true;
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("content"u8);
        foreach (var part in said)
        {
            if (part is TextPart text)
            {
                WriteBlock("text", text.Text);
            }
            else if (part is MediaPart media && WriteMedia(media) is { } unsaid)
            {
                return unsaid;
            }
        }

        if (said.TrueForAll(static p => p is MediaPart { Kind: MediaKind.Document }) && setsAside)
        {
            WriteBlock("text", "."); // a message that has nothing but what was set aside
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return null;
    }

    private GatewayError? WriteMedia(MediaPart media)
    {
        if (media.Kind == MediaKind.Image && media.Source.FileId is null)
        {
            WriteImage(media);
            return null;
        }

        if (media.Kind != MediaKind.Document || media.Source.ReadText() is not { } text)
        {
            return media.Unsayable;
        }

        if (setsAside)
        {
            _documents.Add((media.FileName, text));
        }
        else
        {
            WriteBlock("text", media.Words(text));
        }

        return null;
    }

    private void WriteImage(MediaPart image)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        if (image.Source.Base64 is { } bytes)
        {
            json.Base64String("url", Encoding.UTF8.GetBytes($"data:{image.Source.MediaType ?? "image/png"};base64,"), bytes);
        }
        else
        {
            json.StringIf("url", image.Source.Url);
        }

        json.StringIf("detail", image.Detail);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteAssistant(Message message)
    {
        var calls = message.Parts.OfType<ToolCallPart>().ToList();
        var thoughts = isReasoning ? message.Parts.OfType<ReasoningPart>().Where(IsOwn).Select(static r => r.Text!).ToList() : [];
        var text = string.Concat(message.Parts.Select(static p => p switch { TextPart t => t.Text, RefusalPart r => r.Text, _ => "" }));
        if (calls.Count == 0 && thoughts.Count == 0)
        {
            WriteText("assistant", text);
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        if (calls.Count > 0 && text.Length > 0)
        {
            json.WriteString("tool_plan"u8, text);
        }

        if (thoughts.Count > 0)
        {
            json.WriteStartArray("content"u8);
            thoughts.ForEach(t => WriteBlock("thinking", t));
            if (calls.Count == 0 && !string.IsNullOrWhiteSpace(text))
            {
                WriteBlock("text", text);
            }

            json.WriteEndArray();
        }

        WriteCalls(calls);
        json.WriteEndObject();
    }

    // Cohere's thoughts carry no sign of whose they are.
    private static bool IsOwn(ReasoningPart part) =>
        part is { Kind: ReasoningKind.Text, Signature: null, Format: null or ReasoningFormats.Unknown } && !string.IsNullOrWhiteSpace(part.Text);

    private void WriteCalls(List<ToolCallPart> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, call.Id);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WriteString("arguments"u8, JsonWriting.IsObject(call.Arguments) ? call.Arguments : "{}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteResult(ToolResultPart result)
    {
        _isSaid = true;
        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        json.WriteString("tool_call_id"u8, result.CallId);
        json.WriteString("content"u8, string.Join('\n', result.Content.OfType<TextPart>().Select(static t => t.Text)));
        json.WriteEndObject();
    }

    private void WriteBlock(string kind, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, kind);
        json.WriteString(kind, text);
        json.WriteEndObject();
    }
}
