using Turnpike.Core.Errors;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>Audio on its way to the caller, byte for byte. Less than a frame of mp3, or a sample of pcm, is no answer.</summary>
internal sealed class SpeechFlow(AnswerContext context, string format) : AnswerFlow
{
    /// <summary>The smallest frame that speech is coded in: 32 kbit/s at 24 kHz.</summary>
    private const int FrameBytes = 96;

    private const int SampleBytes = 2;

    private readonly int _least = format == "mp3" ? FrameBytes : SampleBytes;
    private long _bytes;

    public override StreamStep TakeEvent(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            context.Facts.NativeFinishReason = context.Facts.HasContent ? "stop" : null;
            return StreamStep.End;
        }

        Output.Append(data);
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
    }

    public override void AppendError(GatewayError error)
    {
    }

    public override AnswerWriter? Continued() => null;
}
