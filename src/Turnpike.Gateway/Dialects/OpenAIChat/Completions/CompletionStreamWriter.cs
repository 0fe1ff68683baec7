using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat.Completions;

/// <summary>Writes the chunks of a text completion. Tools and media have no place in it and are passed over.</summary>
internal sealed class CompletionStreamWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly byte[] _echo = CompletionText.EchoOf(context.Neutral); // while the caller's body is there
    private ulong _begun; // a bit a choice

    public override void AppendWholeEnd(in Settled settled) => throw new System.Diagnostics.UnreachableException();

    public override void AppendEnd(in Settled settled, bool isCut)
    {
        if (isCut)
        {
            OnFinish(0, FinishReasons.Length, FinishReasons.Length, default);
        }

        AppendHead();
        Output.Append(Context.Request.IncludeUsage ? "[]"u8 : "[{\"index\":0,\"text\":\"\",\"logprobs\":null,\"finish_reason\":null}]"u8);
        ChatTailWriter.AppendUsageAndClose(ref Output, Facts, settled);
        Output.Append("\n\ndata: [DONE]\n\n"u8);
    }

    public override void AppendError(GatewayError error) => ChatTailWriter.AppendError(ref Output, Context.Identity, Context.Created, error);

    protected override void OnText(int choice, ReadOnlySpan<byte> escaped)
    {
        Open(choice);
        Output.Append(escaped);
        Output.Append("\""u8);
        Close(null, null, default);
    }

    protected override void OnRefusal(int choice, ReadOnlySpan<byte> escaped) => OnText(choice, escaped);

    protected override void OnReasoning(int choice, in ReasoningDelta delta)
    {
        if (delta.Kind == ReasoningKind.Encrypted || delta.Text.IsEmpty || Context.Neutral?.Reasoning?.Exclude == true)
        {
            return;
        }

        Open(choice);
        Output.Append("\",\"reasoning\":\""u8);
        Output.Append(delta.Text);
        Output.Append("\""u8);
        Close(null, null, default);
    }

    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json)
    {
        Open(choice);
        Output.Append("\""u8);
        Close(null, null, json);
    }

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence)
    {
        Open(choice);
        Output.Append("\""u8);
        Close(normalised, native, default);
    }

    protected override void OnToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
    }

    protected override void OnToolCallArguments(int choice, int call, ReadOnlySpan<byte> escaped)
    {
    }

    protected override void OnImage(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl)
    {
    }

    protected override void OnAudio(int choice, ReadOnlySpan<byte> json)
    {
    }

    protected override void OnCitation(int choice, UrlCitation citation)
    {
    }

    private void AppendHead()
    {
        Output.Append("data: "u8);
        CompletionText.AppendHead(ref Output, Context);
    }

    private void Open(int choice)
    {
        AppendHead();
        Output.Append("[{\"index\":"u8);
        JsonText.AppendNumber(ref Output, choice);
        Output.Append(",\"text\":\""u8);
        var bit = 1UL << (choice & 63);
        if ((_begun & bit) == 0)
        {
            _begun |= bit;
            Output.Append(_echo);
        }
    }

    private void Close(string? normalised, string? native, ReadOnlySpan<byte> logprobs)
    {
        CompletionText.AppendFinish(ref Output, normalised, native, logprobs);
        Output.Append("]}\n\n"u8);
    }
}
