using System.Collections.Immutable;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog;

/// <summary>The catalogue while it is put together, layer over layer. Not safe for use by two threads.</summary>
internal sealed class CatalogDraft
{
    private readonly List<string> _providerOrder = [];
    private readonly Dictionary<string, Provider> _providers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Model> _models = new(StringComparer.Ordinal);
    private readonly List<EndpointDraft> _endpoints = [];
    private readonly Dictionary<(string Provider, string Model), List<int>> _places = [];
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _disabledProviders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _disabledModels = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> ProviderIds => _providers.Keys;

    public IReadOnlyCollection<string> ModelIds => _models.Keys;

    public IReadOnlyList<Provider> EnabledProviders => [.. _providerOrder.Where(id => !_disabledProviders.Contains(id)).Select(id => _providers[id])];

    public Provider? FindProvider(string id) => _providers.GetValueOrDefault(id);

    public Model? FindModel(string id) => _models.GetValueOrDefault(id);

    public void Set(Provider provider, bool enabled = true)
    {
        if (_providers.TryAdd(provider.Id, provider))
        {
            _providerOrder.Add(provider.Id);
        }

        _providers[provider.Id] = provider;
        Note(_disabledProviders, provider.Id, enabled);
    }

    public void Set(Model model, bool enabled = true)
    {
        _models[model.Id] = model;
        Note(_disabledModels, model.Id, enabled);
    }

    public void SetAlias(string alias, string modelId) => _aliases[alias] = modelId;

    /// <summary>The places of the endpoints of a model at a provider, of one upstream name where it is given.</summary>
    public IReadOnlyList<int> PlacesOf(string provider, string model, string? upstreamModel) =>
        !_places.TryGetValue((provider, model), out var places) ? []
        : upstreamModel is null ? places
        : places.FindAll(p => _endpoints[p].UpstreamModel == upstreamModel);

    public EndpointDraft At(int place) => _endpoints[place];

    public void Replace(int place, EndpointDraft endpoint) => _endpoints[place] = endpoint;

    public void Add(EndpointDraft endpoint)
    {
        var key = (endpoint.Provider, endpoint.Model);
        if (!_places.TryGetValue(key, out var places))
        {
            _places[key] = places = [];
        }

        places.Add(_endpoints.Count);
        _endpoints.Add(endpoint);
    }

    /// <summary>What is enabled, bound together. Models come newest first, as lists show them.</summary>
    /// <param name="addressOf">Where a provider stands in another dialect than its own; null where that is not known.</param>
    public CatalogContent ToContent(Func<Provider, string, Uri?> addressOf)
    {
        var endpoints = ImmutableArray.CreateBuilder<Endpoint>(_endpoints.Count);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var draft in _endpoints)
        {
            if (!draft.Enabled || _disabledProviders.Contains(draft.Provider) || _disabledModels.Contains(draft.Model))
            {
                continue;
            }

            var id = draft.Id ?? $"{draft.Provider}:{draft.UpstreamModel}";
            if (!ids.Add(id))
            {
                id = $"{id}@{draft.Model}";
                ids.Add(id);
            }

            used.Add(draft.Model);
            var provider = _providers[draft.Provider];
            var isElsewhere = draft is { BaseUrl: null, Dialect: not null } && draft.Dialect != provider.Dialect;
            var placed = isElsewhere && addressOf(provider, draft.Dialect!) is { } address ? draft with { BaseUrl = address } : draft;
            endpoints.Add(placed.ToEndpoint(id, provider, _models[draft.Model]));
        }

        return new()
        {
            Providers = [.. EnabledProviders],
            Models = [.. _models.Values
                .Where(m => used.Contains(m.Id))
                .OrderByDescending(static m => m.Created)
                .ThenBy(static m => m.Id, StringComparer.Ordinal)],
            Endpoints = endpoints.ToImmutable(),
            Aliases = _aliases.ToImmutableDictionary(StringComparer.Ordinal),
        };
    }

    private static void Note(HashSet<string> disabled, string id, bool enabled)
    {
        if (enabled)
        {
            disabled.Remove(id);
        }
        else
        {
            disabled.Add(id);
        }
    }
}
