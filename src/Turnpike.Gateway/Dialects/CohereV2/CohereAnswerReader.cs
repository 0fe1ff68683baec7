using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>Reads answers of Cohere's chat. The plan that comes before calls is text: there it stands when it comes back.</summary>
/// <param name="stop">The request's stop sequence, where it has one only: Cohere says that one ended the answer, not which.</param>
internal sealed class CohereAnswerReader(string? stop = null) : IAnswerReader
{
    private readonly CohereCalls _calls = new();
    private int _thoughts;
    private int _thoughtIndex = -1;

    public StreamStep ReadEvent(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        try
        {
            return CohereEvent.TryRead(data, out var read) ? Tell(read, sink) : StreamStep.Garbage;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return StreamStep.Garbage;
        }
    }

    public bool TryReadWhole(ReadOnlySpan<byte> body, AnswerSink sink)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref json);
            var root = document.RootElement;
            if (!root.TryMember("message", out var message) || message.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            if (root.Text("id") is { } id)
            {
                sink.UpstreamId(id);
            }

            ReadMessage(message, sink);
            if (root.TryMember("logprobs", out var logprobs))
            {
                CohereLogprobs.Tell(logprobs, sink);
            }

            TellEnd(root, sink);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private StreamStep Tell(in CohereEvent read, AnswerSink sink)
    {
        switch (read.Type)
        {
            case var t when t.SequenceEqual("content-delta"u8) || t.SequenceEqual("content-start"u8):
                TellThought(read.Index, read.Thought, sink);
                sink.Text(0, read.Text);
                TellLogprobs(read.Logprobs, sink);
                return StreamStep.More;
            case var t when t.SequenceEqual("tool-plan-delta"u8):
                sink.Text(0, read.ToolPlan);
                return StreamStep.More;
            case var t when t.SequenceEqual("tool-call-start"u8):
                _calls.Start(read.Index, read.CallId, read.CallName, sink);
                _calls.Add(read.Index, read.Arguments, sink);
                return StreamStep.More;
            case var t when t.SequenceEqual("tool-call-delta"u8):
                _calls.Add(read.Index, read.Arguments, sink);
                return StreamStep.More;
            case var t when t.SequenceEqual("tool-call-end"u8):
                _calls.Stop(read.Index, sink);
                return StreamStep.More;
            case var t when t.SequenceEqual("citation-start"u8) && !read.Citation.IsEmpty:
                using (var citation = JsonDocument.Parse(read.Citation.ToArray()))
                {
                    CohereCitations.Tell(citation.RootElement, sink);
                }

                return StreamStep.More;
            case var t when t.SequenceEqual("message-start"u8) && !read.Id.IsEmpty:
                sink.UpstreamId(Encoding.UTF8.GetString(read.Id));
                return StreamStep.More;
            case var t when t.SequenceEqual("message-end"u8) && !read.Delta.IsEmpty:
                using (var end = JsonDocument.Parse(read.Delta.ToArray()))
                {
                    TellEnd(end.RootElement, sink);
                }

                return StreamStep.End;
            default:
                return StreamStep.More;
        }
    }

    private void ReadMessage(JsonElement message, AnswerSink sink)
    {
        var index = 0;
        foreach (var block in Items(message, "content"))
        {
            TellThought(index++, Inside(block, "thinking"), sink);
            sink.Text(0, Inside(block, "text"));
        }

        sink.Text(0, Inside(message, "tool_plan"));
        index = 0;
        foreach (var call in Items(message, "tool_calls"))
        {
            if (call.TryMember("function", out var function))
            {
                _calls.Start(index, Inside(call, "id"), Inside(function, "name"), sink);
                _calls.Add(index++, Inside(function, "arguments"), sink);
            }
        }

        _calls.StopAll(sink);
        foreach (var citation in Items(message, "citations"))
        {
            CohereCitations.Tell(citation, sink);
        }
    }

    private void TellThought(int index, ReadOnlySpan<byte> thought, AnswerSink sink)
    {
        if (thought.IsEmpty)
        {
            return;
        }

        if (_thoughtIndex != index)
        {
            _thoughtIndex = index;
            _thoughts++;
        }

        sink.Reasoning(0, new(ReasoningKind.Text, _thoughts - 1, format: null) { Text = thought });
    }

    private static void TellLogprobs(ReadOnlySpan<byte> raw, AnswerSink sink)
    {
        if (!raw.IsEmpty)
        {
            using var logprobs = JsonDocument.Parse(raw.ToArray());
            CohereLogprobs.Tell(logprobs.RootElement, sink);
        }
    }

    private void TellEnd(JsonElement end, AnswerSink sink)
    {
        _calls.StopAll(sink);
        if (end.TryMember("usage", out var counts) && CohereUsage.Read(counts) is { } usage)
        {
            sink.Usage(usage);
        }

        if (end.Text("error") is { Length: > 0 } error)
        {
            sink.Error(new(GatewayErrors.Bounded(error), null, end.Text("finish_reason") is { } word ? GatewayErrors.Bounded(word, 64) : null, 500));
        }
        else if (end.Text("finish_reason") is { Length: > 0 } reason)
        {
            var native = GatewayErrors.Bounded(reason, 64);
            sink.Finish(0, native, CohereFinish.Normalised(native), native == "STOP_SEQUENCE" ? JsonText.Inside(stop ?? "") : default);
        }
    }

    private static ReadOnlySpan<byte> Inside(JsonElement parent, string name) =>
        parent.TryMember(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(value)[1..^1] : default;

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryMember(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : [];
}
