using System.Collections.Immutable;
using Turnpike.Core.Shared;

namespace Turnpike.Core.Catalog;

/// <summary>Who runs models, and how it is spoken to. A provider that speaks a known dialect is data, not code.</summary>
public sealed record Provider
{
    /// <summary>The slug that callers name in <c>provider.order</c>: lower case, digits, hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>The display name, as answers carry it in <c>provider</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The wire format: one of <see cref="Dialects.All"/>.</summary>
    public string Dialect { get; init; } = Dialects.OpenAIChat;

    /// <summary>The address that the dialect's paths are appended to, without a trailing slash; null for the built-in provider.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Sent as the dialect sends keys (a bearer token, mostly); null where the provider wants none (local engines).</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>What a cloud wants besides a key, by name: <c>region</c>, <c>project</c>, <c>accessKeyId</c> …</summary>
    public ImmutableSortedDictionary<string, Secret> Settings { get; init; } = ImmutableSortedDictionary<string, Secret>.Empty;

    /// <summary>True where settings say how each request gets credentials of its own, instead of a key.</summary>
    public bool HasCredentials => Settings.Keys.Any(static n => n is "credentialsFile" or "secretAccessKey" or "profile" or "roleArn" or "clientSecret"
        or "federatedTokenFile" or "managedIdentity" or "containerCredentialsPath" or "containerCredentialsUri");

    /// <summary>Sent with every request, after the ones of the dialect.</summary>
    public ImmutableArray<KeyValuePair<string, Secret>> Headers { get; init; } = [];

    public ProviderTimeouts Timeouts { get; init; } = new();

    /// <summary>Requests under way at once; one more waits for <see cref="ProviderTimeouts.Queue"/>, then the next endpoint is tried.</summary>
    public int ConcurrencyMax { get; init; } = 4096;

    public DataPolicy DataPolicy { get; init; } = DataPolicy.Unknown;

    public ProviderQuirks Quirks { get; init; } = new();

    public string? PrivacyPolicyUrl { get; init; }

    public string? TermsOfServiceUrl { get; init; }

    public string? StatusPageUrl { get; init; }

    public string? Headquarters { get; init; }

    public ImmutableArray<string> Datacenters { get; init; } = [];

    /// <summary>True for engines on this machine that were found, not configured.</summary>
    public bool IsLocal { get; init; }
}

/// <summary>How long we wait for a provider. Every one is positive.</summary>
public sealed record ProviderTimeouts
{
    /// <summary>For a connection, TLS included. Default 10 s, 10 ms to 2 min.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From sending to the first content of a stream, or to the headers of a whole answer's body. Default 60 s; whole answers 10 min. 10 ms to 1 h.</summary>
    public TimeSpan FirstToken { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two pieces of a stream, comments included. Default 60 s, 10 ms to 1 h.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For the whole answer. Default 10 min, 10 ms to 24 h.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For a place among <see cref="Provider.ConcurrencyMax"/>. Default 2 s, 10 ms to 10 min.</summary>
    public TimeSpan Queue { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>Whether prompts are kept or trained on. Unknown means that they may be both.</summary>
public sealed record DataPolicy(bool Training, bool RetainsPrompts, int? RetentionDays = null)
{
    public static DataPolicy Unknown { get; } = new(Training: true, RetainsPrompts: true);

    /// <summary>Nothing leaves this machine or stays at the provider.</summary>
    public static DataPolicy ZeroRetention { get; } = new(Training: false, RetainsPrompts: false, RetentionDays: 0);

    /// <summary>True where prompts are neither kept nor trained on.</summary>
    public bool KeepsNothing => this is { Training: false, RetainsPrompts: false };
}
