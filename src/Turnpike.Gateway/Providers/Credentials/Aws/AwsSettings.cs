using Turnpike.Core.Catalog;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>What the settings of a provider say of access keys. The names are those of AWS's own variables.</summary>
internal sealed class AwsSettings(Provider provider, TimeProvider time)
{
    private const string MetadataAddress = "http://169.254.169.254";
    private const string ContainerAddress = "http://169.254.170.2";

    public string Region => Text("region") ?? "us-east-1";

    /// <summary>Where keys are looked for, in AWS's own order: the settings, a token of the platform for a role, the profile's files, the container,
    /// the machine. With a <c>roleArn</c> besides, what is found takes on that role.</summary>
    /// <exception cref="FormatException">An address in the settings is none.</exception>
    /// <exception cref="CredentialException">It is one where others could listen.</exception>
    public IAwsCredentialSource Source()
    {
        var sts = new AwsTokenService(CredentialAddress.Of(Text("stsUrl") ?? AddressOf("sts", Region)), Region, Text("roleSessionName") ?? "turnpike", time);
        var role = Text("roleArn");
        var tokenFile = Text("webIdentityTokenFile");
        var keys = StaticKeys();
        if (keys is null && role is not null && tokenFile is not null)
        {
            return new AwsWebIdentity(sts, role, tokenFile);
        }

        // The role beside a token's file is the token's.
        var found = keys ?? new AwsChain([.. Places(sts)]);
        return role is null || tokenFile is not null ? found : new AwsAssumedRole(found, sts, role, Text("externalId"));
    }

    /// <summary>The address of a service in a region.</summary>
    public static string AddressOf(string service, string region) =>
        $"https://{service}.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}";

    private IAwsCredentialSource? StaticKeys() => Text("accessKeyId") is { } id && Secret("secretAccessKey") is { } secret
        ? new AwsStaticKeys(new(id, secret, Secret("sessionToken"), Expires: null))
        : null;

    private IEnumerable<IAwsCredentialSource> Places(AwsTokenService sts)
    {
        var files = new AwsFiles(Text("credentialsFile") ?? InHome("credentials"), Text("configFile") ?? InHome("config"));
        var signOn = new AwsSingleSignOn(Text("ssoCacheFolder") ?? InHome("sso", "cache"), Text("ssoUrl"), Text("ssoTokenUrl"), time);
        yield return new AwsProfileFiles(files, Text("profile"), sts, signOn, time);
        if ((Text("containerCredentialsUri") ?? (Text("containerCredentialsPath") is { } path ? ContainerAddress + path : null)) is { } address)
        {
            yield return new AwsContainer(new(address), Secret("containerAuthorizationToken"), Text("containerAuthorizationTokenFile"));
        }

        if (!string.Equals(Text("metadataDisabled"), "true", StringComparison.OrdinalIgnoreCase))
        {
            yield return new AwsInstanceMetadata(new(Text("metadataUrl") ?? MetadataAddress), time);
        }
    }

    private static string InHome(params string[] names) => Path.Combine([Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", .. names]);

    private string? Text(string name) => Secret(name)?.Reveal();

    private Secret? Secret(string name) => provider.Settings.GetValueOrDefault(name);
}
