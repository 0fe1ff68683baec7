namespace Turnpike.Core.Money;

/// <summary>What a generation costs by its usage and price sheet. <see cref="Total"/> is rounded once; the parts are shown beside it
/// and add up to it (the last part takes the rounding).</summary>
public readonly record struct Cost(NanoUsd Total, NanoUsd Prompt, NanoUsd Completion)
{
    public static Cost Zero => default;
}
