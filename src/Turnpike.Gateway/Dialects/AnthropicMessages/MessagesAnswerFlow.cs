using Turnpike.Core.Errors;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>An answer from a provider of the same dialect: its own bytes, but for id, model and what it cost.</summary>
internal sealed class MessagesAnswerFlow(AnswerContext context) : AnswerFlow
{
    private readonly AnthropicAnswerReader _reader = new(isAnswerTool: false);
    private readonly CountingSink _sink = new(context.Facts);
    private byte[] _last = []; // the whole answer, or the event that tells why it ended: told with its cost, once that is known
    private byte[] _stop = [];
    private int _blocks;
    private bool _hasBegun;
    private MessagesBlockKind? _open;

    public override StreamStep TakeEvent(ReadOnlySpan<byte> data)
    {
        var step = _reader.ReadEvent(data, _sink);
        if (step == StreamStep.Garbage || context.Facts.Error is not null || !AnthropicEvent.TryRead(data, out var read))
        {
            return step;
        }

        switch (read.Kind)
        {
            case AnthropicEventKind.MessageStart when _hasBegun:
                break; // once more the same: clients take a second for another message
            case AnthropicEventKind.MessageStart when read.Message is { } message:
                _hasBegun = true;
                OpenEvent("message_start"u8);
                AnswerRewriter.Append(ref Output, data, message, context.Identity);
                Output.Append("\n\n"u8);
                break;
            case AnthropicEventKind.MessageDelta:
                Release();
                _last = data.ToArray();
                break;
            case AnthropicEventKind.MessageStop:
                _stop = data.ToArray();
                break;
            default:
                Follow(read, data);
                OpenEvent(NameOf(read, data));
                Output.Append(data);
                Output.Append("\n\n"u8);
                break;
        }

        return step;
    }

    public override bool TryTakeWhole(ReadOnlySpan<byte> body)
    {
        _last = body.ToArray();
        return _reader.TryReadWhole(body, _sink);
    }

    public override void AppendWholeEnd(in Settled settled) =>
        AnswerRewriter.AppendBooked(ref Output, _last, .., context.Identity, settled, MessagesBody.AppendUsage);

    public override void AppendEnd(in Settled settled, bool isCut)
    {
        if (_last.Length > 0 && !isCut)
        {
            OpenEvent("message_delta"u8);
            AnswerRewriter.AppendBooked(ref Output, _last, .., context.Identity, settled with { Metadata = default }, MessagesBody.AppendUsage);
            Output.Append("\n\n"u8);
        }
        else
        {
            if (_open is not null)
            {
                MessagesEvents.BlockStop(ref Output, _blocks - 1);
            }

            MessagesEvents.MessageDelta(ref Output, MessagesStop.MaxTokens, default, settled);
        }

        if (_stop.Length > 0 && settled.Metadata.IsEmpty)
        {
            OpenEvent("message_stop"u8);
            Output.Append(_stop);
            Output.Append("\n\n"u8);
        }
        else
        {
            MessagesEvents.MessageStop(ref Output, settled);
        }
    }

    public override void AppendError(GatewayError error) => MessagesEvents.Error(ref Output, error);

    public override AnswerWriter? Continued() => MessagesAnswerWriter.GoingOn(context, _blocks, _open);

    // Which block is open: who goes on with a broken stream closes it, or goes on in it.
    private void Follow(in AnthropicEvent read, ReadOnlySpan<byte> data)
    {
        if (read is { Kind: AnthropicEventKind.BlockStart, Block: { } block })
        {
            _blocks = Math.Max(_blocks, read.Index + 1);
            _open = AnthropicDelta.Read(data[block]).Type.SequenceEqual("text"u8) ? MessagesBlockKind.Text : MessagesBlockKind.Sealed;
        }
        else if (read.Kind == AnthropicEventKind.BlockStop)
        {
            _open = null;
        }
    }

    // An earlier word about the end, where the provider has more than one.
    private void Release()
    {
        if (_last.Length > 0)
        {
            OpenEvent("message_delta"u8);
            Output.Append(_last);
            Output.Append("\n\n"u8);
        }
    }

    private static ReadOnlySpan<byte> NameOf(in AnthropicEvent read, ReadOnlySpan<byte> data) => read.Kind switch
    {
        AnthropicEventKind.BlockDelta => "content_block_delta"u8,
        AnthropicEventKind.BlockStart => "content_block_start"u8,
        AnthropicEventKind.BlockStop => "content_block_stop"u8,
        _ => AnthropicDelta.Read(data).Type,
    };

    private void OpenEvent(ReadOnlySpan<byte> type)
    {
        Output.Append("event: "u8);
        Output.Append(type);
        Output.Append("\ndata: "u8);
    }
}
