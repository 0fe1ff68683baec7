using Turnpike.Catalog.Documents;
using Turnpike.Catalog.Shipped;
using Turnpike.Configuration;
using Turnpike.Configuration.Documents;
using Turnpike.Configuration.Values;
using Turnpike.Core.Catalog;
using Turnpike.Core.Shared;

namespace Turnpike.Catalog;

/// <summary>Puts the catalogue together: built in, then shipped for the enabled providers, then the file's over both.</summary>
/// <remarks>A provider that ships is enabled by its environment variable, or by a key, a base URL or <c>enabled</c> in the file.</remarks>
internal sealed class CatalogAssembly(ShippedCatalog shipped, IReadOnlyDictionary<string, string> environment, ReadingContext context)
{
    private readonly CatalogDraft _draft = new();
    private readonly List<string> _notices = [];

    /// <summary>What an operator should know and is not wrong, a sentence each.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <param name="file">The root of turnpike.json; null when there is none.</param>
    /// <returns>The content; of use only when no fault was reported.</returns>
    public CatalogContent Build(CatalogContent builtIn, ObjectReader? file)
    {
        AddBuiltIn(builtIn);
        foreach (var provider in shipped.Providers)
        {
            if (provider.Variables.Any(HasValue))
            {
                AddShipped(provider);
            }
        }

        if (file is not null)
        {
            ReadProviders(file.Objects("providers"));
            ReadModels(file.Objects("models"));
            ReadEndpoints(file.Objects("endpoints"));
        }

        return context.Faults.Count == 0 ? _draft.ToContent() : CatalogContent.Empty;
    }

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

    private bool HasValue(string variable) => environment.TryGetValue(variable, out var value) && !string.IsNullOrWhiteSpace(value);

    private Secret? KeyOf(ShippedProvider provider)
    {
        var variable = provider.Variables.FirstOrDefault(HasValue);
        if (variable is null)
        {
            return null;
        }

        var (key, fault) = SecretReader.Checked(environment[variable], "its value");
        if (fault is not null)
        {
            context.Faults.Add(ConfigurationFault.Of(variable, fault));
        }

        return key;
    }

    /// <summary>Adds what ships of a provider, enabled when the environment has its key.</summary>
    private Provider? AddShipped(ShippedProvider known)
    {
        var key = KeyOf(known);
        var root = shipped.ReadProvider(known.Id);
        foreach (var o in root.Objects("providers"))
        {
            o.Ignore("id");
            _draft.Set(ProviderReader.Read(o, new() { Id = known.Id, Name = known.Id, ApiKey = key }), enabled: key is not null);
            o.Done();
        }

        foreach (var o in root.Objects("endpoints"))
        {
            o.Ignore("provider");
            AddShippedEndpoint(o, known.Id);
        }

        root.Done();
        return _draft.FindProvider(known.Id);
    }

    private void AddShippedEndpoint(ObjectReader o, string provider)
    {
        var model = o.Text("model") ?? "";
        if (FindModel(model) is null)
        {
            o.Fault("model", "names a model that the shipped catalogue does not know");
            return;
        }

        var basis = new EndpointDraft { Provider = provider, Model = model, UpstreamModel = o.Text("upstreamModel") ?? model };
        _draft.Add(EndpointReader.Read(o, basis, isNew: true));
        o.Done();
    }

    private Model? FindModel(string id)
    {
        if (_draft.FindModel(id) is { } known)
        {
            return known;
        }

        if (shipped.FindModel(id) is not { } found)
        {
            return null;
        }

        _draft.Set(found.Model);
        foreach (var alias in found.Aliases)
        {
            _draft.SetAlias(alias, id);
        }

        return found.Model;
    }

    private Provider? FindProvider(string id) =>
        _draft.FindProvider(id) ?? (shipped.Find(id) is { } known ? AddShipped(known) : null);

    private void ReadProviders(IReadOnlyList<ObjectReader> items)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var o in items)
        {
            var id = o.Text("id", Slugs.ProviderFault);
            var enabled = o.Flag("enabled");
            CheckId(o, id, lines);
            var basis = id is null ? null : FindProvider(id);
            var provider = ProviderReader.Read(o, basis ?? new() { Id = id ?? "", Name = id ?? "" });
            o.Done();
            if (basis is null && provider.BaseUrl is null && provider.Dialect == Dialects.OpenAIChat && !o.Has("baseUrl"))
            {
                o.Fault("baseUrl", "is missing: a provider that does not ship needs one" + (id is null ? "" : Suggestion.For(id, shipped.Providers.Select(static p => p.Id))));
            }

            if (id is not null)
            {
                SetProvider(o, provider, enabled, isShipped: shipped.Find(id) is not null);
            }
        }
    }

    private void SetProvider(ObjectReader o, Provider provider, bool? enabled, bool isShipped)
    {
        var isEnabled = enabled ?? (!isShipped || provider.ApiKey is not null || o.Has("baseUrl"));
        _draft.Set(provider, isEnabled);
        if (enabled is null && !isEnabled)
        {
            var variables = string.Join(" or ", shipped.Find(provider.Id)?.Variables ?? []);
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
            var basis = id is null ? null : FindModel(id);
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
            if (provider is not null && FindProvider(provider) is null)
            {
                o.Fault("provider", $"names the provider \"{provider}\", which is not known"
                    + Suggestion.For(provider, _draft.ProviderIds.Concat(shipped.Providers.Select(static p => p.Id))));
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
        if (FindModel(model) is null)
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
