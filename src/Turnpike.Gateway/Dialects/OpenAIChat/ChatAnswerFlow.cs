using Turnpike.Core.Errors;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>A chat answer from a chat provider: its own bytes, but for what is ours in them.</summary>
internal sealed class ChatAnswerFlow(AnswerContext context) : AnswerFlow
{
    private static readonly byte[] DataPrefix = [.. "data: "u8];

    public override StreamStep TakeEvent(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return StreamStep.End;
        }

        ref var output = ref Output;
        var start = output.Length;
        output.Append(DataPrefix);
        if (!ChatAnswerRewriter.TryRewriteChunk(data, context.Identity, context.Facts, context.Created, ref output))
        {
            output.Truncate(start);
            return StreamStep.Garbage;
        }

        if (output.Length == start + DataPrefix.Length)
        {
            output.Truncate(start); // a chunk that only reports usage, or an error
        }
        else
        {
            output.Append("\n\n"u8);
        }

        return StreamStep.More;
    }

    public override bool TryTakeWhole(ReadOnlySpan<byte> body) =>
        ChatAnswerRewriter.TryRewriteAnswer(body, context.Identity, context.Facts, context.Created, ref Output);

    public override void AppendWholeEnd(in Settled settled) => ChatTailWriter.AppendUsageAndClose(ref Output, context.Facts, settled);

    public override void AppendEnd(in Settled settled, bool isCut) => ChatTailWriter.AppendStreamEnd(ref Output, context, settled, isCut);

    public override AnswerWriter? Continued() => new ChatStreamWriter(context, hasBegun: true);

    public override void AppendError(GatewayError error) => ChatTailWriter.AppendError(ref Output, context.Identity, context.Created, error);
}
