using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>One answer on its way from a provider to a caller: takes what the provider sends, in its dialect, and appends what the caller
/// gets of it, in its own. The tail waits for the settlement.</summary>
/// <remarks>Pure but for its output buffer: no I/O, no clock. Used by one attempt, by one thread at a time. Events are whole, without their
/// framing. What is learned on the way goes into the facts. Nothing throws on what a provider sends, however broken.</remarks>
internal abstract class AnswerFlow : IDisposable
{
    private PooledBuffer _output;

    /// <summary>What is to be sent to the caller and was not yet; whoever sends it empties it.</summary>
    public ref PooledBuffer Output => ref _output;

    /// <summary>The content type of a whole answer.</summary>
    public virtual string ContentType => "application/json";

    /// <summary>Where a stream was asked for, an answer that is no stream is taken whole all the same, and told as one.</summary>
    public virtual bool MayComeWhole => false;

    /// <summary>What is charged by count and was seen or reported; null where the rule decides.</summary>
    public virtual WorkUnits? Units => null;

    /// <summary>Takes one event of a stream.</summary>
    public abstract StreamStep TakeEvent(ReadOnlySpan<byte> data);

    /// <summary>Takes a whole answer; the output is the caller's answer up to what <see cref="AppendWholeEnd"/> adds. False where it is
    /// not an answer of the dialect.</summary>
    public abstract bool TryTakeWhole(ReadOnlySpan<byte> body);

    /// <summary>Appends the rest of a whole answer: usage with its cost, and what closes it.</summary>
    public abstract void AppendWholeEnd(in Settled settled);

    /// <summary>Appends the end of a stream: usage with its cost, and the stream's mark of its end.</summary>
    /// <param name="isCut">We ended it at the output limit: the caller is told <c>length</c> first.</param>
    public abstract void AppendEnd(in Settled settled, bool isCut);

    /// <summary>Appends an error in a stream that has begun; nothing follows it.</summary>
    public abstract void AppendError(GatewayError error);

    /// <summary>A writer that goes on in the caller's format with what this flow has told; null where the flow cannot be gone on with.
    /// The flow is not used after it.</summary>
    public abstract AnswerWriter? Continued();

    public void Dispose() => _output.Dispose();
}
