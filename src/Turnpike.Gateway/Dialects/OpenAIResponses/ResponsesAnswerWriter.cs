using System.Text;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Writes an answer from a provider of another dialect: as the events of a stream, or gathered into one response. Both keep the
/// items, since a stream ends with all of them.</summary>
/// <remarks>One item is open at a time, as OpenAI has it and clients rely on. A call or a sealed thought that begins while the arguments of a call
/// are not whole waits for its turn.</remarks>
internal sealed class ResponsesAnswerWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly ResponsesEvents _events = new(context.Request.Stream);
    private readonly ResponsesBody _body = new(context.Neutral);
    private readonly List<ResponsesItem> _items = [];
    private readonly List<ResponsesItem> _calls = [];
    private readonly List<ResponsesItem> _waiting = [];
    // OpenAI's models tell their thoughts as summaries alone, and clients that ask for these look nowhere else.
    private readonly bool _summarises = context.Neutral?.Reasoning?.Summary is not null;
    private readonly bool _hidesReasoning = context.Neutral?.Reasoning?.Exclude == true;
    private readonly ByteText _early = new(); // probabilities of a text that has not begun
    private bool _hasBegun;
    private string? _finish;

    public override void AppendWholeEnd(in Settled settled)
    {
        var status = CloseAll(isCut: false);
        _body.Append(ref Output, Context, _items, status, Reason(isCut: false));
        ResponsesBody.AppendEnd(ref Output, settled, status == "completed");
    }

    public override void AppendEnd(in Settled settled, bool isCut)
    {
        Begin();
        var status = CloseAll(isCut);
        _events.Open(ref Output, status == "completed" ? "response.completed"u8 : "response.incomplete"u8);
        Output.Append(",\"response\":"u8);
        _body.Append(ref Output, Context, _items, status, Reason(isCut));
        ResponsesBody.AppendEnd(ref Output, settled, status == "completed");
        ResponsesEvents.Close(ref Output);
    }

    public override void AppendError(GatewayError error)
    {
        Begin();
        if (_items is [.., { IsOpen: true } last])
        {
            last.Status = "incomplete";
        }

        _events.Open(ref Output, "response.failed"u8);
        Output.Append(",\"response\":"u8);
        _body.Append(ref Output, Context, _items, "failed");
        ResponsesBody.AppendError(ref Output, error);
        ResponsesEvents.Close(ref Output);
    }

    protected override void OnText(int choice, ReadOnlySpan<byte> escaped) => Say(choice, ResponsesPartKind.Text, escaped);

    protected override void OnRefusal(int choice, ReadOnlySpan<byte> escaped) => Say(choice, ResponsesPartKind.Refusal, escaped);

    protected override void OnReasoning(int choice, in ReasoningDelta delta)
    {
        if (choice != 0 || _hidesReasoning)
        {
            return;
        }

        var item = ThoughtOf(delta);
        if (delta.Kind == ReasoningKind.Encrypted)
        {
            item.Encrypted.Append(delta.Text);
        }
        else if (!delta.Text.IsEmpty)
        {
            item.IsSummary = delta.Kind == ReasoningKind.Summary;
            var isTold = item.IsSummary || (_summarises && !ResponsesItemText.IsNative(item.Format));
            Append(item, isTold ? ResponsesPartKind.Summary : ResponsesPartKind.Thought, delta.Text, delta.Block);
        }

        item.Signature.Append(delta.Signature);
    }

    protected override void OnToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        if (choice != 0)
        {
            return;
        }

        var item = new ResponsesItem(ResponsesItemKind.Call) { CallId = id.ToArray(), Name = name.ToArray(), IsFreeform = Context.IsFreeform(name) };
        _calls.Add(item);
        _waiting.Add(item);
        OpenWaiting();
    }

    protected override void OnToolCallArguments(int choice, int call, ReadOnlySpan<byte> escaped)
    {
        if (choice == 0 && call < _calls.Count)
        {
            var item = _calls[call];
            item.Body.Append(escaped);
            if (item.IsOpen && item.Id.Length > 0)
            {
                _events.Arguments(ref Output, item, escaped, isDone: false);
                OpenWaiting();
            }
        }
    }

    protected override void OnImage(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl)
    {
        if (choice == 0)
        {
            CloseOpen();
            var item = Add(new(ResponsesItemKind.Image));
            item.Body.Append(base64OrUrl);
            Close(item, "completed");
        }
    }

    protected override void OnAudio(int choice, ReadOnlySpan<byte> json)
    {
        // The Responses API has no output item for speech.
    }

    protected override void OnCitation(int choice, UrlCitation citation)
    {
        if (choice != 0)
        {
            return;
        }

        var item = Spoken(ResponsesItemKind.Message);
        var part = PartOf(item, ResponsesPartKind.Text, block: 0);
        var json = ResponsesCitationText.Of(citation, part);
        part.Annotations.Append(part.AnnotationCount > 0 ? ","u8 : default);
        part.Annotations.Append(json);
        _events.Annotation(ref Output, item, part, part.AnnotationCount++, json);
    }

    // They come apart from the text that they are of, behind it or before: they are told when it is whole.
    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json)
    {
        if (choice == 0)
        {
            var isOpen = _items is [.., { IsOpen: true, Parts: [.., { Kind: ResponsesPartKind.Text, IsDone: false }] }];
            ResponsesLogprobs.Add(isOpen ? _items[^1].Parts[^1].Logprobs : _early, json);
        }
    }

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence)
    {
        if (choice == 0)
        {
            _finish = normalised;
        }
    }

    private void Say(int choice, ResponsesPartKind kind, ReadOnlySpan<byte> escaped)
    {
        if (choice == 0)
        {
            Append(Spoken(ResponsesItemKind.Message), kind, escaped, block: 0);
        }
    }

    private void Append(ResponsesItem item, ResponsesPartKind kind, ReadOnlySpan<byte> escaped, int block)
    {
        var part = PartOf(item, kind, block);
        part.Text.Append(escaped);
        _events.Delta(ref Output, item, part, escaped);
    }

    // The item that text of a kind goes to: the last one, where it is of the kind and still open.
    private ResponsesItem Spoken(ResponsesItemKind kind)
    {
        if (_items is [.., var last] && last.Kind == kind && last.IsOpen)
        {
            return last;
        }

        CloseOpen();
        return Add(new(kind));
    }

    // A thought of this dialect is an item with all parts of its id; one of another is an item a block, since an envelope holds one.
    private ResponsesItem ThoughtOf(in ReasoningDelta delta)
    {
        if (_items is [.., { Kind: ResponsesItemKind.Reasoning, IsOpen: true } last] && last.Format == (delta.Format ?? last.Format) && Belongs(last, delta))
        {
            return last;
        }

        if (delta.Kind == ReasoningKind.Encrypted && IsCallUnderWay)
        {
            if (_waiting is not [.., { Kind: ResponsesItemKind.Reasoning } waiting] || !Belongs(waiting, delta))
            {
                _waiting.Add(waiting = Thought(delta));
            }

            return waiting;
        }

        CloseOpen();
        return Add(Thought(delta));
    }

    private static ResponsesItem Thought(in ReasoningDelta delta) => new(ResponsesItemKind.Reasoning)
    {
        Id = ResponsesItemText.IsNative(delta.Format) ? delta.Id.ToArray() : [],
        Format = delta.Format,
        NativeId = delta.Id.ToArray(),
        Block = delta.Block,
    };

    private static bool Belongs(ResponsesItem item, in ReasoningDelta delta)
    {
        if (delta.Kind == ReasoningKind.Encrypted && item.Encrypted.Length > 0)
        {
            return delta.Block == item.Block && delta.Id.SequenceEqual(item.NativeId); // the next piece of it
        }

        return ResponsesItemText.IsNative(item.Format)
            ? delta.Id.IsEmpty || delta.Id.SequenceEqual(item.NativeId)
            : delta.Block == item.Block && (delta.Kind == ReasoningKind.Encrypted) == (item.Encrypted.Length > 0);
    }

    private ResponsesPart PartOf(ResponsesItem item, ResponsesPartKind kind, int block)
    {
        if (item.Parts is [.., var last])
        {
            if (last.Kind == kind && last.Block == block)
            {
                return last;
            }

            CloseLastPart(item);
        }

        return AddPart(item, kind, block);
    }

    private ResponsesPart AddPart(ResponsesItem item, ResponsesPartKind kind, int block)
    {
        var part = new ResponsesPart(kind, item.Parts.Count(p => (p.Kind == ResponsesPartKind.Summary) == (kind == ResponsesPartKind.Summary)), block);
        if (kind == ResponsesPartKind.Text)
        {
            part.Logprobs.Append(_early.Span);
            _early.Clear();
        }

        item.Parts.Add(part);
        _events.Part(ref Output, item, part, isDone: false);
        return part;
    }

    private ResponsesItem Add(ResponsesItem item)
    {
        Begin();
        item.Index = _items.Count;
        item.Id = item.Id.Length > 0 ? item.Id : NewId(item);
        _items.Add(item);
        _events.Item(ref Output, "response.output_item.added"u8, item);
        return item;
    }

    private bool IsCallUnderWay => _waiting.Count > 0 || _items is [.., { Kind: ResponsesItemKind.Call, IsOpen: true, IsWhole: false }];

    // Pieces of several calls may come in turn: the next begins when the arguments of the one before it are whole.
    private void OpenWaiting()
    {
        while (_waiting.Count > 0 && _items is not [.., { Kind: ResponsesItemKind.Call, IsOpen: true, IsWhole: false }])
        {
            OpenNext();
        }
    }

    private void OpenNext()
    {
        CloseLast("completed");
        var item = _waiting[0];
        _waiting.RemoveAt(0);
        Add(item);
        if (item.Body.Length > 0)
        {
            _events.Arguments(ref Output, item, item.Body.Span, isDone: false);
        }
    }

    private void CloseOpen()
    {
        while (_waiting.Count > 0)
        {
            OpenNext();
        }

        CloseLast("completed");
    }

    private void CloseLast(string status)
    {
        if (_items is [.., { IsOpen: true } last])
        {
            Close(last, status);
        }
    }

    private void Close(ResponsesItem item, string status)
    {
        CloseLastPart(item);
        if (item.IsFreeform)
        {
            _events.Input(ref Output, item);
        }
        else if (item.Kind == ResponsesItemKind.Call)
        {
            _events.Arguments(ref Output, item, item.Body.Span, isDone: true);
        }

        item.Status = status;
        _events.Item(ref Output, "response.output_item.done"u8, item);
    }

    private void CloseLastPart(ResponsesItem item)
    {
        if (item.Parts is [.., { IsDone: false } part])
        {
            part.IsDone = true;
            _events.Done(ref Output, item, part);
            _events.Part(ref Output, item, part, isDone: true);
        }
    }

    // The status that the response ends with.
    private string CloseAll(bool isCut)
    {
        var status = Reason(isCut) is null ? "completed" : "incomplete";
        while (_waiting.Count > 0)
        {
            OpenNext();
        }

        CloseLast(status);
        return status;
    }

    private string? Reason(bool isCut) => (isCut, _finish) switch
    {
        (true, _) or (_, FinishReasons.Length) => ResponsesFinish.MaxOutputTokens,
        (_, FinishReasons.ContentFilter) => ResponsesFinish.ContentFilter,
        _ => null,
    };

    private void Begin()
    {
        if (_hasBegun || !_events.IsStream)
        {
            return;
        }

        _hasBegun = true;
        AppendState("response.created"u8);
        AppendState("response.in_progress"u8);
    }

    private void AppendState(ReadOnlySpan<byte> type)
    {
        _events.Open(ref Output, type);
        Output.Append(",\"response\":"u8);
        _body.Append(ref Output, Context, [], "in_progress");
        ResponsesBody.AppendOpenEnd(ref Output);
        ResponsesEvents.Close(ref Output);
    }

    private byte[] NewId(ResponsesItem item)
    {
        var prefix = item.Kind switch
        {
            ResponsesItemKind.Message => "msg",
            ResponsesItemKind.Reasoning => "rs",
            ResponsesItemKind.Call => item.IsFreeform ? "ctc" : "fc",
            ResponsesItemKind.Image => "ig",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return Encoding.ASCII.GetBytes($"{prefix}_{Encoding.ASCII.GetString(Context.Identity.Id)[1..^1]}_{_items.Count}");
    }
}
