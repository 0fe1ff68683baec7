using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Reads an answer of the Responses API. What came piece by piece is not told again when its item is done; what a provider sends
/// only whole is told then.</summary>
/// <param name="format">Whose encrypted reasoning it is.</param>
internal sealed class ResponsesAnswerReader(string format) : IAnswerReader
{
    private readonly ResponsesItemTeller _items = new(format);

    public StreamStep ReadEvent(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return StreamStep.End;
        }

        try
        {
            var json = new Utf8JsonReader(data);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return StreamStep.Garbage;
            }

            return Read(data, new ResponsesEvent(ref json), sink);
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
            using var document = JsonDocument.Parse(body.ToArray());
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && !root.TryMember("output", out _) && root.TryMember("error", out var error))
            {
                sink.Error(ResponsesErrorReader.ReadValue(error));
                return true;
            }

            if (!root.TryMember("output", out var output) || output.ValueKind != JsonValueKind.Array)
            {
                return false;
            }

            ReadEnd(root, sink);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private StreamStep Read(ReadOnlySpan<byte> data, in ResponsesEvent read, AnswerSink sink)
    {
        switch (data[read.Type])
        {
            case var type when type.SequenceEqual("response.output_text.delta"u8):
                _items.Text(read.OutputIndex, data[read.Delta], sink);
                return StreamStep.More;
            case var type when type.SequenceEqual("response.function_call_arguments.delta"u8):
                _items.Arguments(read.OutputIndex, data[read.Delta], sink);
                return StreamStep.More;
            case var type when type.SequenceEqual("response.reasoning_summary_text.delta"u8):
                _items.Reasoning(ReasoningKind.Summary, read, data, sink);
                return StreamStep.More;
            case var type when type.SequenceEqual("response.reasoning_text.delta"u8) || type.SequenceEqual("response.reasoning.delta"u8):
                _items.Reasoning(ReasoningKind.Text, read, data, sink);
                return StreamStep.More;
            case var type when type.SequenceEqual("response.refusal.delta"u8):
                _items.Refusal(read.OutputIndex, data[read.Delta], sink);
                return StreamStep.More;
            default:
                return ReadRare(data, read, sink);
        }
    }

    private StreamStep ReadRare(ReadOnlySpan<byte> data, in ResponsesEvent read, AnswerSink sink)
    {
        var type = data[read.Type];
        if (type.SequenceEqual("response.output_item.added"u8) || type.SequenceEqual("response.output_item.done"u8))
        {
            using var item = Parse(data[read.Item]);
            _items.Item(read.OutputIndex, item.RootElement, isDone: type.EndsWith("done"u8), sink);
        }
        else if (type.SequenceEqual("response.output_text.annotation.added"u8))
        {
            using var annotation = Parse(data[read.Annotation]);
            _items.Annotation(read.OutputIndex, annotation.RootElement, sink);
        }
        else if (type.SequenceEqual("response.created"u8) || type.SequenceEqual("response.in_progress"u8) || type.SequenceEqual("response.queued"u8))
        {
            using var response = Parse(data[read.Response]);
            ReadHead(response.RootElement, sink);
        }
        else if (type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8) || type.SequenceEqual("response.failed"u8)
            || type.SequenceEqual("response.cancelled"u8))
        {
            using var response = Parse(data[read.Response]);
            ReadEnd(response.RootElement, sink);
            return StreamStep.End;
        }
        else if (type.IsEmpty || type.SequenceEqual("error"u8) || type.SequenceEqual("response.error"u8))
        {
            return ReadError(data, sink);
        }

        return StreamStep.More;
    }

    private static StreamStep ReadError(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        using var document = Parse(data);
        var root = document.RootElement;
        var isError = root.TryMember("error", out var error);
        if (!isError && root.Text("type") is null)
        {
            return StreamStep.Garbage;
        }

        sink.Error(ResponsesErrorReader.ReadValue(isError ? error : root));
        return StreamStep.End;
    }

    private static void ReadHead(JsonElement response, AnswerSink sink)
    {
        if (response.Text("id") is { Length: > 0 } id)
        {
            sink.UpstreamId(id);
        }
    }

    private void ReadEnd(JsonElement response, AnswerSink sink)
    {
        ReadHead(response, sink);
        if (response.Text("service_tier") is { } tier)
        {
            sink.ServiceTier(tier);
        }

        // Of a stream that gave content all items have been told; one that gave none has them only here.
        if (!sink.Facts.HasContent && response.TryMember("output", out var output) && output.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in output.EnumerateArray())
            {
                _items.Item(index++, item, isDone: true, sink);
            }
        }

        if (ResponsesUsageReader.Read(response) is { } usage)
        {
            sink.Usage(_items.Searches > 0 ? usage with { WebSearches = _items.Searches } : usage);
        }

        if (response.TryMember("error", out var error))
        {
            sink.Error(ResponsesErrorReader.ReadValue(error));
            return;
        }

        var (native, normalised) = ResponsesFinish.Of(response, sink.Facts.ToolCalls > 0);
        if (normalised == FinishReasons.Error)
        {
            sink.Error(new("The provider did not finish its answer.", native, null, null));
            return;
        }

        sink.Finish(0, native, normalised);
    }

    private static JsonDocument Parse(ReadOnlySpan<byte> json) => JsonDocument.Parse(json.IsEmpty ? "{}"u8.ToArray() : json.ToArray());
}
