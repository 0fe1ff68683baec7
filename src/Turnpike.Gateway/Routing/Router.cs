using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Routing;

/// <summary>Finds the endpoints for a request: model names to endpoints, the caller's wishes as filters, a strategy to rank the rest.</summary>
internal sealed class Router(ICatalog catalog, IRoutingStrategy strategy)
{
    /// <summary>The route, or the error to tell (404 with what removed each endpoint).</summary>
    public ValueTask<(Route? Route, GatewayError? Error)> FindAsync(InferenceRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var snapshot = catalog.Current;
        return request.FallbackModels.IsEmpty && !request.HasProviderWishes && Resolve(snapshot, request.Model) is { } entry
            ? new((new Route(strategy.Rank(entry.Endpoints)), null))
            : FindSlowlyAsync(request, body, cancellationToken);
    }

    private async ValueTask<(Route? Route, GatewayError? Error)> FindSlowlyAsync(
        InferenceRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        string[] names = [request.Model, .. request.FallbackModels.Where(m => m != request.Model)];
        var snapshot = catalog.Current;
        var entries = Array.ConvertAll(names, name => Resolve(snapshot, name));
        if (entries.Contains(null) && await catalog.DiscoverAsync(cancellationToken))
        {
            snapshot = catalog.Current;
            entries = Array.ConvertAll(names, name => Resolve(snapshot, name));
        }

        if (Array.TrueForAll(entries, static e => e is null))
        {
            return (null, GatewayErrors.ModelNotFound(request.Model, ModelNames.Near(snapshot, request.Model)));
        }

        ProviderWishes? wishes = null;
        if (request.HasProviderWishes && !ProviderWishes.TryRead(body[request.ProviderWishes], out wishes, out var error))
        {
            return (null, error);
        }

        var removedBy = new SortedSet<string>(StringComparer.Ordinal);
        var route = ImmutableArray.CreateBuilder<Endpoint>();
        foreach (var entry in entries)
        {
            if (entry is not null)
            {
                var left = wishes is null ? entry.Endpoints : wishes.Filter(entry.Endpoints, removedBy);
                var ranked = strategy.Rank(left);
                route.AddRange(wishes is null ? ranked : wishes.Order(ranked));
            }
        }

        if (route.Count > 0)
        {
            return (new Route(route.ToImmutable()), null);
        }

        var rules = string.Join(", ", removedBy);
        return (null, GatewayErrors.NoEndpoints(
            request.Model, [.. removedBy], $"Removed by the request's provider wishes: {rules}. Relax them, or name another model."));
    }

    private static ModelEntry? Resolve(CatalogSnapshot snapshot, string name) =>
        snapshot.Find(name) ?? snapshot.Find(ModelName.Parse(name));
}
