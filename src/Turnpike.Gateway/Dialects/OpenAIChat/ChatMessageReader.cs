using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads the messages of a chat request. Unknown and null members of history are passed over: clients send back what they were told.</summary>
/// <param name="body">What media and raw parts are slices of.</param>
internal sealed class ChatMessageReader(ReadOnlyMemory<byte> body)
{
    private Dictionary<string, string>? _names; // of tools, by the ids of their calls
    private HashSet<string>? _freeform; // the ids of calls with a text
    private int _legacyCalls;

    // Calls in the form before tools had no ids. Each gets one of its own: a history may hold several, and providers tell them apart by it.
    private string LegacyId => _legacyCalls < 2 ? "call_function" : string.Create(CultureInfo.InvariantCulture, $"call_function_{_legacyCalls}");

    public static List<Message> ReadAll(JsonElement messages, ReadOnlyMemory<byte> body)
    {
        var reader = new ChatMessageReader(body);
        var all = new List<Message>(messages.GetArrayLength());
        foreach (var message in messages.EnumerateArray())
        {
            all.Add(reader.Read(message, new FieldPath("messages")[all.Count]));
        }

        return all;
    }

    private Message Read(JsonElement message, FieldPath path)
    {
        var name = message.TryMember("name"u8, out var told) ? told.AsText() : null;
        if (!message.TryMember("role"u8, out var role) || role.ValueKind != JsonValueKind.String)
        {
            throw Misspoken(path, null);
        }

        return role.ValueEquals("user"u8) ? new(Role.User, ReadContent(message, path), name)
            : role.ValueEquals("assistant"u8) || role.ValueEquals("model"u8) ? new(Role.Assistant, ReadAssistant(message, path), name)
            : role.ValueEquals("system"u8) ? new(Role.System, ReadContent(message, path), name)
            : role.ValueEquals("tool"u8) ? new(Role.Tool, [ReadResult(message, path)])
            : role.ValueEquals("developer"u8) ? new(Role.Developer, ReadContent(message, path), name)
            : role.ValueEquals("function"u8) ? new(Role.Tool, [new ToolResultPart(LegacyId, name, ReadContent(message, path))])
            : throw Misspoken(path, role.GetString());
    }

    private static NeutralReadException Misspoken(FieldPath path, string? role) =>
        new(GatewayErrors.InvalidField(path + ".role", $"must be system, developer, user, assistant or tool, but is '{role}'."));

    private ToolResultPart ReadResult(JsonElement message, FieldPath path)
    {
        var id = message.Text("tool_call_id")
            ?? throw new NeutralReadException(GatewayErrors.InvalidField(path + ".tool_call_id", "is missing. It names the call that this answers."));
        return new(id, message.Text("name") ?? _names?.GetValueOrDefault(id), ReadContent(message, path))
        {
            IsFreeform = _freeform?.Contains(id) == true,
            Cache = message.CacheMark(),
        };
    }

    private List<Part> ReadAssistant(JsonElement message, FieldPath path)
    {
        var parts = ChatReasoningReader.Read(message);
        parts.AddRange(ReadContent(message, path));
        if (message.Text("refusal") is { Length: > 0 } refusal)
        {
            parts.Add(new RefusalPart(refusal));
        }

        if (message.TryMember("images", out var images) && images.ValueKind == JsonValueKind.Array)
        {
            parts.AddRange(images.Each(path.Member("images"), ReadPart));
        }

        if (message.TryMember("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
        {
            parts.AddRange(calls.Each(path.Member("tool_calls"), ReadCall));
        }

        if (message.TryMember("function_call", out var legacy) && legacy.ValueKind == JsonValueKind.Object)
        {
            _legacyCalls++;
            parts.Add(new ToolCallPart(LegacyId, legacy.Text("name") ?? "", legacy.Text("arguments") ?? ""));
        }

        return parts;
    }

    private ToolCallPart ReadCall(JsonElement call, FieldPath path)
    {
        if (call.Text("type") == "custom" && call.TryMember("custom", out var custom))
        {
            var told = ChatCustomTool.ReadCall(call.Text("id") ?? throw MissingId(path), custom, path);
            (_freeform ??= new(StringComparer.Ordinal)).Add(told.Id);
            (_names ??= new(StringComparer.Ordinal))[told.Id] = told.Name;
            return told;
        }

        if (!call.TryMember("function", out var function) || function.Text("name") is not { } name)
        {
            throw new NeutralReadException(GatewayErrors.InvalidField(path + ".function.name", "is missing."));
        }

        var id = call.Text("id") ?? throw MissingId(path);
        (_names ??= new(StringComparer.Ordinal))[id] = name;
        var arguments = !function.TryMember("arguments", out var value) ? ""
            : value.ValueKind == JsonValueKind.String ? value.GetString()!
            : value.GetRawText();
        return new(id, name, arguments);
    }

    private static NeutralReadException MissingId(FieldPath path) => new(GatewayErrors.InvalidField(path + ".id", "is missing."));

    private List<Part> ReadContent(JsonElement message, FieldPath path)
    {
        if (!message.TryMember("content"u8, out var content))
        {
            return [];
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => [TextPart.Of(content, body) with { Cache = message.CacheMark() }],
            JsonValueKind.Array => content.Each(path.Member("content"), ReadPart),
            _ => throw new NeutralReadException(GatewayErrors.InvalidField(path + ".content", "must be a string or an array of parts.")),
        };
    }

    private Part ReadPart(JsonElement part, FieldPath path)
    {
        if (part.ValueKind == JsonValueKind.String)
        {
            return TextPart.Of(part, body);
        }

        var type = part.Text("type");
        return (type switch
        {
            "text" or "input_text" or "output_text" => (TextPart.OfPart(part, body) ?? new("")) with { Cache = part.CacheMark() },
            "refusal" => new RefusalPart(part.Text("refusal") ?? ""),
            _ => ChatMediaReader.TryRead(part, type, path, body),
        }) ?? new RawPart(Core.Catalog.Dialects.OpenAIChat, part.Slice(body));
    }
}
