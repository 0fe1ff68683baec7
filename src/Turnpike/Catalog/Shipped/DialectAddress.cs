using System.Collections.Immutable;
using Turnpike.Configuration.Documents;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog.Shipped;

/// <summary>A dialect that a provider speaks and where it does so.</summary>
/// <param name="Address">A base URL; <c>{region}</c> and the like stand for the provider's settings.</param>
internal sealed record DialectAddress(string Dialect, string Address)
{
    /// <summary>Reads <c>dialects</c> of a shipped provider: dialects to addresses, the one that is preferred first.</summary>
    public static ImmutableArray<DialectAddress> Read(ObjectReader provider)
    {
        var addresses = ImmutableArray.CreateBuilder<DialectAddress>();
        foreach (var member in provider.Members("dialects"))
        {
            var address = new DialectAddress(member.Name!, member.Text); // A member of an object has a name.
            var fault = !Dialects.All.Contains(address.Dialect) ? $"must be one of {string.Join(", ", Dialects.All)}"
                : Uri.TryCreate(address.Address.Replace('{', '-').Replace('}', '-'), UriKind.Absolute, out var uri) && uri.Scheme == "https" ? null
                : "must be an https URL";
            if (fault is not null)
            {
                provider.Context.Faults.Add(member, $"{fault}, but is {member.Shown()}");
                continue;
            }

            addresses.Add(address);
        }

        return addresses.ToImmutable();
    }

    /// <summary>The provider spoken to here. Where a setting of the address is missing, it has no base URL.</summary>
    public Provider Over(Provider provider)
    {
        var address = Address;
        foreach (var (name, value) in provider.Settings)
        {
            // Hosts are often given with their scheme.
            var text = value.Reveal().Replace("https://", "", StringComparison.OrdinalIgnoreCase).TrimEnd('/');
            address = address.Replace($"{{{name}}}", Uri.EscapeDataString(text), StringComparison.Ordinal);
        }

        return provider with
        {
            Dialect = Dialect,
            BaseUrl = address.Contains('{', StringComparison.Ordinal) || !Uri.TryCreate(address, UriKind.Absolute, out var uri) ? null : uri,
        };
    }

    /// <summary>The settings that the address needs and the provider does not have.</summary>
    public IEnumerable<string> Missing(Provider provider) =>
        Address.Split('{').Skip(1).Select(static s => s[..s.IndexOf('}', StringComparison.Ordinal)])
            .Where(name => !provider.Settings.ContainsKey(name)).Distinct();
}
