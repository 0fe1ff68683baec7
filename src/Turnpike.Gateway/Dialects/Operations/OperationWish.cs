using System.Collections.Immutable;
using Turnpike.Core.Inference;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>What a request for an operation other than chat asks for, and what is counted of it.</summary>
internal abstract record OperationWish
{
    /// <summary>The body's members that go to the provider as they came: all but the model, the user, and what is ours.</summary>
    public ImmutableArray<BodyMember> Members { get; init; } = [];

    /// <summary>Prompts that are counted one by one, each with a model's whole context.</summary>
    public int Prompts { get; init; } = 1;

    /// <summary>Bytes of media that are counted as if they were text, which is more than they come to.</summary>
    public long MediaTextBytes { get; init; }

    /// <summary>The most units that it can come to beside tokens.</summary>
    public WorkUnits UnitsBound { get; init; }

    /// <summary>The units by rule, where the provider reports none.</summary>
    public WorkUnits UnitsEstimate { get; init; }

    /// <summary>The tokens by rule.</summary>
    public TokenUsage UsageByRule { get; init; }

    /// <summary>The same, where so much of the answer was seen.</summary>
    public virtual TokenUsage UsageSeen(AnswerFacts facts) => UsageByRule;
}

/// <summary>A member of the body's outermost object.</summary>
/// <param name="Value">Where its value stands in the body.</param>
internal readonly record struct BodyMember(string Name, Range Value);
