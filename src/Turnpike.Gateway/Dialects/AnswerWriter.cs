using Turnpike.Core.Errors;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>Writes an answer down in a caller's format: as a stream's events as they come, or gathered into a whole answer.</summary>
/// <remarks>Whether it streams stands in <see cref="AnswerContext.Request"/>. A writer appends to its output what can be sent at once.</remarks>
internal abstract class AnswerWriter(AnswerContext context) : AnswerSink(context.Facts)
{
    private PooledBuffer _output;

    public ref PooledBuffer Output => ref _output;

    /// <inheritdoc cref="AnswerFlow.ContentType"/>
    public virtual string ContentType => "application/json";

    protected AnswerContext Context { get; private set; } = context;

    /// <summary>Another endpoint goes on with the answer: what is said of it, and what is learned, is the new one's from here on.</summary>
    public void GoOn(AnswerContext context)
    {
        Context = context;
        Facts = context.Facts;
    }

    /// <summary>As <see cref="AnswerFlow.AppendWholeEnd"/>: the whole answer where it is only written now.</summary>
    public abstract void AppendWholeEnd(in Settled settled);

    /// <inheritdoc cref="AnswerFlow.AppendEnd"/>
    public abstract void AppendEnd(in Settled settled, bool isCut);

    /// <inheritdoc cref="AnswerFlow.AppendError"/>
    public abstract void AppendError(GatewayError error);
}
