using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>The blocks of one answer: what each is to the sink. Text and thoughts begin without being announced; calls are announced.</summary>
/// <param name="reasoningFormat">Who can read signed thoughts; null where nobody need.</param>
/// <param name="isAnswerTool">The input of the tool <see cref="AnthropicAnswerForm.ToolName"/> is the answer's text.</param>
internal sealed class BedrockBlocks(string? reasoningFormat, bool isAnswerTool)
{
    private readonly List<Call> _calls = [];
    private int _callCount;
    private int _thoughts;
    private int _thoughtIndex = -1;

    /// <summary>Tells a piece, or the beginning of a call.</summary>
    public void Take(in BedrockPiece piece, AnswerSink sink)
    {
        if (!piece.CallName.IsEmpty)
        {
            Start(piece, sink);
        }
        else if (!piece.Input.IsEmpty && Find(piece.Index) is { } call)
        {
            call.HasInput = true;
            TellInput(call, piece.Input, sink);
        }

        if (!piece.Thought.IsEmpty || !piece.Signature.IsEmpty || !piece.Redacted.IsEmpty)
        {
            TellThought(piece, sink);
        }

        sink.Text(0, piece.Text);
        TellCitations(piece.Citations, sink);
    }

    /// <summary>A block has ended: a call without pieces of input has the one that it began with, or none.</summary>
    public void Stop(int index, AnswerSink sink)
    {
        if (Find(index) is { HasInput: false } call)
        {
            call.HasInput = true;
            TellInput(call, call.Whole is { } whole ? JsonText.Inside(whole) : "{}"u8, sink);
        }
    }

    /// <summary>The answer has ended, and with it what is still open.</summary>
    public void StopAll(AnswerSink sink)
    {
        foreach (var call in _calls)
        {
            Stop(call.Index, sink);
        }
    }

    private void Start(in BedrockPiece piece, AnswerSink sink)
    {
        if (piece.IsServersCall || Find(piece.Index) is not null)
        {
            return;
        }

        var isAnswer = isAnswerTool && Ascii.Equals(piece.CallName, AnthropicAnswerForm.ToolName);
        var call = new Call(piece.Index, isAnswer ? null : _callCount++) { Whole = piece.WholeInput.IsEmpty ? null : piece.WholeInput.ToArray() };
        _calls.Add(call);
        if (call.Number is { } number)
        {
            sink.ToolCallStart(0, number, piece.CallId.IsEmpty ? Encoding.ASCII.GetBytes($"call_{number}") : piece.CallId, piece.CallName);
        }
    }

    private Call? Find(int index)
    {
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            if (_calls[i].Index == index)
            {
                return _calls[i];
            }
        }

        return null;
    }

    private static void TellInput(Call call, ReadOnlySpan<byte> input, AnswerSink sink)
    {
        if (call.Number is { } number)
        {
            sink.ToolCallArguments(0, number, input);
        }
        else
        {
            sink.Text(0, input);
        }
    }

    private void TellThought(in BedrockPiece piece, AnswerSink sink)
    {
        if (_thoughtIndex != piece.Index)
        {
            _thoughtIndex = piece.Index;
            _thoughts++;
        }

        if (!piece.Redacted.IsEmpty)
        {
            sink.Reasoning(0, new(ReasoningKind.Encrypted, _thoughts - 1, reasoningFormat) { Text = piece.Redacted });
        }
        else
        {
            sink.Reasoning(0, new(ReasoningKind.Text, _thoughts - 1, reasoningFormat) { Text = piece.Thought, Signature = piece.Signature });
        }
    }

    private static void TellCitations(ReadOnlySpan<byte> raw, AnswerSink sink)
    {
        if (raw.IsEmpty)
        {
            return;
        }

        using var document = JsonDocument.Parse(raw.ToArray());
        var root = document.RootElement;
        foreach (var text in Items(root, "content"))
        {
            sink.Text(0, JsonText.Inside(text.Text("text") ?? ""));
        }

        foreach (var citation in root.TryMember("citations", out _) ? Items(root, "citations") : [root])
        {
            if (SourceOf(citation) is { Length: > 0 } source)
            {
                var content = string.Concat(Items(citation, "sourceContent").Select(static c => c.Text("text")));
                sink.Citation(0, new(source, citation.Text("title"), content.Length > 0 ? content : null));
            }
        }
    }

    // A document of the caller's own has no address: its title stands for one, else its number.
    private static string? SourceOf(JsonElement citation)
    {
        if (!citation.TryMember("location", out var location))
        {
            return null;
        }

        if (location.TryMember("web", out var web))
        {
            return web.Text("url");
        }

        foreach (var place in (string[])["documentChar", "documentPage", "documentChunk"])
        {
            if (location.TryMember(place, out var own))
            {
                return citation.Text("title") is { Length: > 0 } title ? title : $"document:{own.Integer("documentIndex") ?? 0}";
            }
        }

        return citation.Text("source");
    }

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryMember(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : [];

    private sealed class Call(int index, int? number)
    {
        public int Index { get; } = index;

        /// <summary>Which of the calls; null where its input is the answer.</summary>
        public int? Number { get; } = number;

        public bool HasInput { get; set; }

        /// <summary>The input that it began with; null is none.</summary>
        public byte[]? Whole { get; init; }
    }
}
