using Turnpike.Core.Errors;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>A chat answer from a chat provider: its own bytes, but for what is ours in them. From where it says something in a vendor's own way
/// on, it is read and written anew.</summary>
internal sealed class ChatAnswerFlow(AnswerContext context) : AnswerFlow
{
    private static readonly byte[] DataPrefix = [.. "data: "u8];

    // Of several choices each may begin otherwise: they are read and written anew where thoughts may stand between tags.
    private readonly ChatProgress _progress = new(context.Endpoint?.ThinksInTags == true);
    private ChatAnswerReader? _reader;
    private AnswerWriter? _writer; // there where the reader is
    private bool _hasTold;

    // All chunks of a stream say the same of when it was made: ours what the provider's said.
    private AnswerContext Context => _progress.Created > 0 && _progress.Created != context.Created ? context with { Created = _progress.Created } : context;

    public override StreamStep TakeEvent(ReadOnlySpan<byte> data)
    {
        if (_reader is not null || (_progress.LooksForTags && context.Request.Choices > 1))
        {
            return Translate(data);
        }

        if (data.SequenceEqual("[DONE]"u8))
        {
            return StreamStep.End;
        }

        ref var output = ref Output;
        var start = output.Length;
        output.Append(DataPrefix);
        var rewriting = ChatAnswerRewriter.RewriteChunk(data, context, _progress, ref output);
        if (rewriting == ChatRewriting.Done && output.Length > start + DataPrefix.Length)
        {
            output.Append("\n\n"u8);
            _hasTold = true;
            return StreamStep.More;
        }

        output.Truncate(start); // a chunk that only reports usage, or an error; or none that can be sent
        return rewriting switch
        {
            ChatRewriting.Done => StreamStep.More,
            ChatRewriting.Garbage => StreamStep.Garbage,
            ChatRewriting.Deviates => Translate(data),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    public override bool TryTakeWhole(ReadOnlySpan<byte> body)
    {
        var rewriting = _progress.LooksForTags && context.Request.Choices > 1
            ? ChatRewriting.Deviates
            : ChatAnswerRewriter.RewriteAnswer(body, context, _progress, ref Output);
        if (rewriting != ChatRewriting.Deviates)
        {
            return rewriting == ChatRewriting.Done;
        }

        return NewReader().TryReadWhole(body, _writer = new ChatWholeWriter(context, _progress.Calls));
    }

    public override void AppendWholeEnd(in Settled settled)
    {
        if (_writer is null)
        {
            ChatTailWriter.AppendUsageAndClose(ref Output, context.Facts, settled);
            return;
        }

        _writer.AppendWholeEnd(settled);
        Output.Take(ref _writer.Output);
    }

    public override void AppendEnd(in Settled settled, bool isCut) => ChatTailWriter.AppendStreamEnd(ref Output, Context, settled, isCut);

    public override AnswerWriter? Continued() => _writer ?? new ChatStreamWriter(Context, hasBegun: true);

    public override void AppendError(GatewayError error) => ChatTailWriter.AppendError(ref Output, context.Identity, Context.Created, error);

    private StreamStep Translate(ReadOnlySpan<byte> data)
    {
        _reader ??= NewReader();
        _writer ??= new ChatStreamWriter(Context, hasBegun: _hasTold, _progress.Calls);
        var step = _reader.ReadEvent(data, _writer);
        Output.Take(ref _writer.Output);
        return step;
    }

    private ChatAnswerReader NewReader() => new(context.Quirks, ChatText.For(_progress.LooksForTags, repeated: default), _progress.Calls);
}
