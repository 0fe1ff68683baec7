using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>The answer to an operation, which comes whole unless a flow says otherwise.</summary>
internal abstract class OperationFlow(AnswerContext context) : AnswerFlow
{
    protected AnswerContext Context { get; } = context;

    protected AnswerFacts Facts => Context.Facts;

    public sealed override WorkUnits? Units => Counted;

    /// <inheritdoc cref="Units"/>
    protected WorkUnits? Counted { get; set; }

    public override StreamStep TakeEvent(ReadOnlySpan<byte> data) => StreamStep.Garbage;

    public sealed override bool TryTakeWhole(ReadOnlySpan<byte> body)
    {
        try
        {
            return TryTake(body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false; // not JSON, or a string in it is not valid Unicode
        }
    }

    public override void AppendEnd(in Settled settled, bool isCut)
    {
    }

    public override void AppendError(GatewayError error)
    {
    }

    public sealed override AnswerWriter? Continued() => null;

    /// <summary>As <see cref="TryTakeWhole"/>; may throw what a JSON reader throws.</summary>
    protected abstract bool TryTake(ReadOnlySpan<byte> body);

    /// <inheritdoc cref="OperationUsage.AppendCost"/>
    protected void AppendCost(in Settled settled) => OperationUsage.AppendCost(ref Output, settled);

    /// <inheritdoc cref="OperationUsage.AppendCount"/>
    protected void AppendCount(ReadOnlySpan<byte> name, long count) => OperationUsage.AppendCount(ref Output, name, count);
}
