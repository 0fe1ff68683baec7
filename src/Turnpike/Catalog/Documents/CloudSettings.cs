using Turnpike.Configuration.Documents;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog.Documents;

/// <summary>Checks the settings that are a cloud's credentials: those that mean nothing without another, and addresses that are none.</summary>
internal static class CloudSettings
{
    private static readonly (string Dialect, string Name, string[] Needs)[] Pairs =
    [
        (Dialects.BedrockConverse, "accessKeyId", ["secretAccessKey"]),
        (Dialects.BedrockConverse, "secretAccessKey", ["accessKeyId"]),
        (Dialects.BedrockConverse, "sessionToken", ["accessKeyId"]),
        (Dialects.BedrockConverse, "webIdentityTokenFile", ["roleArn"]),
        (Dialects.BedrockConverse, "externalId", ["roleArn"]),
        (Dialects.AzureOpenAI, "clientSecret", ["tenantId", "clientId"]),
        (Dialects.AzureOpenAI, "federatedTokenFile", ["tenantId", "clientId"]),
    ];

    // True where a secret is sent there: by https, or to this machine.
    private static readonly (string Dialect, string Name, bool IsSecret)[] Addresses =
    [
        (Dialects.BedrockConverse, "stsUrl", true),
        (Dialects.BedrockConverse, "containerCredentialsUri", false),
        (Dialects.BedrockConverse, "metadataUrl", false),
        (Dialects.AzureOpenAI, "authorityHost", true),
        (Dialects.AzureOpenAI, "identityEndpoint", false),
    ];

    /// <summary>Tells the faults of a provider whose settings stand in a file; those of the environment are known by then.</summary>
    public static void Check(ObjectReader o, Provider provider)
    {
        if (!o.Has("settings"))
        {
            return;
        }

        foreach (var (dialect, name, needs) in Pairs)
        {
            if (provider.Dialect == dialect && provider.Settings.ContainsKey(name) && needs.FirstOrDefault(n => !provider.Settings.ContainsKey(n)) is { } missing)
            {
                o.Fault("settings", $"has '{name}', which means nothing without '{missing}'");
            }
        }

        foreach (var (dialect, name, isSecret) in Addresses)
        {
            if (provider.Dialect == dialect && provider.Settings.TryGetValue(name, out var value) && !IsAddress(value.Reveal(), isSecret))
            {
                o.Fault("settings", $"has a '{name}' that is not an {(isSecret ? "https" : "http or https")} URL");
            }
        }
    }

    private static bool IsAddress(string text, bool isSecret) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && (!isSecret || uri.IsLoopback)));
}
