using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Reads input items as messages: what an assistant thought, said and called in one turn becomes one message, in order.</summary>
/// <param name="body">What media and raw items are slices of.</param>
internal sealed class ResponsesInputReader(ReadOnlyMemory<byte> body)
{
    private readonly List<Message> _messages = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <param name="plain">What the input's messages say, where they have been read.</param>
    public List<Message> Read(JsonMembers root, List<Message>? plain)
    {
        if (root.Raw("instructions") is var told && told.Span is [(byte)'"', ..])
        {
            _messages.Add(new(Role.System, [TextPart.OfJson(told)]));
        }
        else if (root.TryMember("instructions", out var instructions))
        {
            AddInstructions(instructions);
        }

        if (root.Raw("input") is var text && text.Span is [(byte)'"', ..])
        {
            _messages.Add(new(Role.User, [TextPart.OfJson(text)]));
            return _messages;
        }

        if (plain is not null)
        {
            _messages.AddRange(plain);
        }
        else if (root.TryMember("input", out var input))
        {
            var index = 0;
            foreach (var item in input.EnumerateArray())
            {
                ReadItem(item, new FieldPath("input")[index++]);
            }
        }

        return _messages;
    }

    private void AddInstructions(JsonElement instructions)
    {
        var index = 0;
        foreach (var item in instructions.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw Unreadable($"instructions[{index}]", "must be an object.");
            }

            ReadItem(item, new FieldPath("instructions")[index++]);
        }
    }

    private void ReadItem(JsonElement item, FieldPath path)
    {
        switch (item.Text("type") ?? (item.TryMember("role", out _) ? "message" : null))
        {
            case "message":
                ReadMessage(item, path);
                break;
            case "function_call" or "custom_tool_call":
                ReadCall(item, path);
                break;
            case "function_call_output" or "custom_tool_call_output":
                ReadResult(item, path);
                break;
            case "reasoning":
                var parts = AssistantParts();
                parts.AddRange(ReadReasoning(item, parts.Count(static p => p is ReasoningPart)));
                break;
            case null:
                throw Unreadable(path + ".type", "is missing. Send message, function_call, function_call_output or reasoning.");
            default:
                AssistantParts().Add(new RawPart(Core.Catalog.Dialects.OpenAIResponses, item.Slice(body)));
                break;
        }
    }

    private void ReadMessage(JsonElement item, FieldPath path)
    {
        var parts = ReadContent(item, "content", path);
        switch (item.Text("role"))
        {
            case "assistant":
                // A second text is a second turn; a text after thoughts or calls belongs to theirs.
                if (_messages is [.., { Role: Role.Assistant } last] && !last.Parts.Exists(static p => p is TextPart))
                {
                    last.Parts.AddRange(parts);
                }
                else
                {
                    _messages.Add(new(Role.Assistant, parts));
                }

                break;
            case "user":
                _messages.Add(new(Role.User, parts));
                break;
            case "system":
                _messages.Add(new(Role.System, parts));
                break;
            case "developer":
                _messages.Add(new(Role.Developer, parts));
                break;
            default:
                throw Unreadable(path + ".role", "must be user, assistant, system or developer.");
        }
    }

    private void ReadCall(JsonElement item, FieldPath path)
    {
        var id = item.Text("call_id") ?? item.Text("id") ?? throw Unreadable(path + ".call_id", "is missing.");
        var name = item.Text("name") ?? throw Unreadable(path + ".name", "is missing.");
        _names[id] = name;
        AssistantParts().Add(item.Text("type") == "custom_tool_call"
            ? new ToolCallPart(id, name, FreeformTool.ArgumentsOf(item.Text("input") ?? "")) { IsFreeform = true }
            : new ToolCallPart(id, name, item.Text("arguments") ?? ""));
    }

    private void ReadResult(JsonElement item, FieldPath path)
    {
        var id = item.Text("call_id") ?? throw Unreadable(path + ".call_id", "is missing.");
        var isFreeform = item.Text("type") == "custom_tool_call_output";
        _messages.Add(new(Role.Tool, [new ToolResultPart(id, _names.GetValueOrDefault(id), ReadContent(item, "output", path)) { IsFreeform = isFreeform }]));
    }

    /// <param name="index">Which thought of its turn it is.</param>
    private static IEnumerable<ReasoningPart> ReadReasoning(JsonElement item, int index)
    {
        var sealedText = item.Text("encrypted_content");
        if (sealedText is not null && ReasoningEnvelope.DecodeAll(sealedText) is { Count: > 0 } wrapped)
        {
            return wrapped.Select((part, i) => part with { Index = index + i });
        }

        // What is sealed and not by us is of a provider of this dialect; text alone is of nobody who would know it again.
        var format = item.Text("format") ?? (sealedText is null ? null : ReasoningFormats.OpenAIResponses);
        var id = item.Text("id");
        List<ReasoningPart> parts = [];
        AddTexts(parts, item, "summary", new(ReasoningKind.Summary, format) { Id = id });
        AddTexts(parts, item, "content", new(ReasoningKind.Text, format) { Id = id });
        if (sealedText is not null)
        {
            parts.Add(new(ReasoningKind.Encrypted, format) { Data = sealedText, Id = id });
        }

        return parts;
    }

    private static void AddTexts(List<ReasoningPart> parts, JsonElement item, string member, ReasoningPart model)
    {
        if (item.TryMember(member, out var texts) && texts.ValueKind == JsonValueKind.Array)
        {
            parts.AddRange(texts.EnumerateArray().Select((piece, i) => model with { Text = piece.Text("text") ?? "", Index = i }));
        }
    }

    private List<Part> ReadContent(JsonElement item, string member, FieldPath path)
    {
        if (!item.TryMember(member, out var content))
        {
            throw Unreadable($"{path}.{member}", "is missing.");
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => [TextPart.Of(content, body)],
            JsonValueKind.Array => content.Each(path.Member(member), ReadPart),
            _ => throw Unreadable($"{path}.{member}", "must be a string or an array of parts."),
        };
    }

    private Part ReadPart(JsonElement part, FieldPath path)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            throw Unreadable(path.ToString(), "must be an object.");
        }

        var type = part.Text("type");
        return type switch
        {
            "input_text" or "output_text" or "text" => (TextPart.OfPart(part, body) ?? new("")) with { Cache = part.CacheMark() },
            "refusal" => new RefusalPart(part.Text("refusal") ?? ""),
            "input_image" when part.Text("file_id") is { } id => new MediaPart(MediaKind.Image, new() { FileId = id }) { Detail = part.Text("detail") },
            null => throw Unreadable(path + ".type", "is missing."),
            _ => ChatMediaReader.TryRead(part, type, path, body) ?? (Part)new RawPart(Core.Catalog.Dialects.OpenAIResponses, part.Slice(body)),
        };
    }

    private List<Part> AssistantParts()
    {
        if (_messages is not [.., { Role: Role.Assistant } last])
        {
            _messages.Add(last = new(Role.Assistant, []));
        }

        return last.Parts;
    }

    private static NeutralReadException Unreadable(string field, string detail) => new(GatewayErrors.InvalidField(field, detail));
}
