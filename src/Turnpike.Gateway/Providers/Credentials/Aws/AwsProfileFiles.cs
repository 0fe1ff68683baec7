using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The keys of a profile in AWS's shared files, or of the role that it names. The files are read anew each time, so that rotated keys are
/// taken up.</summary>
/// <remarks>(Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".) A role goes before single sign-on, that before keys, and
/// these before a program that prints some.</remarks>
/// <param name="profile">Null is the default one, which need not be there.</param>
internal sealed class AwsProfileFiles(AwsFiles files, string? profile, AwsTokenService service, AwsSingleSignOn signOn, TimeProvider time) : IAwsCredentialSource
{
    /// <summary>Roles that take on roles, at most.</summary>
    private const int DepthMax = 5;

    private const string Default = "default";

    // For keys that do not say when they run out: there may be others by then.
    private static readonly TimeSpan Reread = TimeSpan.FromMinutes(10);

    public async Task<AwsCredentials?> GetAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        var profiles = new AwsProfiles();
        await profiles.ReadAsync(files.Config, isConfig: true, cancellationToken);
        await profiles.ReadAsync(files.Credentials, isConfig: false, cancellationToken);
        var name = profile ?? Default;
        return profiles.Find(name) is not null ? await KeysOfAsync(profiles, name, DepthMax, invoker, cancellationToken)
            : profile is null ? null
            : throw new CredentialException("its profile stands in neither of AWS's shared files.");
    }

    private async Task<AwsCredentials?> KeysOfAsync(AwsProfiles profiles, string name, int depth, HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        if (depth == 0 || profiles.Find(name) is not { } settings)
        {
            throw new CredentialException("a profile's source_profile is not there, or names the profile again.");
        }

        if (settings.GetValueOrDefault("role_arn") is not { } role)
        {
            return await OwnKeysAsync(profiles, settings, invoker, cancellationToken);
        }

        if (settings.GetValueOrDefault("web_identity_token_file") is { } file)
        {
            return await new AwsWebIdentity(service, role, file).GetAsync(invoker, cancellationToken);
        }

        // A profile may be its own source: the role is taken on with the keys beside it.
        var source = settings.GetValueOrDefault("source_profile");
        var basis = source is null || source == name
            ? await OwnKeysAsync(profiles, settings, invoker, cancellationToken)
            : await KeysOfAsync(profiles, source, depth - 1, invoker, cancellationToken);
        return basis is null
            ? throw new CredentialException("a profile's role has no source profile with keys.")
            : await service.AssumeRoleAsync(invoker, role, settings.GetValueOrDefault("external_id"), basis, cancellationToken);
    }

    private async Task<AwsCredentials?> OwnKeysAsync(
        AwsProfiles profiles, Dictionary<string, string> settings, HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        var keys = AwsSsoRole.Of(profiles, settings) is { } role ? await signOn.KeysAsync(invoker, role, cancellationToken)
            : KeysIn(settings) is { } written ? written
            : settings.GetValueOrDefault("credential_process") is { } command ? await AwsProcess.RunAsync(command, cancellationToken)
            : null;
        return keys is { Expires: null } ? keys with { Expires = time.GetUtcNow() + Reread } : keys;
    }

    private static AwsCredentials? KeysIn(Dictionary<string, string> settings) =>
        settings.GetValueOrDefault("aws_access_key_id") is { } id && settings.GetValueOrDefault("aws_secret_access_key") is { } secret
            ? new(id, new Secret(secret), settings.GetValueOrDefault("aws_session_token") is { } token ? new Secret(token) : null, Expires: null)
            : null;
}
