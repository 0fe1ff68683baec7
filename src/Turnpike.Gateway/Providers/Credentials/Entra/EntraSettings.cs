using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Providers.Credentials.Entra;

/// <summary>What the settings of a provider say of tokens of Microsoft's Entra ID.</summary>
internal static class EntraSettings
{
    private const string Authority = "https://login.microsoftonline.com";
    private const string Scope = "https://cognitiveservices.azure.com/.default";
    private const string MachineAddress = "http://169.254.169.254/metadata/identity/oauth2/token";

    /// <summary>Where a provider's tokens come from: a secret goes before a file with a federated token, and that before the identity of the
    /// machine. Null where it has none of them.</summary>
    public static ITokenSource? SourceOf(Provider provider)
    {
        var scope = Text(provider, "scope") ?? Scope;
        if (Text(provider, "tenantId") is { } tenant && Text(provider, "clientId") is { } client)
        {
            var address = $"{(Text(provider, "authorityHost") ?? Authority).TrimEnd('/')}/{Uri.EscapeDataString(tenant)}/oauth2/v2.0/token";
            if (provider.Settings.GetValueOrDefault("clientSecret") is { } secret)
            {
                return new EntraClientSource(address, client, scope) { Secret = secret };
            }

            if (Text(provider, "federatedTokenFile") is { } file)
            {
                return new EntraClientSource(address, client, scope) { FederatedTokenFile = file };
            }
        }

        return Text(provider, "managedIdentity") is { } identity
            ? new EntraMachineSource(Text(provider, "identityEndpoint") ?? MachineAddress, provider.Settings.GetValueOrDefault("identityHeader"), identity, scope)
            : null;
    }

    private static string? Text(Provider provider, string name) => provider.Settings.GetValueOrDefault(name)?.Reveal();
}
