using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads the messages of a chat request. Unknown and null members of history are passed over: clients send back what they were told.</summary>
internal static class ChatMessageReader
{
    /// <summary>The id of a call in the form before tools, which had none.</summary>
    private const string LegacyId = "call_function";

    public static List<Message> ReadAll(JsonElement messages, ReadOnlyMemory<byte> body)
    {
        var all = new List<Message>(messages.GetArrayLength());
        var names = new Dictionary<string, string>(StringComparer.Ordinal); // of tools, by the ids of their calls
        foreach (var message in messages.EnumerateArray())
        {
            all.Add(Read(message, $"messages[{all.Count}]", names, body));
        }

        return all;
    }

    private static Message Read(JsonElement message, string path, Dictionary<string, string> names, ReadOnlyMemory<byte> body)
    {
        var role = message.Text("role");
        return role switch
        {
            "system" => new(Role.System, ReadContent(message, path, body), message.Text("name")),
            "developer" => new(Role.Developer, ReadContent(message, path, body), message.Text("name")),
            "user" => new(Role.User, ReadContent(message, path, body), message.Text("name")),
            "assistant" or "model" => new(Role.Assistant, ReadAssistant(message, path, names, body), message.Text("name")),
            "tool" => new(Role.Tool, [ReadResult(message, path, names, body)]),
            "function" => new(Role.Tool, [new ToolResultPart(LegacyId, message.Text("name"), ReadContent(message, path, body))]),
            _ => throw new NeutralReadException(GatewayErrors.InvalidField(
                path + ".role", $"must be system, developer, user, assistant or tool, but is '{role}'.")),
        };
    }

    private static ToolResultPart ReadResult(JsonElement message, string path, Dictionary<string, string> names, ReadOnlyMemory<byte> body)
    {
        var id = message.Text("tool_call_id")
            ?? throw new NeutralReadException(GatewayErrors.InvalidField(path + ".tool_call_id", "is missing. It names the call that this answers."));
        return new(id, message.Text("name") ?? names.GetValueOrDefault(id), ReadContent(message, path, body)) { Cache = message.CacheMark() };
    }

    private static List<Part> ReadAssistant(JsonElement message, string path, Dictionary<string, string> names, ReadOnlyMemory<byte> body)
    {
        var parts = ChatReasoningReader.Read(message);
        parts.AddRange(ReadContent(message, path, body));
        if (message.Text("refusal") is { Length: > 0 } refusal)
        {
            parts.Add(new RefusalPart(refusal));
        }

        if (message.TryMember("images", out var images) && images.ValueKind == JsonValueKind.Array)
        {
            parts.AddRange(images.EnumerateArray().Select((image, i) => ReadPart(image, $"{path}.images[{i}]", body)));
        }

        if (message.TryMember("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
        {
            parts.AddRange(calls.EnumerateArray().Select((call, i) => ReadCall(call, $"{path}.tool_calls[{i}]", names)));
        }

        if (message.TryMember("function_call", out var legacy) && legacy.ValueKind == JsonValueKind.Object)
        {
            parts.Add(new ToolCallPart(LegacyId, legacy.Text("name") ?? "", legacy.Text("arguments") ?? ""));
        }

        return parts;
    }

    private static ToolCallPart ReadCall(JsonElement call, string path, Dictionary<string, string> names)
    {
        if (!call.TryMember("function", out var function) || function.Text("name") is not { } name)
        {
            throw new NeutralReadException(GatewayErrors.InvalidField(path + ".function.name", "is missing."));
        }

        var id = call.Text("id") ?? throw new NeutralReadException(GatewayErrors.InvalidField(path + ".id", "is missing."));
        names[id] = name;
        var arguments = !function.TryMember("arguments", out var value) ? ""
            : value.ValueKind == JsonValueKind.String ? value.GetString()!
            : value.GetRawText();
        return new(id, name, arguments);
    }

    private static List<Part> ReadContent(JsonElement message, string path, ReadOnlyMemory<byte> body)
    {
        if (!message.TryMember("content", out var content))
        {
            return [];
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => [new TextPart(content.GetString()!) { Cache = message.CacheMark() }],
            JsonValueKind.Array => [.. content.EnumerateArray().Select((part, i) => ReadPart(part, $"{path}.content[{i}]", body))],
            _ => throw new NeutralReadException(GatewayErrors.InvalidField(path + ".content", "must be a string or an array of parts.")),
        };
    }

    private static Part ReadPart(JsonElement part, string path, ReadOnlyMemory<byte> body)
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
