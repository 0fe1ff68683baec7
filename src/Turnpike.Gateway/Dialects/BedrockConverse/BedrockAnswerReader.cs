using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Reads answers of Converse, and the messages of ConverseStream.</summary>
/// <param name="reasoningFormat">Who can read signed thoughts; null where nobody need.</param>
/// <param name="isAnswerTool">The answer was asked for as the input of a tool.</param>
internal sealed class BedrockAnswerReader(string? reasoningFormat, bool isAnswerTool) : IAnswerReader
{
    private readonly BedrockBlocks _blocks = new(reasoningFormat, isAnswerTool);
    private bool _hasFinished;
    private bool _hasUsage;

    public StreamStep ReadEvent(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        if (!EventStreamMessage.TryRead(data, out var message))
        {
            return StreamStep.Garbage;
        }

        try
        {
            if (message.Kind.SequenceEqual("event"u8))
            {
                return Tell(message, sink);
            }

            sink.Error(BedrockErrorReader.Read(message));
            return StreamStep.More;
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
            if (!root.TryMember("output", out var output) || !output.TryMember("message", out var message))
            {
                return false;
            }

            ReadContent(message, sink);
            TellMetadata(root, sink);
            TellFinish(root, sink);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private StreamStep Tell(in EventStreamMessage message, AnswerSink sink)
    {
        if (message.Name.SequenceEqual("contentBlockDelta"u8) || message.Name.SequenceEqual("contentBlockStart"u8))
        {
            if (!BedrockPiece.TryReadEvent(message.Payload, out var piece))
            {
                return StreamStep.Garbage;
            }

            _blocks.Take(piece, sink);
        }
        else if (message.Name.SequenceEqual("contentBlockStop"u8))
        {
            if (!BedrockPiece.TryReadEvent(message.Payload, out var end))
            {
                return StreamStep.Garbage;
            }

            _blocks.Stop(end.Index, sink);
        }
        else if (message.Name.SequenceEqual("messageStop"u8) || message.Name.SequenceEqual("metadata"u8))
        {
            var json = new Utf8JsonReader(message.Payload);
            using var document = JsonDocument.ParseValue(ref json);
            TellMetadata(document.RootElement, sink);
            TellFinish(document.RootElement, sink);
        }

        // Usage comes after the finish reason, mostly.
        return _hasFinished && _hasUsage ? StreamStep.End : StreamStep.More;
    }

    private void ReadContent(JsonElement message, AnswerSink sink)
    {
        if (!message.TryMember("content", out var content) || content.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var index = 0;
        foreach (var block in content.EnumerateArray())
        {
            if (block.ValueKind == JsonValueKind.Object)
            {
                _blocks.Take(BedrockPiece.OfBlock(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(block), index), sink);
                _blocks.Stop(index, sink);
            }

            index++;
        }
    }

    private void TellMetadata(JsonElement root, AnswerSink sink)
    {
        if (root.TryMember("serviceTier", out var tier) && tier.Text("type") is { } served)
        {
            sink.ServiceTier(served);
        }

        if (root.TryMember("usage", out var counts) && BedrockUsage.Read(counts) is { } usage)
        {
            _hasUsage = true;
            sink.Usage(usage);
        }
    }

    private void TellFinish(JsonElement root, AnswerSink sink)
    {
        if (root.Text("stopReason") is not { Length: > 0 } reason)
        {
            return;
        }

        _blocks.StopAll(sink);
        _hasFinished = true;
        var native = GatewayErrors.Bounded(reason, 64);
        sink.Finish(0, native, BedrockFinish.Normalised(native, isAnswerTool), JsonText.Inside(StopSequence(root) ?? ""));
    }

    // Where additionalModelResponseFieldPaths asked for it: at the top of a whole answer, in a delta of a stream.
    private static string? StopSequence(JsonElement root) => root.TryMember("additionalModelResponseFields", out var fields)
        ? fields.Text("stop_sequence") ?? (fields.TryMember("delta", out var delta) ? delta.Text("stop_sequence") : null)
        : null;
}
