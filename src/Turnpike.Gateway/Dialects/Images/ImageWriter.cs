using Turnpike.Core.Errors;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Gathers the images of a conversation's answer; its words are not told. An answer without an image is a failure, which another endpoint may
/// better.</summary>
internal sealed class ImageWriter(AnswerContext context, IImageKeeper? keeper) : AnswerWriter(context)
{
    private const string NoImage = "It answered without an image.";

    private readonly ImageAnswer _answer = new(context, keeper);

    public override string ContentType => _answer.ContentType;

    public override void AppendWholeEnd(in Settled settled) => _answer.AppendTo(ref Output, settled);

    /// <summary>Never called: providers are asked for whole answers.</summary>
    public override void AppendEnd(in Settled settled, bool isCut) => throw new System.Diagnostics.UnreachableException();

    /// <inheritdoc cref="AppendEnd"/>
    public override void AppendError(GatewayError error) => throw new System.Diagnostics.UnreachableException();

    protected override void OnImage(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl)
    {
        // An address of the provider's would tell who made the image, and whether there is one behind it is not known.
        if (!mediaType.IsEmpty && ImageType.Of(base64OrUrl) is { } type && _answer.Images.Count == 0)
        {
            _answer.Images.Add(new(base64OrUrl.ToArray(), type, RevisedPrompt: null));
        }
    }

    protected override void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence)
    {
        if (_answer.Images.Count == 0)
        {
            Error(new(NoImage, native, null, 502));
        }
    }

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

    protected override void OnAudio(int choice, ReadOnlySpan<byte> json)
    {
    }

    protected override void OnCitation(int choice, UrlCitation citation)
    {
    }

    protected override void OnLogprobs(int choice, ReadOnlySpan<byte> json)
    {
    }
}
