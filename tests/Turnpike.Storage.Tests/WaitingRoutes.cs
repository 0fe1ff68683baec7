using Turnpike.Core.Ledger;

namespace Turnpike.Storage.Tests;

/// <summary>Gives what waits, once.</summary>
internal sealed class WaitingRoutes : IRouteRecords
{
    private IReadOnlyList<RouteBlock> _waiting = [];

    public IReadOnlyList<RouteBlock> Waiting { set => Volatile.Write(ref _waiting, value); }

    public bool Fails { get; set; }

    public IReadOnlyList<RouteBlock> Take() => Fails ? throw new InvalidOperationException("Nothing can be made.") : Interlocked.Exchange(ref _waiting, []);
}
