using System.Buffers.Text;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>Audio on its way to the caller, byte for byte, or as OpenAI's events. Less than a frame of mp3, or a sample of pcm, is no answer.</summary>
internal sealed class SpeechFlow(AnswerContext context, SpeechWish wish) : AnswerFlow
{
    /// <summary>The smallest frame that speech is coded in: 32 kbit/s at 24 kHz.</summary>
    private const int FrameBytes = 96;

    private const int SampleBytes = 2;

    /// <summary>Bytes that base64 writes together: pieces of them are whole for who reads each, and for who joins them first.</summary>
    private const int GroupBytes = 3;

    private readonly int _least = wish.Format == "mp3" ? FrameBytes : SampleBytes;
    private readonly byte[] _left = new byte[GroupBytes];
    private int _leftBytes;
    private long _bytes;

    public override StreamStep TakeEvent(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            AppendLeft();
            context.Facts.NativeFinishReason = context.Facts.HasContent ? "stop" : null;
            return StreamStep.End;
        }

        if (wish.AsEvents)
        {
            AppendPiece(data);
        }
        else
        {
            Output.Append(data);
        }

        _bytes += data.Length;
        context.Facts.HasContent = _bytes >= _least;
        return StreamStep.More;
    }

    public override bool TryTakeWhole(ReadOnlySpan<byte> body) => false;

    public override void AppendWholeEnd(in Settled settled)
    {
    }

    public override void AppendEnd(in Settled settled, bool isCut)
    {
        if (wish.AsEvents)
        {
            var usage = settled.Bill.Usage;
            Output.Append("data: {\"type\":\"speech.audio.done\",\"usage\":{"u8);
            OperationUsage.AppendCount(ref Output, "input_tokens"u8, usage.PromptTokens);
            OperationUsage.AppendCount(ref Output, "output_tokens"u8, usage.CompletionTokens);
            OperationUsage.AppendCount(ref Output, "total_tokens"u8, usage.TotalTokens);
            OperationUsage.AppendCost(ref Output, settled);
            Output.Append("}}\n\n"u8);
        }
    }

    /// <summary>Never called for bytes, which have no place for it.</summary>
    public override void AppendError(GatewayError error) => AudioEvents.AppendError(ref Output, error);

    public override AnswerWriter? Continued() => null;

    private void AppendPiece(ReadOnlySpan<byte> data)
    {
        var missing = Math.Min(GroupBytes - _leftBytes, data.Length);
        data[..missing].CopyTo(_left.AsSpan(_leftBytes));
        _leftBytes += missing;
        if (_leftBytes < GroupBytes)
        {
            return;
        }

        data = data[missing..];
        var whole = data.Length - (data.Length % GroupBytes);
        AppendDelta(_left, data[..whole]);
        data[whole..].CopyTo(_left);
        _leftBytes = data.Length - whole;
    }

    private void AppendLeft()
    {
        if (_leftBytes > 0)
        {
            AppendDelta(_left.AsSpan(0, _leftBytes), default);
            _leftBytes = 0;
        }
    }

    /// <param name="first">Whole groups of base64 where something follows it.</param>
    private void AppendDelta(ReadOnlySpan<byte> first, ReadOnlySpan<byte> rest)
    {
        Output.Append("data: {\"type\":\"speech.audio.delta\",\"audio\":\""u8);
        AppendBase64(first);
        AppendBase64(rest);
        Output.Append("\"}\n\n"u8);
    }

    private void AppendBase64(ReadOnlySpan<byte> bytes)
    {
        Base64.EncodeToUtf8(bytes, Output.Reserve(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        Output.Advance(written);
    }
}
