using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Writes an answer from a provider of another dialect: as the events of a stream, or gathered into one message.</summary>
/// <remarks>One block is open at a time, and blocks are numbered as they open: what accumulators of this dialect rely on. A call that begins while
/// the arguments of another are not whole waits for its turn.</remarks>
internal sealed class MessagesAnswerWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly bool _isStream = context.Request.Stream;
    private readonly bool _hidesReasoning = context.Neutral?.Reasoning?.Exclude == true;
    private readonly List<MessagesBlock> _told = []; // where the answer is not streamed
    private readonly List<MessagesBlock> _calls = [];
    private readonly List<MessagesBlock> _waiting = [];
    private MessagesBlock? _open;
    private int _next;
    private bool _hasBegun;
    private bool _isRefused;
    private string? _native;
    private string? _finish;
    private byte[] _stopSequence = [];

    /// <summary>A writer that goes on with a stream of which events have been told.</summary>
    /// <param name="next">The number of the next block.</param>
    /// <param name="open">The kind of the block before it, where that is still open.</param>
    public static MessagesAnswerWriter GoingOn(AnswerContext context, int next, MessagesBlockKind? open) => new(context)
    {
        _hasBegun = true,
        _next = next,
        _open = open is { } kind ? new(kind) { Index = next - 1 } : null,
    };

    public override void AppendWholeEnd(in Settled settled)
    {
        CloseAll();
        MessagesBody.AppendHead(ref Output, Context);
        for (var i = 0; i < _told.Count; i++)
        {
            Output.Append(i > 0 ? ","u8 : "["u8);
            MessagesBlockText.Append(ref Output, _told[i]);
        }

        Output.Append(_told.Count > 0 ? "],"u8 : "[],"u8);
        MessagesBody.AppendStop(ref Output, Reason(isCut: false), _stopSequence);
        Output.Append(",\"usage\":"u8);
        MessagesBody.AppendUsage(ref Output, settled);
        AnswerRewriter.AppendMetadata(ref Output, settled.Metadata);
        Output.Append("}"u8);
    }

    public override void AppendEnd(in Settled settled, bool isCut)
    {
        Begin();
        CloseAll();
        MessagesEvents.MessageDelta(ref Output, Reason(isCut), isCut ? default : _stopSequence, settled);
        MessagesEvents.MessageStop(ref Output, settled);
    }

    public override void AppendError(GatewayError error) => MessagesEvents.Error(ref Output, error);

    protected override void OnText(int choice, ReadOnlySpan<byte> escaped)
    {
        if (choice == 0)
        {
            Append(Spoken(), escaped);
        }
    }

    protected override void OnRefusal(int choice, ReadOnlySpan<byte> escaped)
    {
        _isRefused |= choice == 0;
        OnText(choice, escaped);
    }

    protected override void OnReasoning(int choice, in ReasoningDelta delta)
    {
        if (choice != 0 || _hidesReasoning)
        {
            return;
        }

        if (delta.Kind == ReasoningKind.Encrypted)
        {
            Seal(delta);
            return;
        }

        if (_waiting.Count > 0 || _open is not { Kind: MessagesBlockKind.Thinking } open || !open.IsFor(delta))
        {
            CloseAll();
            Open(open = Thought(MessagesBlockKind.Thinking, delta));
        }

        open.Format ??= delta.Format;

        if (!delta.Text.IsEmpty)
        {
            Append(open, delta.Text);
        }

        open.Signature.Append(delta.Signature);
    }

    protected override void OnToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        if (choice == 0)
        {
            var block = new MessagesBlock(MessagesBlockKind.Call) { CallId = id.ToArray(), Name = name.ToArray() };
            _calls.Add(block);
            OpenInTurn(block);
        }
    }

    protected override void OnToolCallArguments(int choice, int call, ReadOnlySpan<byte> escaped)
    {
        if (choice != 0 || call >= _calls.Count)
        {
            return;
        }

        var block = _calls[call];
        block.Body.Append(escaped);
        if (ReferenceEquals(block, _open))
        {
            if (_isStream)
            {
                MessagesEvents.Delta(ref Output, block, escaped);
            }

            OpenWaiting();
        }
    }

    protected override void OnImage(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl)
    {
        if (choice == 0)
        {
            var block = new MessagesBlock(MessagesBlockKind.Image) { MediaType = mediaType.ToArray() };
            block.Body.Append(base64OrUrl);
            OpenInTurn(block);
        }
    }

    protected override void OnAudio(int choice, ReadOnlySpan<byte> json)
    {
        // The Messages API has no block for speech.
    }

    protected override void OnCitation(int choice, UrlCitation citation)
    {
        if (choice != 0)
        {
            return;
        }

        var block = Spoken();
        var json = MessagesCitationText.Of(citation);
        if (_isStream)
        {
            MessagesEvents.Citation(ref Output, block, json);
            return;
        }

        block.Citations.Append(block.Citations.Length > 0 ? ","u8 : default);
        block.Citations.Append(json);
    }

    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json)
    {
        // The Messages API does not tell probabilities.
    }

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence)
    {
        if (choice == 0)
        {
            (_native, _finish, _stopSequence) = (native, normalised, stopSequence.ToArray());
        }
    }

    private void Append(MessagesBlock block, ReadOnlySpan<byte> escaped)
    {
        if (_isStream)
        {
            MessagesEvents.Delta(ref Output, block, escaped);
        }
        else
        {
            block.Body.Append(escaped);
        }
    }

    // The text that is open, or a new one.
    private MessagesBlock Spoken()
    {
        if (_waiting.Count == 0 && _open is { Kind: MessagesBlockKind.Text } text)
        {
            return text;
        }

        CloseAll();
        Open(text = new(MessagesBlockKind.Text));
        return text;
    }

    // A sealed thought is told at once, so it is gathered before it is opened: it is the last that waits.
    private void Seal(in ReasoningDelta delta)
    {
        if (_waiting is not [.., { Kind: MessagesBlockKind.Sealed } block] || !block.IsFor(delta))
        {
            _waiting.Add(block = Thought(MessagesBlockKind.Sealed, delta));
        }

        block.Body.Append(delta.Text);
    }

    private static MessagesBlock Thought(MessagesBlockKind kind, in ReasoningDelta delta) => new(kind)
    {
        Thought = delta.Kind,
        Format = delta.Format,
        NativeId = delta.Id.ToArray(),
        Number = delta.Block,
    };

    private void OpenInTurn(MessagesBlock block)
    {
        _waiting.Add(block);
        OpenWaiting();
    }

    // What waits is opened as far as the block before it is told. A sealed thought at the end may not be.
    private void OpenWaiting()
    {
        while (_waiting.Count > 0 && !IsUnderWay(_open) && _waiting is not [{ Kind: MessagesBlockKind.Sealed }])
        {
            OpenNext();
        }
    }

    private static bool IsUnderWay(MessagesBlock? block) => block is { Kind: MessagesBlockKind.Call } && !MessagesBlockText.IsWhole(block);

    private void OpenNext()
    {
        var block = _waiting[0];
        _waiting.RemoveAt(0);
        Open(block);
        if (_isStream && block is { Kind: MessagesBlockKind.Call, Body.Length: > 0 })
        {
            MessagesEvents.Delta(ref Output, block, block.Body.Span);
        }
    }

    private void Open(MessagesBlock block)
    {
        Close();
        block.Index = _next++;
        _open = block;
        if (_isStream)
        {
            Begin();
            MessagesEvents.BlockStart(ref Output, block);
        }
        else
        {
            _told.Add(block);
        }
    }

    private void Close()
    {
        if (_open is { } block && _isStream)
        {
            MessagesEvents.BlockStop(ref Output, block);
        }

        _open = null;
    }

    private void CloseAll()
    {
        while (_waiting.Count > 0)
        {
            OpenNext();
        }

        Close();
    }

    private void Begin()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            MessagesEvents.MessageStart(ref Output, Context);
        }
    }

    private string Reason(bool isCut) => isCut
        ? MessagesStop.MaxTokens
        : MessagesStop.Reason(_native, _finish, _calls.Count > 0, _isRefused, _stopSequence.Length > 0);
}
