using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The keys of a profile in AWS's shared files, or of the role that it names. The files are read anew each time, so that rotated keys are
/// taken up.</summary>
/// <remarks>(Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".) Programs that print keys, and single sign-on, are not
/// called.</remarks>
/// <param name="profile">Null is the default one, which need not be there.</param>
internal sealed class AwsProfileFiles(string credentialsFile, string configFile, string? profile, AwsTokenService service, TimeProvider time) : IAwsCredentialSource
{
    /// <summary>Roles that take on roles, at most.</summary>
    private const int DepthMax = 5;

    private const string Default = "default";

    // For keys that do not say when they run out: the file may have others by then.
    private static readonly TimeSpan Reread = TimeSpan.FromMinutes(10);

    public async Task<AwsCredentials?> GetAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        var files = new AwsProfiles();
        await files.ReadAsync(configFile, isConfig: true, cancellationToken);
        await files.ReadAsync(credentialsFile, isConfig: false, cancellationToken);
        var name = profile ?? Default;
        return files.Find(name) is not null ? await KeysOfAsync(files, name, DepthMax, invoker, cancellationToken)
            : profile is null ? null
            : throw new FormatException("The profile stands in neither file.");
    }

    private async Task<AwsCredentials?> KeysOfAsync(AwsProfiles files, string name, int depth, HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        if (depth == 0 || files.Find(name) is not { } settings)
        {
            throw new FormatException("A profile names one that is not there, or itself.");
        }

        var keys = KeysIn(settings);
        if (settings.GetValueOrDefault("role_arn") is not { } role)
        {
            return keys;
        }

        if (settings.GetValueOrDefault("web_identity_token_file") is { } file)
        {
            return await new AwsWebIdentity(service, role, file).GetAsync(invoker, cancellationToken);
        }

        // A profile may be its own source: the role is taken on with the keys beside it.
        var source = settings.GetValueOrDefault("source_profile");
        var basis = source is null || source == name ? keys : await KeysOfAsync(files, source, depth - 1, invoker, cancellationToken);
        return basis is null
            ? throw new FormatException("A profile's role has no source profile with keys.")
            : await service.AssumeRoleAsync(invoker, role, settings.GetValueOrDefault("external_id"), basis, cancellationToken);
    }

    private AwsCredentials? KeysIn(Dictionary<string, string> settings) =>
        settings.GetValueOrDefault("aws_access_key_id") is { } id && settings.GetValueOrDefault("aws_secret_access_key") is { } secret
            ? new(id, new Secret(secret), settings.GetValueOrDefault("aws_session_token") is { } token ? new Secret(token) : null, time.GetUtcNow() + Reread)
            : null;
}
