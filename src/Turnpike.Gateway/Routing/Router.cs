using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Routing.Affinity;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Selection;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing;

/// <summary>Finds the route of a request: model names to endpoints, wishes and figures to the inputs of a decision.</summary>
internal sealed class Router(
    ICatalog catalog,
    HealthBoard health,
    CacheAffinity affinity,
    IEnumerable<IModelSelector> selectors,
    GatewayOptions options,
    RouteDraw draw)
{
    private readonly Dictionary<string, IModelSelector> _selectors =
        selectors.SelectMany(static s => s.Ids.Select(id => (id, s))).ToDictionary(StringComparer.Ordinal);

    /// <summary>The route, or the error to tell (404 with what removed each endpoint). Beside an error there is a route only where a decision
    /// left nobody: it has the decision, and no endpoints.</summary>
    public ValueTask<(Route? Route, GatewayError? Error)> FindAsync(in RouteQuery query, CancellationToken cancellationToken)
    {
        var snapshot = catalog.Current;
        if (IsPlain(query) && snapshot.Find(query.Request.Model) is { Endpoints: [{ Tier: null } only] } entry)
        {
            var inputs = PlainInputs(query.Request, entry);
            if (EndpointFilter.Remover(only, variant: null, inputs.Needs, LayeredWishes.None) is null)
            {
                return new((new Route(entry.Endpoints) { Inputs = inputs }, null));
            }
        }

        if (!TryLayers(query, out var wishes, out var error))
        {
            return new((null, error));
        }

        var wished = query with { Wishes = wishes };
        return !TryResolve(snapshot, wished, out var models, out error) ? DiscoverAsync(wished, cancellationToken)
            : new(models.IsEmpty ? (null, error) : Decide(wished, models));
    }

    /// <summary>The decision, for those who only want to know: nothing is left out because it is plain.</summary>
    public async ValueTask<(Decision? Decision, GatewayError? Error)> ExplainAsync(RouteQuery query, CancellationToken cancellationToken)
    {
        if (!TryLayers(query, out var wishes, out var error))
        {
            return (null, error);
        }

        query = query with { IsDry = true, Wishes = wishes };
        var (models, unresolved) = await ResolveAsync(query, cancellationToken);
        return models.IsEmpty ? (null, unresolved ?? Resolution.NotFound(catalog.Current, query.Request))
            : (Decided(query, Inputs(query, models).Inputs), null);
    }

    // One endpoint and nothing that could remove it: nothing to decide.
    private static bool IsPlain(in RouteQuery query)
    {
        var request = query.Request;
        return request is { HasProviderWishes: false, ZeroRetention: false, MaxCost: null, ServiceTier: null, Mode: { Speed: null, InferenceGeo: null } } && request.FallbackModels.IsEmpty
            && query.Key.Key.ProviderDefaults is null && query.Key.Account.ProviderDefaults is null;
    }

    // No chance is taken where there is one endpoint, and nobody's health is looked at.
    private DecisionInputs PlainInputs(InferenceRequest request, ModelEntry entry) => new()
    {
        Requested = request.Model,
        Models = [new(request.Model, entry.Model, entry.Endpoints, Sort: null)],
        Needs = RequestNeeds.Of(request),
        Strategy = options.Routing.Strategy,
        Seed = 0,
        At = draw.Now,
    };

    private async ValueTask<(Route? Route, GatewayError? Error)> DiscoverAsync(RouteQuery query, CancellationToken cancellationToken)
    {
        var (models, error) = await ResolveAsync(query, cancellationToken);
        return models.IsEmpty ? (null, error ?? Resolution.NotFound(catalog.Current, query.Request)) : Decide(query, models);
    }

    private async ValueTask<(ImmutableArray<RequestedModel> Models, GatewayError? Error)> ResolveAsync(RouteQuery query, CancellationToken cancellationToken)
    {
        if (!TryResolve(catalog.Current, query, out var models, out var error) && await catalog.DiscoverAsync(cancellationToken))
        {
            TryResolve(catalog.Current, query, out models, out error);
        }

        return (models, error);
    }

    // False when a name means nothing; the models that were found stand in the array all the same.
    private bool TryResolve(CatalogSnapshot snapshot, in RouteQuery query, out ImmutableArray<RequestedModel> models, out GatewayError? error)
    {
        error = null;
        var request = query.Request;
        var found = ImmutableArray.CreateBuilder<RequestedModel>(1 + request.FallbackModels.Length);
        var isWhole = TryAdd(snapshot, query, request.Model, found, ref error);
        foreach (var name in request.FallbackModels)
        {
            isWhole &= TryAdd(snapshot, query, name, found, ref error);
        }

        models = found.DrainToImmutable();
        return isWhole;
    }

    private bool TryAdd(CatalogSnapshot snapshot, in RouteQuery query, string name, ImmutableArray<RequestedModel>.Builder found, ref GatewayError? error)
    {
        if (SelectorOf(name) is var (selector, id, sort))
        {
            var (chosen, wrong) = selector.Select(new(id, query.Request, query.Body, snapshot, query.Key) { Session = query.Session, IsDry = query.IsDry, Wishes = query.Wishes });
            error ??= wrong;
            foreach (var selected in chosen)
            {
                Add(snapshot, selected, sort, found);
            }

            return true;
        }

        if (Resolution.Find(snapshot, name) is not { } model)
        {
            return false;
        }

        AddOnce(model, found);
        return true;
    }

    // A router, and what the variants behind its name ask for; none where the name is no router's.
    private (IModelSelector Selector, string Id, SortBy? Sort)? SelectorOf(string name)
    {
        if (_selectors.TryGetValue(name, out var exact))
        {
            return (exact, name, null);
        }

        return name.Contains(':', StringComparison.Ordinal) && ModelName.Parse(name) is { CatalogVariant: null, IsLatest: false } parsed
            && _selectors.TryGetValue(parsed.Slug, out var selector)
                ? (selector, parsed.Slug, Resolution.SortOf(parsed))
                : null;
    }

    private static void Add(CatalogSnapshot snapshot, SelectedModel selected, SortBy? sort, ImmutableArray<RequestedModel>.Builder found)
    {
        if (Resolution.Find(snapshot, selected.Id) is { } model)
        {
            AddOnce(model with { Reason = selected.Reason, Sort = sort ?? model.Sort }, found);
        }
    }

    private static void AddOnce(RequestedModel model, ImmutableArray<RequestedModel>.Builder found)
    {
        foreach (var earlier in found)
        {
            if (ReferenceEquals(earlier.Model, model.Model))
            {
                return;
            }
        }

        found.Add(model);
    }

    private (Route? Route, GatewayError? Error) Decide(in RouteQuery query, ImmutableArray<RequestedModel> models)
    {
        var (inputs, conversation) = Inputs(query, models);
        var decision = Decided(query, inputs);
        var route = new Route(decision.Endpoints)
        {
            Router = SelectorOf(query.Request.Model)?.Id,
            Inputs = decision.Inputs,
            Decision = decision,
            Conversation = conversation,
            HasSession = query.Session is not null,
        };
        return (route, decision.Endpoints.IsEmpty ? NoRoute.Explain(decision) : null);
    }

    private Decision Decided(in RouteQuery query, DecisionInputs inputs)
    {
        var decision = RouteDecider.Decide(inputs, health);
        return decision.Endpoints.IsEmpty && Shortening.Helps(query, decision)
            ? RouteDecider.Decide(inputs with { Needs = inputs.Needs with { PromptTokensLeast = 0 } }, health)
            : decision;
    }

    private (DecisionInputs Inputs, ulong Conversation) Inputs(in RouteQuery query, ImmutableArray<RequestedModel> models)
    {
        var conversation = HasCacheToKeep(models[0], query.Wishes)
            ? Conversation.Key(query.Key.Account.Id, models[0].Model.Id, query.Session, query.Request, query.Body.Span)
            : 0;
        var (seed, at) = draw.Next();
        var inputs = new DecisionInputs
        {
            Requested = query.Request.Model,
            Models = models,
            Needs = RequestNeeds.Of(query.Request),
            Wishes = query.Wishes,
            Strategy = options.Routing.Strategy,
            Seed = seed,
            At = at,
            Cache = conversation == 0 ? null : affinity.Find(conversation),
        };
        return (inputs, conversation);
    }

    // Whoever names the order or the sort has said where to go.
    private static bool HasCacheToKeep(RequestedModel model, LayeredWishes wishes)
    {
        if (model.Endpoints.Length < 2 || model.Sort is not null || !wishes.Order.IsEmpty || wishes.Sort is not null)
        {
            return false;
        }

        foreach (var endpoint in model.Endpoints)
        {
            if (endpoint.Prices.CacheRead < endpoint.Prices.Prompt)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryLayers(in RouteQuery query, out LayeredWishes wishes, out GatewayError? error)
    {
        error = null;
        wishes = LayeredWishes.None;
        ProviderWishes? own = null;
        if (query.Request.HasProviderWishes && !ProviderWishes.TryRead(query.Body[query.Request.ProviderWishes], out own, out error))
        {
            return false;
        }

        if (own is null && !query.Request.ZeroRetention && query.Key.Key.ProviderDefaults is null && query.Key.Account.ProviderDefaults is null)
        {
            return true;
        }

        var layers = ImmutableArray.CreateBuilder<WishLayer>(4);
        if (own is not null)
        {
            layers.Add(new(RuleOwner.Request, own));
        }

        if (query.Request.ZeroRetention)
        {
            layers.Add(new(RuleOwner.Request, ProviderWishes.NoRetention));
        }

        DefaultWishes.Add(layers, query.Key);
        wishes = new(layers.DrainToImmutable());
        return true;
    }
}
