using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>The blocks of one answer: which are open, and what each is to the sink. Blocks of tools that the provider runs itself are passed over.</summary>
/// <param name="isAnswerTool">The input of the tool <see cref="AnthropicAnswerForm.ToolName"/> is the answer's text.</param>
internal sealed class AnthropicBlocks(bool isAnswerTool)
{
    private readonly List<Block> _blocks = [];
    private int _calls;
    private int _thoughts;

    private enum Kind
    {
        PassedOver,
        Text,
        Thought,
        Call,

        /// <summary>A call whose input is the answer.</summary>
        Answer,
    }

    /// <summary>A block begins; one that has begun already does not begin again.</summary>
    public void Start(int index, in AnthropicDelta start, AnswerSink sink)
    {
        if (Find(index) is not null)
        {
            return;
        }

        var block = new Block(index, KindOf(start));
        _blocks.Add(block);
        switch (block.Kind)
        {
            case Kind.Text:
                sink.Text(0, start.Text);
                TellCitations(start.Citations, sink);
                break;
            case Kind.Thought:
                block.Number = _thoughts++;
                TellThought(block, start, sink);
                break;
            case Kind.Call:
                block.Number = _calls++;
                block.Input = IsFilled(start.Input) ? start.Input.ToArray() : null;
                sink.ToolCallStart(0, block.Number, start.Id.IsEmpty ? Encoding.ASCII.GetBytes($"call_{block.Number}") : start.Id, start.Name);
                break;
            case Kind.Answer:
                block.Input = IsFilled(start.Input) ? start.Input.ToArray() : null;
                break;
            case Kind.PassedOver:
            default:
                break;
        }
    }

    public void Add(int index, in AnthropicDelta delta, AnswerSink sink)
    {
        var block = Find(index);
        switch (block?.Kind ?? (delta.Text.IsEmpty ? Kind.PassedOver : Kind.Text))
        {
            case Kind.Text:
                sink.Text(0, delta.Text);
                TellCitations(delta.Citations, sink);
                break;
            case Kind.Thought:
                TellThought(block!, delta, sink); // of a kind only where it is known
                break;
            case Kind.Call:
                block!.HasInput |= delta.PartialJson.Length > 0;
                sink.ToolCallArguments(0, block.Number, delta.PartialJson);
                break;
            case Kind.Answer:
                block!.HasInput |= delta.PartialJson.Length > 0;
                sink.Text(0, delta.PartialJson);
                break;
            case Kind.PassedOver:
            default:
                break;
        }
    }

    /// <summary>A block has ended: a call without pieces of input has the one that it began with, or none.</summary>
    public void Stop(int index, AnswerSink sink)
    {
        if (Find(index) is not { Kind: Kind.Call or Kind.Answer, HasInput: false } block)
        {
            return;
        }

        block.HasInput = true;
        var input = block.Input is { } begun ? JsonText.Inside(begun) : "{}"u8;
        if (block.Kind == Kind.Call)
        {
            sink.ToolCallArguments(0, block.Number, input);
        }
        else
        {
            sink.Text(0, input);
        }
    }

    private Kind KindOf(in AnthropicDelta start) =>
        start.Type.SequenceEqual("text"u8) ? Kind.Text
        : start.Type.SequenceEqual("thinking"u8) || start.Type.SequenceEqual("redacted_thinking"u8) ? Kind.Thought
        : !start.Type.SequenceEqual("tool_use"u8) ? Kind.PassedOver
        : isAnswerTool && start.Name.SequenceEqual(Encoding.ASCII.GetBytes(AnthropicAnswerForm.ToolName)) ? Kind.Answer
        : Kind.Call;

    private Block? Find(int index)
    {
        for (var i = _blocks.Count - 1; i >= 0; i--)
        {
            if (_blocks[i].Index == index)
            {
                return _blocks[i];
            }
        }

        return null;
    }

    private static void TellThought(Block block, in AnthropicDelta delta, AnswerSink sink)
    {
        if (!delta.Data.IsEmpty)
        {
            sink.Reasoning(0, new(ReasoningKind.Encrypted, block.Number, ReasoningFormats.Anthropic) { Text = delta.Data });
        }
        else if (!delta.Thinking.IsEmpty || !delta.Signature.IsEmpty)
        {
            sink.Reasoning(0, new(ReasoningKind.Text, block.Number, ReasoningFormats.Anthropic) { Text = delta.Thinking, Signature = delta.Signature });
        }
    }

    private static void TellCitations(ReadOnlySpan<byte> citations, AnswerSink sink)
    {
        if (citations.IsEmpty)
        {
            return;
        }

        using var document = JsonDocument.Parse(citations.ToArray());
        var root = document.RootElement;
        foreach (var citation in root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : new[] { root })
        {
            // A document of the caller's own has no address: its title stands for one, else its number.
            var title = citation.Text("title") ?? citation.Text("document_title");
            var source = citation.Text("url") ?? citation.Text("source") ?? (citation.Integer("document_index") is { } number ? title ?? $"document:{number}" : null);
            if (source is { Length: > 0 } url)
            {
                sink.Citation(0, new(url, title, citation.Text("cited_text")));
            }
        }
    }

    private static bool IsFilled(ReadOnlySpan<byte> input) => input.Length > 2 && !input[1..^1].Trim(" \r\n\t"u8).IsEmpty;

    private sealed class Block(int index, Kind kind)
    {
        public int Index { get; } = index;

        public Kind Kind { get; } = kind;

        /// <summary>Which of the calls, or of the thoughts.</summary>
        public int Number { get; set; }

        public bool HasInput { get; set; }

        /// <summary>The input that it began with; null is none.</summary>
        public byte[]? Input { get; set; }
    }
}
