namespace Turnpike.Core.Tests;

/// <summary>One thing that happens to a book.</summary>
internal sealed record Step(StepKind Kind, int Which, int Amount);

internal enum StepKind
{
    Hold,
    ElasticHold,
    Post,
    Void,
    Expire,
    SettleAgain,
    Grant,
    RaiseLimit,
    Clock,
}
