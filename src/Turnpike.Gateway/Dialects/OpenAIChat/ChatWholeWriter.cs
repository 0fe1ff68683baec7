using Turnpike.Core.Errors;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Gathers an answer from a provider of another dialect and writes it as one chat completion.</summary>
/// <param name="own">The calls of a provider of the same dialect, for a request that was not read; null for others.</param>
internal sealed class ChatWholeWriter(AnswerContext context, ChatCalls? own = null) : AnswerWriter(context)
{
    private readonly List<ChatWholeChoice> _choices = new(1);

    public override void AppendWholeEnd(in Settled settled)
    {
        ref var output = ref Output;
        output.Append("{\"id\":"u8);
        output.Append(Context.Identity.Id);
        output.Append(",\"object\":\"chat.completion\",\"created\":"u8);
        JsonText.AppendNumber(ref output, Context.Created);
        output.Append(",\"model\":"u8);
        output.Append(Context.Identity.Model);
        output.Append(",\"provider\":"u8);
        output.Append(Context.Identity.Provider);
        output.Append(",\"system_fingerprint\":null"u8);
        if (Facts.ServiceTier is { } tier)
        {
            output.Append(",\"service_tier\":"u8);
            JsonText.AppendQuoted(ref output, tier);
        }

        output.Append(",\"choices\":["u8);
        var legacy = Context.Neutral?.UsesLegacyFunctions == true;
        var hidesReasoning = Context.Neutral?.Reasoning?.Exclude == true;
        _choices.Sort(static (one, other) => one.Index.CompareTo(other.Index));
        for (var i = 0; i < _choices.Count; i++)
        {
            output.Append(i > 0 ? ","u8 : default);
            _choices[i].AppendTo(ref output, legacy, hidesReasoning);
        }

        output.Append("]"u8);
        ChatTailWriter.AppendUsageAndClose(ref output, Facts, settled);
    }

    public override void AppendEnd(in Settled settled, bool isCut) => throw new System.Diagnostics.UnreachableException();

    public override void AppendError(GatewayError error) => ChatTailWriter.AppendError(ref Output, Context.Identity, Context.Created, error);

    protected override void OnText(int choice, ReadOnlySpan<byte> escaped) => At(choice).AddText(escaped);

    protected override void OnRefusal(int choice, ReadOnlySpan<byte> escaped) => At(choice).AddRefusal(escaped);

    protected override void OnReasoning(int choice, in ReasoningDelta delta) => At(choice).Add(delta);

    protected override void OnToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) =>
        At(choice).AddCall(id, name, Context.IsFreeform(name) || own?.IsCustom(choice, call) == true);

    protected override void OnToolCallArguments(int choice, int call, ReadOnlySpan<byte> escaped) => At(choice).AddArguments(call, escaped);

    protected override void OnImage(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl) => At(choice).AddImage(mediaType, base64OrUrl);

    protected override void OnAudio(int choice, ReadOnlySpan<byte> json) => At(choice).Audio = json.ToArray();

    protected override void OnCitation(int choice, UrlCitation citation) => At(choice).Add(citation);

    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json) => At(choice).Logprobs = json.ToArray();

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence) =>
        (At(choice).Native, At(choice).Finish) = (native, normalised);

    private ChatWholeChoice At(int choice)
    {
        foreach (var known in _choices)
        {
            if (known.Index == choice)
            {
                return known;
            }
        }

        var added = new ChatWholeChoice(choice) { Annotations = Context.Annotations };
        _choices.Add(added);
        return added;
    }
}
