using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dispatch.Rescue;

/// <summary>Between the reader of an endpoint that goes on with a cut answer and the writer that the caller has heard so far: leaves out
/// what the caller has. Thoughts are left out too; they lead to a text of which half has been told.</summary>
/// <param name="expected">Text (UTF-8) that the answer is expected to begin with.</param>
/// <param name="isRequired">Another beginning makes the answer useless: it does not fit to what the caller has. Else it is told as it comes.</param>
internal sealed class RescueSink(AnswerWriter writer, ReadOnlyMemory<byte> expected, bool isRequired) : AnswerSink(new AnswerFacts())
{
    private readonly ExpectedStart _start = new(expected);
    private bool _isMismatched;

    // What the caller has is not all there yet: nothing but it may come.
    private bool IsShort => isRequired && !_start.IsPast;

    public override void UpstreamId(string id) => writer.UpstreamId(id);

    public override void ServiceTier(string tier) => writer.ServiceTier(tier);

    public override void Mode(in ServingMode mode) => writer.Mode(mode);

    public override void Usage(in TokenUsage usage) => writer.Usage(usage);

    public override void Error(ProviderErrorBody error) => writer.Error(error);

    protected override void OnText(int choice, ReadOnlySpan<byte> escaped)
    {
        if (_isMismatched)
        {
            return;
        }

        writer.Facts.HasContent = true; // it is at work, though what the caller has is not told again
        if (_start.IsPast)
        {
            writer.Text(choice, escaped);
            return;
        }

        switch (_start.Take(escaped, out var rest))
        {
            case StartStep.Held:
                break;
            case StartStep.Complete:
                writer.Text(choice, rest);
                break;
            case StartStep.Differs when isRequired:
                _isMismatched = true;
                writer.Error(new("Its answer does not fit to what was told already.", Code: null, Type: null, Status: 502));
                break;
            case StartStep.Differs:
                writer.Text(choice, _start.Leave());
                writer.Text(choice, escaped);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    protected override void OnReasoning(int choice, in ReasoningDelta delta) => writer.Facts.HasContent = true; // it is at work

    protected override void OnRefusal(int choice, ReadOnlySpan<byte> escaped) => writer.Refusal(choice, escaped);

    protected override void OnToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        if (!IsShort)
        {
            writer.ToolCallStart(choice, call, id, name);
        }
    }

    protected override void OnToolCallArguments(int choice, int call, ReadOnlySpan<byte> escaped)
    {
        if (!IsShort)
        {
            writer.ToolCallArguments(choice, call, escaped);
        }
    }

    protected override void OnImage(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl) => writer.Image(choice, mediaType, base64OrUrl);

    protected override void OnAudio(int choice, ReadOnlySpan<byte> json) => writer.Audio(choice, json);

    protected override void OnCitation(int choice, UrlCitation citation) => writer.Citation(choice, citation);

    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json)
    {
        // Of tokens that the caller has, or of a part of them: they would not fit to the text that is told.
    }

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence)
    {
        // An end before the caller's text is all there is none: the stream counts as cut.
        if (!IsShort)
        {
            writer.Text(choice, _start.Leave());
            writer.Finish(choice, native, normalised, stopSequence);
        }
    }
}
