using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Reads answers of the Messages API.</summary>
/// <param name="isAnswerTool">The answer was asked for as the input of a tool (<see cref="AnthropicAnswerForm"/>).</param>
internal sealed class AnthropicAnswerReader(bool isAnswerTool) : IAnswerReader
{
    private readonly AnthropicBlocks _blocks = new(isAnswerTool);
    private readonly AnthropicUsage _usage = new();
    private byte[]? _messageId;

    /// <summary>A reader for the answer to a request that <see cref="AnthropicNeutralWriter"/> wrote.</summary>
    public static AnthropicAnswerReader For(NeutralRequest request, UpstreamTarget target) =>
        new(AnthropicAnswerForm.Of(request, ClaudeModel.Of(target.Endpoint.UpstreamModel)).IsTool);

    public StreamStep ReadEvent(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        try
        {
            return AnthropicEvent.TryRead(data, out var read) ? Tell(read, data, sink) : StreamStep.Garbage;
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
            if (root.TryMember("error", out _))
            {
                sink.Error(AnthropicErrorReader.Read(root));
                return true;
            }

            return root.TryMember("content", out _) && ReadMessage(body, sink, isWhole: true);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private StreamStep Tell(in AnthropicEvent read, ReadOnlySpan<byte> data, AnswerSink sink)
    {
        switch (read.Kind)
        {
            case AnthropicEventKind.BlockDelta when read.Delta is { } delta:
                _blocks.Add(read.Index, AnthropicDelta.Read(data[delta]), sink);
                return StreamStep.More;
            case AnthropicEventKind.BlockStart when read.Block is { } block:
                _blocks.Start(read.Index, AnthropicDelta.Read(data[block]), sink);
                return StreamStep.More;
            case AnthropicEventKind.BlockStop:
                _blocks.Stop(read.Index, sink);
                return StreamStep.More;
            case AnthropicEventKind.MessageStart when read.Message is { } message:
                return ReadMessage(data[message], sink, isWhole: false) ? StreamStep.More : StreamStep.Garbage;
            case AnthropicEventKind.MessageDelta:
                ReadEnd(read, data, sink);
                return StreamStep.More;
            case AnthropicEventKind.MessageStop:
                return StreamStep.End;
            case AnthropicEventKind.Error:
                using (var document = JsonDocument.Parse(data.ToArray()))
                {
                    sink.Error(AnthropicErrorReader.Read(document.RootElement));
                }

                return StreamStep.More;
            default:
                return StreamStep.More;
        }
    }

    // False for a second message in the midst of a first: two streams were mixed up.
    private bool ReadMessage(ReadOnlySpan<byte> message, AnswerSink sink, bool isWhole)
    {
        var members = AnthropicDelta.Read(message);
        if (_messageId is not null)
        {
            return _messageId.AsSpan().SequenceEqual(members.Id);
        }

        _messageId = members.Id.ToArray();
        if (_messageId.Length > 0)
        {
            sink.UpstreamId(Encoding.UTF8.GetString(_messageId));
        }

        ReadMembers(message, sink);
        if (isWhole)
        {
            TellUsage(sink);
            TellFinish(members, sink);
        }

        return true;
    }

    private void ReadMembers(ReadOnlySpan<byte> message, AnswerSink sink)
    {
        var json = new Utf8JsonReader(message);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isContent = json.ValueTextEquals("content"u8);
            var isUsage = json.ValueTextEquals("usage"u8);
            json.Read();
            var start = (int)json.TokenStartIndex;
            if (isContent && json.TokenType == JsonTokenType.StartArray)
            {
                ReadContent(ref json, message, sink);
                continue;
            }

            isUsage &= json.TokenType == JsonTokenType.StartObject;
            json.Skip();
            if (isUsage)
            {
                // Told at the end: what a stream begins with counts one token of output, and who leaves early would pay for that one.
                _usage.Read(message[start..(int)json.BytesConsumed]);
            }
        }
    }

    private void ReadContent(ref Utf8JsonReader json, ReadOnlySpan<byte> message, AnswerSink sink)
    {
        for (var index = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; index++)
        {
            var start = (int)json.TokenStartIndex;
            var isObject = json.TokenType == JsonTokenType.StartObject;
            json.Skip();
            if (isObject)
            {
                _blocks.Start(index, AnthropicDelta.Read(message[start..(int)json.BytesConsumed]), sink);
                _blocks.Stop(index, sink);
            }
        }
    }

    private void ReadEnd(in AnthropicEvent read, ReadOnlySpan<byte> data, AnswerSink sink)
    {
        if (read.Usage is { } usage)
        {
            _usage.Read(data[usage]);
        }

        TellUsage(sink);
        if (read.Delta is { } delta)
        {
            TellFinish(AnthropicDelta.Read(data[delta]), sink);
        }
    }

    private void TellUsage(AnswerSink sink)
    {
        if (_usage.ServiceTier is { } tier)
        {
            sink.ServiceTier(tier);
        }

        sink.Mode(_usage.Mode);
        if (_usage.HasCounts)
        {
            sink.Usage(_usage.Total);
        }
    }

    private void TellFinish(in AnthropicDelta end, AnswerSink sink)
    {
        if (!end.StopReason.IsEmpty)
        {
            var native = AnthropicFinish.Native(end.StopReason);
            sink.Finish(0, native, AnthropicFinish.Normalised(native, isAnswerTool), end.StopSequence);
        }
    }
}
