using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Routing.Decisions;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Finds how the route of a generation came about: in memory, then in the store.</summary>
internal sealed class RouteRecords(DecisionLog latest, IStore store)
{
    /// <summary>The decision of an account's generation; null when it is not, or no longer, kept.</summary>
    /// <exception cref="StoreUnavailableException">It is not in memory, and the store cannot be read.</exception>
    public async Task<Decision?> FindAsync(AccountId account, GenerationId id, CancellationToken cancellationToken)
    {
        if (latest.Find(account, id) is { } kept)
        {
            return kept.Decision;
        }

        if (RouteBlocks.SecondOf(id) is not { } second)
        {
            return null;
        }

        foreach (var block in await store.FindRouteBlocksAsync(second, cancellationToken))
        {
            if (RouteBlocks.Find(block, account, id) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
