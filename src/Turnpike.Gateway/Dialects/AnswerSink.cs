using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;

namespace Turnpike.Gateway.Dialects;

/// <summary>What an answer says, piece by piece and in no dialect: a provider's reader tells it, a caller format's writer writes it down.
/// Counts on the way what billing needs.</summary>
/// <remarks>Text comes as the inside of a JSON string: UTF-8, escaped as JSON wants it, without the quotes, so that it can be copied from
/// one dialect to another without being decoded. Spans are valid during the call only. A whole answer is told by the same calls, each
/// piece at once. Order: pieces of one block (a text, a thought, a tool call) come together where the provider sends them so; a reader does
/// not reorder. <paramref name="facts"/> is what the attempt learns.</remarks>
internal abstract class AnswerSink(AnswerFacts facts)
{
    /// <summary>What has been learned so far.</summary>
    public AnswerFacts Facts { get; protected set; } = facts;

    /// <summary>The provider's own id of the answer (the first that is told stands).</summary>
    public virtual void UpstreamId(string id) => Facts.UpstreamId ??= Core.Errors.GatewayErrors.Bounded(id, 128);

    /// <summary>The tier that served the request, as the provider says.</summary>
    public virtual void ServiceTier(string tier) => Facts.ServiceTier ??= Core.Errors.GatewayErrors.Bounded(tier, 64);

    /// <summary>The speed and the place that served it, as the provider says; the last that is told stands.</summary>
    public virtual void Mode(in ServingMode mode) => Facts.Mode = mode;

    /// <summary>A piece of the answer's text.</summary>
    public void Text(int choice, ReadOnlySpan<byte> escaped)
    {
        if (Counts(escaped.Length))
        {
            Facts.Tap?.Append(escaped);
            OnText(choice, escaped);
        }
    }

    /// <summary>A piece of what the model says instead of an answer.</summary>
    public void Refusal(int choice, ReadOnlySpan<byte> escaped)
    {
        if (Counts(escaped.Length))
        {
            Facts.Tap?.Spoil();
            OnRefusal(choice, escaped);
        }
    }

    /// <summary>A piece of what the model thinks: text, a signature under text that came before, or what only the provider can read.</summary>
    public void Reasoning(int choice, in ReasoningDelta delta)
    {
        // An encrypted thought is no measure of tokens, but it is content: no other endpoint may answer after it.
        Facts.HasContent = true;
        if (delta.Kind != Neutral.ReasoningKind.Encrypted)
        {
            Counts(delta.Text.Length);
        }

        OnReasoning(choice, delta);
    }

    /// <summary>A tool call begins.</summary>
    /// <param name="call">Which of the choice's calls, from zero, without gaps.</param>
    public void ToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        Counts(Math.Max(1, name.Length));
        Facts.ToolCalls++;
        Facts.Tap?.Spoil();
        OnToolCallStart(choice, call, id, name);
    }

    /// <summary>A piece of a call's arguments: the inside of a JSON string that holds JSON.</summary>
    public void ToolCallArguments(int choice, int call, ReadOnlySpan<byte> escaped)
    {
        if (Counts(escaped.Length))
        {
            OnToolCallArguments(choice, call, escaped);
        }
    }

    /// <summary>An image: its type and its bytes in base64, or, where the type is empty, its address (escaped).</summary>
    public void Image(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl)
    {
        Facts.HasContent = true;
        Facts.ContentChunks++;
        Facts.Images++;
        Facts.Tap?.Spoil();
        OnImage(choice, mediaType, base64OrUrl);
    }

    /// <summary>A piece of spoken answer: OpenAI's <c>audio</c> object, raw.</summary>
    public void Audio(int choice, ReadOnlySpan<byte> json)
    {
        if (Counts(json.Length / 2))
        {
            Facts.Tap?.Spoil();
            OnAudio(choice, json);
        }
    }

    /// <summary>A source that the answer names.</summary>
    public void Citation(int choice, UrlCitation citation) => OnCitation(choice, citation);

    /// <summary>Probabilities of tokens: OpenAI's <c>logprobs</c> object of the choice, raw.</summary>
    public void Logprobs(int choice, ReadOnlySpan<byte> json) => OnLogprobs(choice, json);

    /// <summary>The choice has ended. An end that the provider itself calls a failure is its error: nobody may take the answer for whole.</summary>
    /// <param name="native">The provider's word.</param>
    /// <param name="normalised">stop, length, tool_calls, content_filter, error.</param>
    /// <param name="stopSequence">The stop sequence that ended it, escaped; empty where none did or nobody said.</param>
    public void Finish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence = default)
    {
        Facts.NativeFinishReason = native;
        Facts.FinishReason = normalised;
        if (normalised == FinishReasons.Error)
        {
            Error(ProviderErrorBody.OfFinish(native));
            return;
        }

        OnFinish(choice, native, normalised, stopSequence);
    }

    /// <summary>Counts so far; cumulative, the last that is told stands.</summary>
    public virtual void Usage(in TokenUsage usage) => Facts.Usage = usage;

    /// <summary>The provider says that it failed. Nothing is told after it.</summary>
    public virtual void Error(ProviderErrorBody error) => Facts.Error ??= error;

    protected abstract void OnText(int choice, ReadOnlySpan<byte> escaped);

    protected abstract void OnRefusal(int choice, ReadOnlySpan<byte> escaped);

    protected abstract void OnReasoning(int choice, in ReasoningDelta delta);

    protected abstract void OnToolCallStart(int choice, int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name);

    protected abstract void OnToolCallArguments(int choice, int call, ReadOnlySpan<byte> escaped);

    protected abstract void OnImage(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl);

    protected abstract void OnAudio(int choice, ReadOnlySpan<byte> json);

    protected abstract void OnCitation(int choice, UrlCitation citation);

    protected abstract void OnLogprobs(int choice, ReadOnlySpan<byte> json);

    protected abstract void OnFinish(int choice, string native, string normalised, ReadOnlySpan<byte> stopSequence);

    private bool Counts(long bytes)
    {
        if (bytes <= 0)
        {
            return false;
        }

        Facts.HasContent = true;
        Facts.ContentBytes += bytes;
        Facts.ContentChunks++;
        return true;
    }
}
