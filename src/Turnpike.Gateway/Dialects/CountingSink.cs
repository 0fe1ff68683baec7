namespace Turnpike.Gateway.Dialects;

/// <summary>Writes nothing: only what is learned of the answer counts.</summary>
internal sealed class CountingSink(AnswerFacts facts) : AnswerSink(facts)
{
    protected override void OnText(int choice, ReadOnlySpan<byte> escaped)
    {
    }

    protected override void OnRefusal(int choice, ReadOnlySpan<byte> escaped)
    {
    }

    protected override void OnReasoning(int choice, in ReasoningDelta delta)
    {
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

    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json)
    {
    }

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence)
    {
    }
}
