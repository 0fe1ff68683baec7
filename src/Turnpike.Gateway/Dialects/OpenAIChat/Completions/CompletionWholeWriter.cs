using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat.Completions;

/// <summary>Gathers a text completion and writes it whole. Tools and media have no place in it and are passed over.</summary>
internal sealed class CompletionWholeWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly SortedList<int, Choice> _choices = [];
    private readonly byte[] _echo = CompletionText.EchoOf(context.Neutral); // while the caller's body is there

    public override void AppendWholeEnd(in Settled settled)
    {
        CompletionText.AppendHead(ref Output, Context);
        Output.Append("["u8);
        for (var i = 0; i < _choices.Count; i++)
        {
            var choice = _choices.Values[i];
            Output.Append(i > 0 ? ",{\"index\":"u8 : "{\"index\":"u8);
            JsonText.AppendNumber(ref Output, _choices.Keys[i]);
            Output.Append(",\"text\":\""u8);
            Output.Append(_echo);
            Output.Append(choice.Text.Span);
            if (!choice.Reasoning.IsEmpty)
            {
                Output.Append("\",\"reasoning\":\""u8);
                Output.Append(choice.Reasoning.Span);
            }

            Output.Append("\""u8);
            CompletionText.AppendFinish(ref Output, choice.Finish, choice.Native, choice.Logprobs);
        }

        Output.Append("]"u8);
        ChatTailWriter.AppendUsageAndClose(ref Output, Facts, settled);
    }

    public override void AppendEnd(in Settled settled, bool isCut) => throw new System.Diagnostics.UnreachableException();

    public override void AppendError(GatewayError error) => throw new System.Diagnostics.UnreachableException();

    protected override void OnText(int choice, ReadOnlySpan<byte> escaped) => At(choice).Text.Append(escaped);

    protected override void OnRefusal(int choice, ReadOnlySpan<byte> escaped) => At(choice).Text.Append(escaped);

    protected override void OnReasoning(int choice, in ReasoningDelta delta)
    {
        if (delta.Kind != ReasoningKind.Encrypted && Context.Neutral?.Reasoning?.Exclude != true)
        {
            At(choice).Reasoning.Append(delta.Text);
        }
    }

    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json) => At(choice).Logprobs = json.ToArray();

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence) =>
        (At(choice).Native, At(choice).Finish) = (native, normalised);

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

    private Choice At(int choice)
    {
        if (!_choices.TryGetValue(choice, out var found))
        {
            _choices.Add(choice, found = new());
        }

        return found;
    }

    private sealed class Choice
    {
        public ByteText Text { get; } = new();

        public ByteText Reasoning { get; } = new();

        public byte[]? Logprobs { get; set; }

        public string? Native { get; set; }

        public string? Finish { get; set; }
    }
}
