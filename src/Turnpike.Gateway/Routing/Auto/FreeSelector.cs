using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Selection;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary><c>openrouter/free</c>: a free model that can serve a request, drawn by the request itself, so that the limits of each last longer.</summary>
/// <remarks>The draw is a hash of the session, or of the end of the body where there is none: a session keeps its model without being
/// remembered.</remarks>
internal sealed class FreeSelector(QualityTable quality, HealthBoard health) : IModelSelector
{
    /// <summary>Bytes of the body that are hashed: the last messages and parameters tell requests apart.</summary>
    private const int HashedBytesMax = 1024;

    private const ulong HashBasis = 14695981039346656037;

    private const ulong HashPrime = 1099511628211;

    public ImmutableArray<string> Ids { get; } = ["openrouter/free"];

    public ModelEntry? Listed(CatalogSnapshot catalog)
    {
        List<ModelEntry> free = [.. catalog.Models.Where(m => quality.IsForChat(m.Model)).Select(Free).Where(static m => !m.Endpoints.IsEmpty)];
        return ListedSelector.Of(
            new()
            {
                Id = Ids[0],
                Name = "Free Models Router",
                Description = "Draws a free model that can serve the request: with its images, tools or form of answer. The answer names the model.",
                Created = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero),
            },
            free,
            [.. free.SelectMany(static m => m.Endpoints)]);
    }

    public (ImmutableArray<SelectedModel> Models, GatewayError? Error) Select(in SelectionQuery query)
    {
        var body = query.Body.Span;
        var features = PromptFeatures.Read(body);
        var draw = query.Session is { } session
            ? Hash(Hash(HashBasis, query.Key.Account.Id.ToString()), session)
            : Hash(HashBasis, body[^Math.Min(body.Length, HashedBytesMax)..]);
        var open = new OpenEndpoints(query, health);
        var pool = Pool(query.Catalog.Models, features, open);
        if (pool.Count == 0)
        {
            return ([], GatewayErrors.NothingToSelect(query.Id, "free models" + open.Told()));
        }

        return ([
            .. pool.OrderBy(id => Mixed(Hash(draw, id))).ThenBy(static id => id, StringComparer.Ordinal)
                .Take(AutoSelector.RankedMax)
                .Select(static id => new SelectedModel(id, "a free model that can serve the request, drawn by session or prompt")),
        ], null);
    }

    // Best those that are well; who is ill where nobody else is left; and the simulator, which is for trying things out, last.
    private List<string> Pool(ImmutableArray<ModelEntry> models, in PromptFeatures features, OpenEndpoints open)
    {
        var (healthy, sick, simulated) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var model in models)
        {
            if (quality.IsForChat(model.Model) && Fitness.Of(Free(model), features) is { } entry && open.First(entry) is { } first)
            {
                var pool = first.Endpoint.Provider.Dialect == Core.Catalog.Dialects.Simulator ? simulated : first.IsHealthy ? healthy : sick;
                pool.Add(model.Model.Id);
            }
        }

        return healthy.Count > 0 ? healthy : sick.Count > 0 ? sick : simulated;
    }

    private static ModelEntry Free(ModelEntry model) => model with { Endpoints = [.. model.Endpoints.Where(static e => e.Prices.IsFree)] };

    private static ulong Hash(ulong hash, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            hash = unchecked((hash ^ c) * HashPrime);
        }

        return hash;
    }

    private static ulong Hash(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            hash = unchecked((hash ^ b) * HashPrime);
        }

        return hash;
    }

    // The last characters hardly reach the upper bits, which order.
    private static ulong Mixed(ulong hash)
    {
        hash = unchecked((hash ^ (hash >> 33)) * 0xff51afd7ed558ccd);
        return hash ^ (hash >> 33);
    }
}
