using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads the messages of a chat request. Unknown and null members of history are passed over: clients send back what they were told.</summary>
/// <param name="body">What media and raw parts are slices of.</param>
internal sealed class ChatMessageReader(ReadOnlyMemory<byte> body)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal); // of tools, by the ids of their calls
    private int _legacyCalls;

    // Calls in the form before tools had no ids. Each gets one of its own: a history may hold several, and providers tell them apart by it.
    private string LegacyId => _legacyCalls < 2 ? "call_function" : string.Create(CultureInfo.InvariantCulture, $"call_function_{_legacyCalls}");

    public static List<Message> ReadAll(JsonElement messages, ReadOnlyMemory<byte> body)
    {
        var reader = new ChatMessageReader(body);
        var all = new List<Message>(messages.GetArrayLength());
        foreach (var message in messages.EnumerateArray())
        {
            all.Add(reader.Read(message, $"messages[{all.Count}]"));
        }

        return all;
    }

    private Message Read(JsonElement message, string path)
    {
        var role = message.Text("role");
        return role switch
        {
            "system" => new(Role.System, ReadContent(message, path), message.Text("name")),
            "developer" => new(Role.Developer, ReadContent(message, path), message.Text("name")),
            "user" => new(Role.User, ReadContent(message, path), message.Text("name")),
            "assistant" or "model" => new(Role.Assistant, ReadAssistant(message, path), message.Text("name")),
            "tool" => new(Role.Tool, [ReadResult(message, path)]),
            "function" => new(Role.Tool, [new ToolResultPart(LegacyId, message.Text("name"), ReadContent(message, path))]),
            _ => throw new NeutralReadException(GatewayErrors.InvalidField(
                path + ".role", $"must be system, developer, user, assistant or tool, but is '{role}'.")),
        };
    }

    private ToolResultPart ReadResult(JsonElement message, string path)
    {
        var id = message.Text("tool_call_id")
            ?? throw new NeutralReadException(GatewayErrors.InvalidField(path + ".tool_call_id", "is missing. It names the call that this answers."));
        return new(id, message.Text("name") ?? _names.GetValueOrDefault(id), ReadContent(message, path)) { Cache = message.CacheMark() };
    }

    private List<Part> ReadAssistant(JsonElement message, string path)
    {
        var parts = ChatReasoningReader.Read(message);
        parts.AddRange(ReadContent(message, path));
        if (message.Text("refusal") is { Length: > 0 } refusal)
        {
            parts.Add(new RefusalPart(refusal));
        }

        if (message.TryMember("images", out var images) && images.ValueKind == JsonValueKind.Array)
        {
            parts.AddRange(images.EnumerateArray().Select((image, i) => ReadPart(image, $"{path}.images[{i}]")));
        }

        if (message.TryMember("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
        {
            parts.AddRange(calls.EnumerateArray().Select((call, i) => ReadCall(call, $"{path}.tool_calls[{i}]")));
        }

        if (message.TryMember("function_call", out var legacy) && legacy.ValueKind == JsonValueKind.Object)
        {
            _legacyCalls++;
            parts.Add(new ToolCallPart(LegacyId, legacy.Text("name") ?? "", legacy.Text("arguments") ?? ""));
        }

        return parts;
    }

    private ToolCallPart ReadCall(JsonElement call, string path)
    {
        if (!call.TryMember("function", out var function) || function.Text("name") is not { } name)
        {
            throw new NeutralReadException(GatewayErrors.InvalidField(path + ".function.name", "is missing."));
        }

        var id = call.Text("id") ?? throw new NeutralReadException(GatewayErrors.InvalidField(path + ".id", "is missing."));
        _names[id] = name;
        var arguments = !function.TryMember("arguments", out var value) ? ""
            : value.ValueKind == JsonValueKind.String ? value.GetString()!
            : value.GetRawText();
        return new(id, name, arguments);
    }

    private List<Part> ReadContent(JsonElement message, string path)
    {
        if (!message.TryMember("content", out var content))
        {
            return [];
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => [new TextPart(content.GetString()!) { Cache = message.CacheMark() }],
            JsonValueKind.Array => [.. content.EnumerateArray().Select((part, i) => ReadPart(part, $"{path}.content[{i}]"))],
            _ => throw new NeutralReadException(GatewayErrors.InvalidField(path + ".content", "must be a string or an array of parts.")),
        };
    }

    private Part ReadPart(JsonElement part, string path)
    {
        if (part.ValueKind == JsonValueKind.String)
        {
            return new TextPart(part.GetString()!);
        }

        var type = part.Text("type");
        return (type switch
        {
            "text" or "input_text" or "output_text" => new TextPart(part.Text("text") ?? "") { Cache = part.CacheMark() },
            "refusal" => new RefusalPart(part.Text("refusal") ?? ""),
            _ => ChatMediaReader.TryRead(part, type, path, body),
        }) ?? new RawPart(Core.Catalog.Dialects.OpenAIChat, part.Slice(body));
    }
}
