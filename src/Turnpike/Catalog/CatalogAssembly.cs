using Turnpike.Catalog.Documents;
using Turnpike.Catalog.Shipped;
using Turnpike.Configuration;
using Turnpike.Configuration.Documents;
using Turnpike.Configuration.Values;
using Turnpike.Core.Catalog;
using Turnpike.Core.Shared;

namespace Turnpike.Catalog;

/// <summary>Puts the catalogue together: built in, then shipped for the enabled providers, then what was refreshed, then the file's over all.</summary>
/// <remarks>A provider that ships is enabled by its environment variable, or by a key, a base URL or <c>enabled</c> in the file.</remarks>
internal sealed class CatalogAssembly
{
    private readonly ReadingContext _context;
    private readonly CatalogDraft _draft = new();
    private readonly ShippedLayer _shipped;
    private readonly List<string> _notices = [];

    public CatalogAssembly(ShippedCatalog shipped, IReadOnlyDictionary<string, string> environment, ReadingContext context)
    {
        _context = context;
        _shipped = new(shipped, environment, context, _draft);
    }

    /// <summary>What an operator should know and is not wrong, a sentence each.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>True for the whole catalogue that ships, as if every provider had its key and every dialect were spoken: to be shown, not used.</summary>
    public bool EveryProvider { get; init; }

    /// <param name="refreshed">The root of the overlay in the data folder; null when there is none.</param>
    /// <param name="file">The root of turnpike.json; null when there is none.</param>
    /// <returns>The content; of use only when no fault was reported.</returns>
    public CatalogContent Build(CatalogContent builtIn, ObjectReader? refreshed, ObjectReader? file)
    {
        AddBuiltIn(builtIn);
        _shipped.AddEnabled(EveryProvider);
        if (file is not null)
        {
            ReadProviders(file.Objects("providers")); // what was refreshed may be of one of them
        }

        if (refreshed is not null)
        {
            new RefreshedLayer(_draft, _shipped).Read(refreshed);
        }

        if (file is not null)
        {
            ReadModels(file.Objects("models"));
            ReadEndpoints(file.Objects("endpoints"));
        }

        if (_context.Faults.Count > 0)
        {
            return CatalogContent.Empty;
        }

        if (!EveryProvider)
        {
            TurnOffWhatCannotBeReached();
        }

        return _draft.ToContent(AddressOf);
    }

    // Each dialect of a shipped provider has its address, but where the file says another one for the provider.
    private Uri? AddressOf(Provider provider, string dialect) => _shipped.AddressOf(provider.Id, provider.Dialect)?.Over(provider).BaseUrl == provider.BaseUrl
        ? _shipped.AddressOf(provider.Id, dialect)?.Over(provider).BaseUrl
        : null;

    private void AddBuiltIn(CatalogContent builtIn)
    {
        foreach (var provider in builtIn.Providers)
        {
            _draft.Set(provider);
        }

        foreach (var model in builtIn.Models)
        {
            _draft.Set(model);
        }

        foreach (var endpoint in builtIn.Endpoints)
        {
            _draft.Add(EndpointDraft.Of(endpoint));
        }
    }

    private void TurnOffWhatCannotBeReached()
    {
        foreach (var provider in _draft.EnabledProviders)
        {
            var missing = string.Join(", ", _shipped.AddressOf(provider.Id, provider.Dialect)?.Missing(provider) ?? []);
            if (provider.BaseUrl is null && missing.Length > 0)
            {
                var variables = _shipped.Find(provider.Id)?.Settings.Where(s => missing.Contains(s.Name, StringComparison.Ordinal)).SelectMany(static s => s.Variables) ?? [];
                _draft.Set(provider, enabled: false);
                _notices.Add($"The provider {provider.Id} stays off, because its address needs {missing}: set {string.Join(", ", variables)}, or give \"settings\".");
            }
        }
    }

    private void ReadProviders(IReadOnlyList<ObjectReader> items)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var o in items)
        {
            var id = o.Text("id", Slugs.ProviderFault);
            var enabled = o.Flag("enabled");
            CheckId(o, id, lines);
            var basis = id is null ? null : _shipped.FindProvider(id);
            var provider = AtItsAddress(o, ProviderReader.Read(o, basis ?? new() { Id = id ?? "", Name = id ?? "" }));
            o.Done();
            CloudSettings.Check(o, provider);
            if (basis is null && provider.BaseUrl is null && provider.Dialect is Dialects.OpenAIChat or Dialects.Ollama && !o.Has("baseUrl"))
            {
                o.Fault("baseUrl", "is missing: a provider that does not ship needs one" + (id is null ? "" : Suggestion.For(id, _shipped.Providers.Select(static p => p.Id))));
            }

            if (id is not null)
            {
                SetProvider(o, provider, enabled, isShipped: _shipped.Find(id) is not null);
            }
        }
    }

    /// <summary>Another dialect of a shipped provider stands at another address, and settings are parts of addresses.</summary>
    private Provider AtItsAddress(ObjectReader o, Provider provider) =>
        !o.Has("baseUrl") && (o.Has("dialect") || o.Has("settings")) && _shipped.AddressOf(provider.Id, provider.Dialect) is { } address
            ? address.Over(provider)
            : provider;

    private void SetProvider(ObjectReader o, Provider provider, bool? enabled, bool isShipped)
    {
        var isEnabled = enabled ?? (!isShipped || provider.ApiKey is not null || o.Has("baseUrl"));
        _draft.Set(provider, isEnabled);
        if (enabled is null && !isEnabled)
        {
            var variables = string.Join(" or ", _shipped.Find(provider.Id)?.Variables ?? []);
            _notices.Add($"The provider {provider.Id} is in the file but stays off, because it has no key: give \"key\""
                + (variables.Length == 0 ? "." : $" or set {variables}."));
        }
    }

    private void ReadModels(IReadOnlyList<ObjectReader> items)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var o in items)
        {
            var id = o.Text("id", Slugs.ModelFault);
            var enabled = o.Flag("enabled") ?? true;
            CheckId(o, id, lines);
            var aliases = o.Texts("aliases", AliasFault) ?? [];
            var basis = id is null ? null : _shipped.FindModel(id);
            var model = ModelReader.Read(o, basis ?? new() { Id = id ?? "", Name = id ?? "", Created = DateTimeOffset.UnixEpoch });
            o.Done();
            if (id is null)
            {
                continue;
            }

            _draft.Set(model, enabled);
            foreach (var alias in aliases)
            {
                _draft.SetAlias(alias, id);
            }
        }
    }

    private static string? AliasFault(string alias) => alias.Length <= 128 && !alias.Any(char.IsWhiteSpace) ? null : "must be a name without spaces";

    private void CheckId(ObjectReader o, string? id, Dictionary<string, int> lines)
    {
        if (id is null)
        {
            Require(o, "id", "is missing");
        }
        else if (!lines.TryAdd(id, LineOf(o)))
        {
            o.Fault("id", $"is given twice: \"{id}\" stands on line {lines[id]} already");
        }
    }

    private static int LineOf(ObjectReader o) => o.Node is { } node ? node.Source.PositionOf(node.Offset).Line : 0;

    private static void Require(ObjectReader o, string name, string message)
    {
        if (!o.Has(name))
        {
            o.Fault(name, message);
        }
    }

    private void ReadEndpoints(IReadOnlyList<ObjectReader> items)
    {
        var lines = new Dictionary<(string, string, string?), int>();
        foreach (var o in items)
        {
            var provider = o.Text("provider", Slugs.ProviderFault);
            var model = o.Text("model", Slugs.ModelFault);
            var upstream = o.Text("upstreamModel", charsMax: 300);
            Require(o, "provider", "is missing");
            Require(o, "model", "is missing");
            if (provider is not null && _shipped.FindProvider(provider) is null)
            {
                o.Fault("provider", $"names the provider \"{provider}\", which is not known"
                    + Suggestion.For(provider, _draft.ProviderIds.Concat(_shipped.Providers.Select(static p => p.Id))));
                provider = null;
            }

            if (provider is null || model is null)
            {
                EndpointReader.Read(o, new() { Provider = provider ?? "", Model = model ?? "", UpstreamModel = upstream ?? "" }, isNew: false);
                o.Done();
                continue;
            }

            if (!lines.TryAdd((provider, model, upstream), LineOf(o)))
            {
                o.Fault("model", $"is given twice at {provider}: this endpoint stands on line {lines[(provider, model, upstream)]} already");
            }

            ReadEndpoint(o, provider, model, upstream);
        }
    }

    private void ReadEndpoint(ObjectReader o, string provider, string model, string? upstream)
    {
        var places = _draft.PlacesOf(provider, model, upstream);
        if (places.Count == 0)
        {
            ReadNewEndpoint(o, provider, model, upstream);
            return;
        }

        for (var i = 0; i < places.Count; i++)
        {
            // The same fields over each endpoint that is meant; what is wrong with them is reported once.
            var reader = i == 0 ? o : o.WithoutFaults();
            _draft.Replace(places[i], EndpointReader.Read(reader, _draft.At(places[i]), isNew: false));
        }

        o.Done();
    }

    private void ReadNewEndpoint(ObjectReader o, string provider, string model, string? upstream)
    {
        Require(o, "upstreamModel", "is missing: the name that the provider knows the model by");
        var endpoint = EndpointReader.Read(o, new() { Provider = provider, Model = model, UpstreamModel = upstream ?? "" }, isNew: true);
        o.Done();
        if (_shipped.FindModel(model) is null)
        {
            if (upstream is null || !o.Has("prices"))
            {
                o.Fault("model", $"names the model \"{model}\", which is not known: define it in \"models\", or give upstreamModel and prices here"
                    + Suggestion.For(model, _draft.ModelIds));
            }

            _draft.Set(Plain(endpoint));
        }

        _draft.Add(endpoint);
    }

    /// <summary>A model of which only an endpoint is known.</summary>
    private static Model Plain(EndpointDraft endpoint) => new()
    {
        Id = endpoint.Model,
        Name = endpoint.Model,
        Created = DateTimeOffset.UnixEpoch,
        ContextLength = endpoint.ContextLength,
        MaxCompletionTokens = endpoint.MaxCompletionTokens,
        SupportedParameters = endpoint.Parameters ?? [],
    };
}
