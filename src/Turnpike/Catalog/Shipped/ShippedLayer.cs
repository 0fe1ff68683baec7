using System.Collections.Immutable;
using Turnpike.Catalog.Documents;
using Turnpike.Configuration;
using Turnpike.Configuration.Documents;
using Turnpike.Configuration.Values;
using Turnpike.Core.Catalog;
using Turnpike.Core.Shared;

namespace Turnpike.Catalog.Shipped;

/// <summary>The layer of the shipped catalogue: brings providers and models into the draft when they are asked for.</summary>
/// <remarks>A provider comes alive by an environment variable with its key, or by the settings that do instead of one.</remarks>
internal sealed class ShippedLayer(
    ShippedCatalog shipped, IReadOnlyDictionary<string, string> environment, ReadingContext context, CatalogDraft draft)
{
    private readonly Dictionary<string, ImmutableArray<DialectAddress>> _addresses = new(StringComparer.Ordinal);

    public ImmutableArray<ShippedProvider> Providers => shipped.Providers;

    public ShippedProvider? Find(string id) => shipped.Find(id);

    /// <summary>Adds every provider that the environment enables.</summary>
    /// <param name="everyProvider">Adds all of them, enabled or not.</param>
    public void AddEnabled(bool everyProvider)
    {
        foreach (var provider in shipped.Providers)
        {
            if (everyProvider || IsEnabled(provider))
            {
                Add(provider);
                if (everyProvider && draft.FindProvider(provider.Id) is { } known)
                {
                    draft.Set(known);
                }
            }
        }
    }

    public Provider? FindProvider(string id) => draft.FindProvider(id) ?? (shipped.Find(id) is { } known ? Add(known) : null);

    public Model? FindModel(string id)
    {
        if (draft.FindModel(id) is { } known)
        {
            return known;
        }

        if (shipped.FindModel(id) is not { } found)
        {
            return null;
        }

        draft.Set(found.Model);
        foreach (var alias in found.Aliases)
        {
            draft.SetAlias(alias, id);
        }

        return found.Model;
    }

    /// <summary>Where a provider that ships is spoken to in a dialect; null when that is not known.</summary>
    public DialectAddress? AddressOf(string provider, string dialect) =>
        _addresses.TryGetValue(provider, out var addresses) ? addresses.FirstOrDefault(a => a.Dialect == dialect) : null;

    private bool IsEnabled(ShippedProvider provider) =>
        provider.Variables.Any(HasValue)
        || provider.EnabledBy.Any(set => set.Split(' ').All(name => provider.Settings.Any(s => s.Name == name && s.Variables.Any(HasValue))));

    private bool HasValue(string variable) => environment.TryGetValue(variable, out var value) && !string.IsNullOrWhiteSpace(value);

    private Provider? Add(ShippedProvider known)
    {
        var basis = new Provider { Id = known.Id, Name = known.Id, ApiKey = SecretOf(known.Variables), Settings = Settings(known) };
        var root = shipped.ReadProvider(known.Id);
        foreach (var o in root.Objects("providers"))
        {
            RequireName(o, "id", known.Id);
            var addresses = _addresses[known.Id] = DialectAddress.Read(o);
            var provider = ProviderReader.Read(o, basis);
            draft.Set(addresses.IsEmpty ? provider : addresses[0].Over(provider), enabled: IsEnabled(known));
            o.Done();
        }

        foreach (var o in root.Objects("endpoints"))
        {
            RequireName(o, "provider", known.Id);
            AddEndpoint(o, known.Id);
        }

        root.Done();
        return draft.FindProvider(known.Id);
    }

    // A file is one provider's: what names another was meant for another file.
    private static void RequireName(ObjectReader o, string field, string provider)
    {
        if (o.Text(field) is { } named && named != provider)
        {
            o.Fault(field, $"names \"{named}\" in the file of {provider}");
        }
    }

    private void AddEndpoint(ObjectReader o, string provider)
    {
        var model = o.Text("model") ?? "";
        if (FindModel(model) is null)
        {
            o.Fault("model", "names a model that the shipped catalogue does not know");
            return;
        }

        var basis = new EndpointDraft { Provider = provider, Model = model, UpstreamModel = o.Text("upstreamModel") ?? model };
        draft.Add(EndpointReader.Read(o, basis, isNew: true));
        o.Done();
    }

    private Secret? SecretOf(ImmutableArray<string> variables)
    {
        var variable = variables.FirstOrDefault(HasValue);
        if (variable is null)
        {
            return null;
        }

        var (secret, fault) = SecretReader.Checked(environment[variable], "its value");
        if (fault is not null)
        {
            context.Faults.Add(ConfigurationFault.Of(variable, fault));
        }

        return secret;
    }

    private ImmutableSortedDictionary<string, Secret> Settings(ShippedProvider known)
    {
        var settings = ImmutableSortedDictionary<string, Secret>.Empty;
        foreach (var setting in known.Settings)
        {
            if (SecretOf(setting.Variables) is { } value)
            {
                settings = settings.SetItem(setting.Name, value);
            }
            else if (setting.Default is { } usual)
            {
                settings = settings.SetItem(setting.Name, new(usual));
            }
        }

        return settings;
    }
}
