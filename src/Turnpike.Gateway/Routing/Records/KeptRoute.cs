using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Routing.Decisions;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>The route of a generation as it is remembered: references to what does not change, written only when somebody asks, or on the
/// thread that stores it.</summary>
/// <param name="Sequence">Its place among all that were remembered.</param>
/// <param name="Made">Null where there was one endpoint and nothing to decide: then it follows from the inputs alone.</param>
internal sealed record KeptRoute(long Sequence, AccountId Account, GenerationId Id, DecisionInputs Inputs, Decision? Made)
{
    private static readonly RecordedHealth Nothing = new();

    public Decision Decision => Made ?? RouteDecider.Decide(Inputs, Nothing);
}
