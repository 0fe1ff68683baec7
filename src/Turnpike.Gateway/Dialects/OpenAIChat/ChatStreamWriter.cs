using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes the chunks of a chat stream whose provider speaks another dialect.</summary>
/// <param name="hasBegun">The caller has been told the role already.</param>
/// <param name="own">The calls of a provider of the same dialect, for a request that was not read; null for others.</param>
internal sealed class ChatStreamWriter(AnswerContext context, bool hasBegun = false, ChatCalls? own = null) : AnswerWriter(context)
{
    private readonly bool _legacy = context.Neutral?.UsesLegacyFunctions == true;
    private readonly bool _hidesReasoning = context.Neutral?.Reasoning?.Exclude == true;
    private List<(int Choice, int Call, ByteText Arguments, bool IsTold)>? _inputs; // of calls with a text, which is known when the arguments are whole
    private byte[]? _signature; // of the call that comes next, as an element of reasoning_details
    private ulong _begun = hasBegun ? ulong.MaxValue : 0; // a bit a choice

    public override void AppendWholeEnd(in Settled settled) => throw new System.Diagnostics.UnreachableException();

    public override void AppendEnd(in Settled settled, bool isCut)
    {
        AppendSignature();
        if (!isCut)
        {
            AppendInputs(choice: null, onlyWhole: false);
        }

        ChatTailWriter.AppendStreamEnd(ref Output, Context, settled, isCut);
    }

    public override void AppendError(GatewayError error)
    {
        AppendSignature();
        ChatTailWriter.AppendError(ref Output, Context.Identity, Context.Created, error);
    }

    protected override void OnText(int choice, ReadOnlySpan<byte> escaped) => AppendString(choice, "\"content\":\""u8, escaped);

    protected override void OnRefusal(int choice, ReadOnlySpan<byte> escaped) => AppendString(choice, "\"refusal\":\""u8, escaped);

    protected override void OnReasoning(int choice, in ReasoningDelta delta)
    {
        if (_hidesReasoning)
        {
            return;
        }

        // Clients look for the call that a signature names among those that they have heard of: it is told with the call.
        if (choice == 0 && delta is { Kind: ReasoningKind.Encrypted, Format: ReasoningFormats.Gemini, Id.IsEmpty: false })
        {
            AppendSignature();
            _signature = DetailOf(delta);
            return;
        }

        OpenDelta(choice);
        if (delta.Kind != ReasoningKind.Encrypted && !delta.Text.IsEmpty)
        {
            Output.Append("\"reasoning\":\""u8);
            Output.Append(delta.Text);
            Output.Append("\","u8);
        }

        Output.Append("\"reasoning_details\":["u8);
        ChatReasoningText.AppendDetail(ref Output, delta);
        Output.Append("]"u8);
        CloseDelta();
    }

    protected override void OnToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        if (IsUntold(call))
        {
            return;
        }

        AppendInputs(choice, onlyWhole: true); // clients take a call for done when another begins
        var isFreeform = Context.IsFreeform(name) || own?.IsCustom(choice, call) == true;
        if (isFreeform)
        {
            (_inputs ??= []).Add((choice, call, new(), IsTold: false));
        }

        var signature = choice == 0 ? _signature : null;
        _signature = choice == 0 ? null : _signature;
        OpenDelta(choice);
        if (signature is not null)
        {
            Output.Append("\"reasoning_details\":["u8);
            Output.Append(signature);
            Output.Append("],"u8);
        }

        if (_legacy)
        {
            Output.Append("\"function_call\":{\"name\":\""u8);
        }
        else
        {
            Output.Append("\"tool_calls\":[{\"index\":"u8);
            JsonText.AppendNumber(ref Output, call);
            Output.Append(",\"id\":\""u8);
            Output.Append(id);
            Output.Append(isFreeform ? "\",\"type\":\"custom\",\"custom\":{\"name\":\""u8 : "\",\"type\":\"function\",\"function\":{\"name\":\""u8);
        }

        Output.Append(name);
        Output.Append(isFreeform ? "\",\"input\":\"\"}"u8 : "\",\"arguments\":\"\"}"u8);
        CloseCall();
    }

    protected override void OnToolCallArguments(int choice, int call, ReadOnlySpan<byte> escaped)
    {
        if (IsUntold(call) || IsHeld(choice, call, escaped))
        {
            return;
        }

        OpenDelta(choice);
        if (_legacy)
        {
            Output.Append("\"function_call\":{\"arguments\":\""u8);
        }
        else
        {
            Output.Append("\"tool_calls\":[{\"index\":"u8);
            JsonText.AppendNumber(ref Output, call);
            Output.Append(",\"function\":{\"arguments\":\""u8);
        }

        Output.Append(escaped);
        Output.Append("\"}"u8);
        CloseCall();
    }

    protected override void OnImage(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl)
    {
        OpenDelta(choice);
        Output.Append("\"images\":["u8);
        ChatImageText.Append(ref Output, mediaType, base64OrUrl);
        Output.Append("]"u8);
        CloseDelta();
    }

    protected override void OnAudio(int choice, ReadOnlySpan<byte> json)
    {
        OpenDelta(choice);
        Output.Append("\"audio\":"u8);
        Output.Append(json);
        CloseDelta();
    }

    protected override void OnCitation(int choice, UrlCitation citation)
    {
        OpenDelta(choice);
        Output.Append("\"annotations\":["u8);
        ChatCitationText.Append(ref Output, citation);
        Output.Append("]"u8);
        CloseDelta();
    }

    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json)
    {
        OpenDelta(choice);
        Output.Append("\"content\":\"\"},\"logprobs\":"u8);
        Output.Append(json);
        Output.Append(",\"finish_reason\":null}]}\n\n"u8);
    }

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence)
    {
        AppendInputs(choice, onlyWhole: false);
        OpenChoice(choice);
        Output.Append(Begins(choice) ? "\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":"u8 : "\"delta\":{},\"finish_reason\":"u8);
        Output.Append(JsonText.Quote(_legacy && normalised == "tool_calls" ? "function_call" : normalised));
        Output.Append(",\"native_finish_reason\":"u8);
        Output.Append(JsonText.Quote(native));
        Output.Append("}]}\n\n"u8);
    }

    private void AppendString(int choice, ReadOnlySpan<byte> member, ReadOnlySpan<byte> escaped)
    {
        OpenDelta(choice);
        Output.Append(member);
        Output.Append(escaped);
        Output.Append("\""u8);
        CloseDelta();
    }

    private bool IsHeld(int choice, int call, ReadOnlySpan<byte> escaped)
    {
        for (var i = 0; i < _inputs?.Count; i++)
        {
            if (_inputs[i].Choice == choice && _inputs[i].Call == call)
            {
                _inputs[i].Arguments.Append(escaped);
                return true;
            }
        }

        return false;
    }

    /// <param name="choice">Whose; null is of all.</param>
    private void AppendInputs(int? choice, bool onlyWhole)
    {
        for (var i = 0; i < _inputs?.Count; i++)
        {
            var (of, call, arguments, isTold) = _inputs[i];
            if (isTold || of != (choice ?? of) || (onlyWhole && !JsonWriting.IsObject(JsonText.Meaning(arguments.Span))))
            {
                continue;
            }

            OpenDelta(of);
            Output.Append("\"tool_calls\":[{\"index\":"u8);
            JsonText.AppendNumber(ref Output, call);
            Output.Append(",\"custom\":{\"input\":\""u8);
            Output.Append(FreeformTool.InputInside(arguments.Span));
            Output.Append("\"}"u8);
            CloseCall();
            _inputs[i] = (of, call, arguments, IsTold: true);
        }
    }

    private static byte[] DetailOf(in ReasoningDelta delta)
    {
        var detail = new PooledBuffer();
        try
        {
            ChatReasoningText.AppendDetail(ref detail, delta);
            return detail.Span.ToArray();
        }
        finally
        {
            detail.Dispose();
        }
    }

    // One that no call came for.
    private void AppendSignature()
    {
        if (_signature is { } signature)
        {
            _signature = null;
            OpenDelta(choice: 0);
            Output.Append("\"reasoning_details\":["u8);
            Output.Append(signature);
            Output.Append("]"u8);
            CloseDelta();
        }
    }

    private void OpenChoice(int choice)
    {
        AppendSignature();
        ChatTailWriter.AppendHead(ref Output, Context.Identity, Context.Created);
        Output.Append("\"choices\":[{\"index\":"u8);
        JsonText.AppendNumber(ref Output, choice);
        Output.Append(","u8);
    }

    private void OpenDelta(int choice)
    {
        OpenChoice(choice);
        Output.Append("\"delta\":{"u8);
        if (Begins(choice))
        {
            Output.Append("\"role\":\"assistant\","u8);
            if (Context.Annotations is { } annotations)
            {
                Output.Append("\"content\":\"\",\"annotations\":["u8);
                ChatCitationText.AppendAll(ref Output, annotations);
                Output.Append("]"u8);
                CloseDelta();
                OpenDelta(choice);
            }
        }
    }

    // True for the first chunk of a choice, which tells the role.
    private bool Begins(int choice)
    {
        var bit = 1UL << (choice & 63);
        var isFirst = (_begun & bit) == 0;
        _begun |= bit;
        return isFirst;
    }

    // The form before tools has one call in an answer: pieces of a second would be added to the first.
    private bool IsUntold(int call) => _legacy && call > 0;

    private void CloseCall()
    {
        if (!_legacy)
        {
            Output.Append("}]"u8);
        }

        CloseDelta();
    }

    private void CloseDelta() => Output.Append("},\"finish_reason\":null}]}\n\n"u8);
}
