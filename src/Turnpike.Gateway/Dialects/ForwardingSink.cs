using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects;

/// <summary>Stands before a writer and tells it everything, for those who change a part of it.</summary>
internal abstract class ForwardingSink(AnswerSink inner) : AnswerSink(new AnswerFacts())
{
    protected AnswerSink Inner => inner;

    public override void UpstreamId(string id) => inner.UpstreamId(id);

    public override void ServiceTier(string tier) => inner.ServiceTier(tier);

    public override void Mode(in ServingMode mode) => inner.Mode(mode);

    public override void Usage(in TokenUsage usage) => inner.Usage(usage);

    public override void Error(ProviderErrorBody error) => inner.Error(error);

    protected override void OnText(int choice, ReadOnlySpan<byte> escaped) => inner.Text(choice, escaped);

    protected override void OnRefusal(int choice, ReadOnlySpan<byte> escaped) => inner.Refusal(choice, escaped);

    protected override void OnReasoning(int choice, in ReasoningDelta delta) => inner.Reasoning(choice, delta);

    protected override void OnToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) => inner.ToolCallStart(choice, call, id, name);

    protected override void OnToolCallArguments(int choice, int call, ReadOnlySpan<byte> escaped) => inner.ToolCallArguments(choice, call, escaped);

    protected override void OnImage(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl) => inner.Image(choice, mediaType, base64OrUrl);

    protected override void OnAudio(int choice, ReadOnlySpan<byte> json) => inner.Audio(choice, json);

    protected override void OnCitation(int choice, UrlCitation citation) => inner.Citation(choice, citation);

    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json) => inner.Logprobs(choice, json);

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence) =>
        inner.Finish(choice, native, normalised, stopSequence);
}
