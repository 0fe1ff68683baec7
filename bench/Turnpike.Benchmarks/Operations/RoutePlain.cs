using Turnpike.Benchmarks.Stubs;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Gateway;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Routing;
using Turnpike.Gateway.Routing.Records;

namespace Turnpike.Benchmarks.Operations;

/// <summary>The route of a plain request for a model with one endpoint, and its record remembered. With a batch size, each run is a batch, packed for
/// the store as well, as the thread that applies the journal does.</summary>
internal sealed class RoutePlain : IOperation
{
    private readonly Router _router;
    private readonly DecisionLog _log = new(new());
    private readonly RouteQuery _query;
    private readonly GenerationId[] _ids;
    private readonly bool _packs;
    private int _next;

    /// <param name="batch">Requests of a batch that is packed; zero packs nothing.</param>
    public RoutePlain(int batch)
    {
        var catalog = new FixedCatalog(new([Samples.Endpoint.Provider], [Samples.Endpoint.Model], [Samples.Endpoint]));
        var key = new KeyState(Samples.Key.Key, Samples.Key.Spent, new AccountState(Samples.Key.Account, noticeSequence: 0));
        var random = new Random(1);
        _router = new(catalog, new(TimeProvider.System), new(TimeProvider.System), [], new(), new(random, TimeProvider.System));
        _query = new(new InferenceRequest { Model = Samples.Endpoint.Model.Id, TextBytes = 1000, BodyBytes = 1400, Messages = 2, Splices = [] }, default, key, null);
        _packs = batch > 0;
        _ids = [.. Enumerable.Range(0, Math.Max(batch, 64)).Select(_ => GenerationId.New(Samples.Now, random))];
    }

    public long Run()
    {
        if (!_packs)
        {
            return Route();
        }

        foreach (var _ in _ids)
        {
            Route();
        }

        return _log.Take() is [var block] ? block.Body.Length : throw new InvalidOperationException("Nothing was packed.");
    }

    public void Dispose()
    {
        // nothing is open
    }

    private long Route()
    {
        var found = _router.FindAsync(_query, CancellationToken.None);
        var route = found.IsCompletedSuccessfully && found.Result.Route is { } known ? known : throw new InvalidOperationException("There is no route.");
        _log.Add(Samples.Key.Account.Id, _ids[_next++ % _ids.Length], route);
        return route.Endpoints.Length;
    }
}
