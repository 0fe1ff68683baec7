using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Reads the system's words and the turns. What tools answered stands in a user's turn here, and is a message each in the neutral form.</summary>
/// <param name="body">What media and raw blocks are slices of.</param>
internal sealed class MessagesTurnReader(ReadOnlyMemory<byte> body)
{
    private readonly List<Message> _messages = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <param name="plain">The turns, where they have been read.</param>
    public List<Message> Read(JsonMembers root, List<Message>? plain)
    {
        if (root.TryMember("system", out var system))
        {
            _messages.Add(new(Role.System, ReadContent(system, new("system"))));
        }

        if (plain is not null)
        {
            _messages.AddRange(plain);
        }
        else if (root.TryMember("messages", out var messages))
        {
            var index = 0;
            foreach (var message in messages.EnumerateArray())
            {
                ReadMessage(message, new FieldPath("messages")[index++]);
            }
        }

        return _messages;
    }

    private void ReadMessage(JsonElement message, FieldPath path)
    {
        var role = message.Text("role") switch
        {
            "user" => Role.User,
            "assistant" => Role.Assistant,
            "system" => Role.System, // not Anthropic's, but clients of ours, and presets, send it
            _ => throw Unreadable(path + ".role", "must be user or assistant."),
        };
        var parts = ReadContent(message.GetProperty("content"), path.Member("content"));

        // Results stand before everything else that the user says: other dialects want them right behind the calls.
        foreach (var result in parts.OfType<ToolResultPart>())
        {
            _messages.Add(new(Role.Tool, [result]));
        }

        var hasResults = parts.RemoveAll(static p => p is ToolResultPart) > 0;
        if (parts.Count > 0 || !hasResults)
        {
            _messages.Add(new(role, parts));
        }
    }

    private List<Part> ReadContent(JsonElement content, FieldPath path) => content.ValueKind switch
    {
        JsonValueKind.String => [TextPart.Of(content, body)],
        JsonValueKind.Array => ReadBlocks(content, path),
        _ => throw Unreadable(path.ToString(), "must be a string or an array of blocks."),
    };

    private List<Part> ReadBlocks(JsonElement list, FieldPath path)
    {
        var blocks = new List<Part>(list.GetArrayLength());
        foreach (var block in list.EnumerateArray())
        {
            blocks.Add(ReadBlock(block, blocks.Count, path[blocks.Count]));
        }

        return blocks;
    }

    private Part ReadBlock(JsonElement block, int index, FieldPath path)
    {
        if (block.ValueKind != JsonValueKind.Object)
        {
            throw Unreadable(path.ToString(), "must be an object.");
        }

        return block.Text("type") switch
        {
            "text" => (TextPart.OfPart(block, body) ?? throw Unreadable(path + ".text", "is missing.")) with { Cache = block.CacheMark() },
            "thinking" => ReadThinking(block, index),
            "redacted_thinking" => ReadSealed(block, index, path),
            "tool_use" => ReadCall(block, path),
            "tool_result" => ReadResult(block, path),
            "image" => ChatMediaReader.TryRead(block, "image", path, body)!,
            "document" when !IsOfBlocks(block) => ChatMediaReader.TryRead(block, "document", path, body)!, // of that type always
            null => throw Unreadable(path + ".type", "is missing."),
            var type => new RawPart(Core.Catalog.Dialects.AnthropicMessages, block.Slice(body)) { Says = WordsOf(block, type), Cache = block.CacheMark() },
        };
    }

    // A signature is Anthropic's, or an envelope of ours around that of another; a thought without one is nobody's.
    private static ReasoningPart ReadThinking(JsonElement block, int index)
    {
        var text = block.Text("thinking") ?? "";
        var signature = block.Text("signature");
        return string.IsNullOrEmpty(signature)
            ? new(ReasoningKind.Text, Format: null) { Text = text, Index = index }
            : ReasoningEnvelope.TryDecode(signature, out var wrapped)
            ? wrapped! with { Text = text, Index = index }
            : new(ReasoningKind.Text, ReasoningFormats.Anthropic) { Text = text, Signature = signature, Index = index };
    }

    private static ReasoningPart ReadSealed(JsonElement block, int index, FieldPath path)
    {
        var sealedText = block.Text("data") ?? throw Unreadable(path + ".data", "is missing.");
        return ReasoningEnvelope.TryDecode(sealedText, out var wrapped)
            ? wrapped! with { Index = index }
            : new(ReasoningKind.Encrypted, ReasoningFormats.Anthropic) { Data = sealedText, Index = index };
    }

    private ToolCallPart ReadCall(JsonElement block, FieldPath path)
    {
        var id = block.Text("id") ?? throw Unreadable(path + ".id", "is missing.");
        var name = block.Text("name") ?? throw Unreadable(path + ".name", "is missing.");
        _names[id] = name;
        return new(id, name, block.TryMember("input", out var input) ? input.GetRawText() : "{}") { Cache = block.CacheMark() };
    }

    private ToolResultPart ReadResult(JsonElement block, FieldPath path)
    {
        var id = block.Text("tool_use_id") ?? throw Unreadable(path + ".tool_use_id", "is missing.");
        var content = block.TryMember("content", out var said) ? ReadContent(said, path.Member("content")) : [];
        return new(id, _names.GetValueOrDefault(id), content, block.Boolean("is_error") == true) { Cache = block.CacheMark() };
    }

    // What no other dialect has a block for, in words: a tool that was found, and what a caller put together of blocks, with its title and
    // where it is from.
    private static string? WordsOf(JsonElement block, string type) => type switch
    {
        "tool_reference" => $"The tool {block.Text("tool_name")} can be called.",
        "search_result" when block.TryMember("content", out var found) => WordsOf(block, found),
        "document" when block.TryMember("source", out var source) && source.TryMember("content", out var content) => WordsOf(block, content),
        _ => null,
    };

    private static string? WordsOf(JsonElement block, JsonElement content)
    {
        List<string?> texts = content.ValueKind switch
        {
            JsonValueKind.String => [content.GetString()],
            JsonValueKind.Array => [.. content.EnumerateArray().Where(static b => b.ValueKind == JsonValueKind.Object).Select(static b => b.Text("text"))],
            _ => [],
        };
        return texts.TrueForAll(string.IsNullOrEmpty) ? null
            : string.Join('\n', new[] { block.Text("title"), block.Text("source") }.Concat(texts).Where(static t => !string.IsNullOrEmpty(t)));
    }

    private static bool IsOfBlocks(JsonElement block) => block.TryMember("source", out var source) && source.Text("type") == "content";

    private static NeutralReadException Unreadable(string field, string detail) => new(GatewayErrors.InvalidField(field, detail));
}
