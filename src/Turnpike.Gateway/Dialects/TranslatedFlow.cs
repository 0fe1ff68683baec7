using Turnpike.Core.Errors;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dialects;

/// <summary>An answer between two dialects: the reader of the provider's, the writer of the caller's.</summary>
/// <param name="sink">What the reader tells: the writer, or something before it.</param>
internal sealed class TranslatedFlow(IAnswerReader reader, AnswerSink sink, AnswerWriter writer) : AnswerFlow
{
    public TranslatedFlow(IAnswerReader reader, AnswerWriter writer)
        : this(reader, writer, writer)
    {
    }

    public override string ContentType => writer.ContentType;

    public override StreamStep TakeEvent(ReadOnlySpan<byte> data) => Moved(reader.ReadEvent(data, sink));

    public override bool TryTakeWhole(ReadOnlySpan<byte> body) => Moved(reader.TryReadWhole(body, sink));

    public override AnswerWriter? Continued() => writer;

    public override void AppendWholeEnd(in Settled settled)
    {
        writer.AppendWholeEnd(settled);
        Moved(0);
    }

    public override void AppendEnd(in Settled settled, bool isCut)
    {
        writer.AppendEnd(settled, isCut);
        Moved(0);
    }

    public override void AppendError(GatewayError error)
    {
        writer.AppendError(error);
        Moved(0);
    }

    // What the writer wrote becomes the flow's; the usual case moves the array, not the bytes.
    private T Moved<T>(T result)
    {
        if (writer.Output.Length > 0)
        {
            Output.Take(ref writer.Output);
        }

        return result;
    }
}
