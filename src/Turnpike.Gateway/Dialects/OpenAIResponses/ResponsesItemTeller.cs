using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Tells the items of one answer, and remembers what of each has been told.</summary>
/// <param name="format">Whose encrypted reasoning it is.</param>
internal sealed class ResponsesItemTeller(string format)
{
    /// <summary>Items of one answer that are looked at; what a broken provider numbers beyond is passed over.</summary>
    private const int ItemsMax = 4096;

    private readonly List<Told> _told = [];
    private readonly List<(int Index, int Part, int Block)> _blocks = [];
    private int _calls;

    /// <summary>Searches of the web that are done; pages that were opened or searched through are none.</summary>
    public int Searches { get; private set; }

    public void Text(int index, ReadOnlySpan<byte> delta, AnswerSink sink)
    {
        At(index).HasText = true;
        sink.Text(0, delta);
    }

    public void Refusal(int index, ReadOnlySpan<byte> delta, AnswerSink sink)
    {
        At(index).HasText = true;
        sink.Refusal(0, delta);
    }

    public void Arguments(int index, ReadOnlySpan<byte> delta, AnswerSink sink)
    {
        var told = At(index);
        if (told.Call >= 0)
        {
            told.HasText = true;
            sink.ToolCallArguments(0, told.Call, delta);
        }
    }

    public void Reasoning(ReasoningKind kind, in ResponsesEvent read, ReadOnlySpan<byte> data, AnswerSink sink)
    {
        At(read.OutputIndex).HasText = true;
        Think(kind, read.OutputIndex, read.SummaryIndex, data[read.ItemId], data[read.Delta], sink);
    }

    public void Annotation(int index, JsonElement annotation, AnswerSink sink)
    {
        if (annotation.Text("type") == "url_citation" && annotation.Text("url") is { } url)
        {
            At(index).HasCitation = true;
            sink.Citation(0, new(
                url, annotation.Text("title"), annotation.Text("content"), (int?)annotation.Integer("start_index"), (int?)annotation.Integer("end_index")));
        }
    }

    /// <summary>An item has begun or is done; of one that is done is told what was not told yet.</summary>
    public void Item(int index, JsonElement item, bool isDone, AnswerSink sink)
    {
        var told = At(index);
        if (told.IsDone || item.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        told.IsDone = isDone;
        switch (item.Text("type"))
        {
            case "function_call" or "custom_tool_call":
                Call(told, item, isDone, sink);
                break;
            case "message" when isDone:
                Message(index, told, item, sink);
                break;
            case "reasoning" when isDone:
                Reasoned(index, told, item, sink);
                break;
            case "image_generation_call" when isDone && item.TryMember("result", out var result) && result.ValueKind == JsonValueKind.String:
                sink.Image(0, Encoding.ASCII.GetBytes("image/" + (item.Text("output_format") ?? "png")), Inside(result));
                break;
            case "web_search_call" when isDone && (!item.TryMember("action", out var action) || action.Text("type") is null or "search"):
                Searches++;
                break;
            default:
                break; // tools that the provider runs itself; what they found stands in the text
        }
    }

    private void Call(Told told, JsonElement item, bool isDone, AnswerSink sink)
    {
        if (told.Call < 0)
        {
            told.Call = _calls++;
            var id = item.TryMember("call_id", out var callId) || item.TryMember("id", out callId) ? Inside(callId) : default;
            sink.ToolCallStart(
                0,
                told.Call,
                id.IsEmpty ? Encoding.ASCII.GetBytes($"call_{told.Call}") : id,
                item.TryMember("name", out var name) ? Inside(name) : default);
        }

        if (isDone && item.Text("input") is { } input)
        {
            sink.ToolCallArguments(0, told.Call, JsonText.Inside(FreeformTool.ArgumentsOf(input)));
        }
        else if (isDone && !told.HasText && item.TryMember("arguments", out var arguments))
        {
            var raw = arguments.ValueKind == JsonValueKind.String ? Inside(arguments) : JsonText.Inside(arguments.GetRawText());
            sink.ToolCallArguments(0, told.Call, raw.IsEmpty ? "{}"u8 : raw);
        }
    }

    private void Message(int index, Told told, JsonElement item, AnswerSink sink)
    {
        if (!item.TryMember("content", out var content) || content.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var (hadText, hadCitation) = (told.HasText, told.HasCitation);
        foreach (var part in content.EnumerateArray())
        {
            if (!hadText && part.TryMember("text", out var text))
            {
                sink.Text(0, Inside(text));
            }
            else if (!hadText && part.TryMember("refusal", out var refusal))
            {
                sink.Refusal(0, Inside(refusal));
            }

            if (!hadCitation && part.TryMember("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Array)
            {
                foreach (var annotation in annotations.EnumerateArray())
                {
                    Annotation(index, annotation, sink);
                }
            }

            if (part.TryMember("logprobs", out var probabilities) && probabilities.ValueKind == JsonValueKind.Array && probabilities.GetArrayLength() > 0)
            {
                sink.Logprobs(0, Encoding.UTF8.GetBytes($"{{\"content\":{probabilities.GetRawText()},\"refusal\":null}}"));
            }
        }
    }

    private void Reasoned(int index, Told told, JsonElement item, AnswerSink sink)
    {
        ReadOnlySpan<byte> id = item.TryMember("id", out var itemId) ? Inside(itemId) : default;
        if (!told.HasText)
        {
            Pieces(ReasoningKind.Summary, index, item, id, sink);
            Pieces(ReasoningKind.Text, index, item, id, sink);
        }

        if (item.TryMember("encrypted_content", out var encrypted) && encrypted.ValueKind == JsonValueKind.String)
        {
            Think(ReasoningKind.Encrypted, index, 0, id, Inside(encrypted), sink);
        }
    }

    private void Pieces(ReasoningKind kind, int index, JsonElement item, ReadOnlySpan<byte> id, AnswerSink sink)
    {
        if (item.TryMember(kind == ReasoningKind.Summary ? "summary" : "content", out var pieces) && pieces.ValueKind == JsonValueKind.Array)
        {
            var part = 0;
            foreach (var piece in pieces.EnumerateArray())
            {
                if (piece.TryMember("text", out var text))
                {
                    Think(kind, index, kind == ReasoningKind.Summary ? part++ : 0, id, Inside(text), sink);
                }
            }
        }
    }

    // Readable reasoning that nobody signed is for reading only: no provider takes it back, so it carries no format.
    private void Think(ReasoningKind kind, int index, int part, ReadOnlySpan<byte> id, ReadOnlySpan<byte> text, AnswerSink sink)
    {
        if (!text.IsEmpty)
        {
            sink.Reasoning(0, new(kind, Block(index, part), kind == ReasoningKind.Text ? null : format) { Text = text, Id = id });
        }
    }

    // Each part of a summary is a block; the encrypted form shares that of the first.
    private int Block(int index, int part)
    {
        foreach (var known in _blocks)
        {
            if (known.Index == index && known.Part == part)
            {
                return known.Block;
            }
        }

        if (_blocks.Count < ItemsMax)
        {
            _blocks.Add((index, part, _blocks.Count));
        }

        return _blocks.Count - 1;
    }

    private Told At(int index)
    {
        index = Math.Min(index, ItemsMax);
        while (_told.Count <= index)
        {
            _told.Add(new());
        }

        return _told[index];
    }

    private static ReadOnlySpan<byte> Inside(JsonElement text) =>
        text.ValueKind == JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(text)[1..^1] : default;

    private sealed class Told
    {
        public int Call { get; set; } = -1;

        public bool HasText { get; set; }

        public bool HasCitation { get; set; }

        public bool IsDone { get; set; }
    }
}
