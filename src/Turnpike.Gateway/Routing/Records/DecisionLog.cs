using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>The routes of the latest generations, in memory: the oldest gives way. The thread that applies the journal takes from it what is to be
/// stored; whatever gave way before it came is counted and lost, so that no request ever waits for a record. Thread-safe.</summary>
internal sealed class DecisionLog(GatewayOptions options) : IRouteRecords
{
    /// <summary>A decision among ten endpoints has about 4 KB.</summary>
    private const int RoutesMax = 4096;

    private readonly KeptRoute?[] _latest = new KeptRoute?[RoutesMax];
    private readonly RoutePacker _packer = new();
    private long _next;
    private long _taken;
    private long _lost;

    /// <summary>Records that gave way before they were stored.</summary>
    public long Lost => Volatile.Read(ref _lost);

    public void Add(AccountId account, GenerationId id, Route route)
    {
        var sequence = Interlocked.Increment(ref _next) - 1;
        Volatile.Write(ref _latest[sequence % RoutesMax], new(sequence, account, id, route.Inputs!, route.Decision)); // it was admitted, so it has a route
    }

    /// <summary>The route of an account's generation; null when it is not among the latest.</summary>
    public KeptRoute? Find(AccountId account, GenerationId id)
    {
        for (var i = 0; i < RoutesMax; i++)
        {
            if (Volatile.Read(ref _latest[i]) is { } kept && kept.Id == id && kept.Account == account)
            {
                return kept;
            }
        }

        return null;
    }

    public IReadOnlyList<RouteBlock> Take()
    {
        var end = Volatile.Read(ref _next);
        if (options.Routing.RecordDays == 0)
        {
            return [];
        }

        var taken = new List<KeptRoute>();
        for (Skip(end - RoutesMax); _taken < end; _taken++)
        {
            var kept = Volatile.Read(ref _latest[_taken % RoutesMax]);
            if (kept is null || kept.Sequence < _taken)
            {
                break; // its request is just writing it: next time
            }

            if (kept.Sequence > _taken)
            {
                Volatile.Write(ref _lost, _lost + 1);
                continue;
            }

            taken.Add(kept);
        }

        return [.. taken.GroupBy(static k => RouteBlocks.SecondOf(k.Id) ?? 0).Select(g => new RouteBlock(g.Key, _packer.Pack(g)))];
    }

    private void Skip(long to)
    {
        if (to > _taken)
        {
            Volatile.Write(ref _lost, _lost + to - _taken);
            _taken = to;
        }
    }
}
