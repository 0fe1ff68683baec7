namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The role that a profile has by single sign-on, and where one signs in to it.</summary>
/// <param name="TokenName">What the file with the cached token is named after: the session, or, in profiles without one, the address.</param>
internal sealed record AwsSsoRole(string Account, string Role, string Region, string TokenName)
{
    /// <summary>Null where a profile has none.</summary>
    /// <exception cref="CredentialException">What it says of it is not whole.</exception>
    public static AwsSsoRole? Of(AwsProfiles profiles, Dictionary<string, string> settings)
    {
        if (settings.GetValueOrDefault("sso_account_id") is not { } account || settings.GetValueOrDefault("sso_role_name") is not { } role)
        {
            return null;
        }

        var session = settings.GetValueOrDefault("sso_session");
        var place = session is null ? settings
            : profiles.FindSession(session) ?? throw new CredentialException("the profile's sso_session is not in AWS's shared files.");
        return place.GetValueOrDefault("sso_region") is { } region && (session ?? place.GetValueOrDefault("sso_start_url")) is { } name
            ? new(account, role, region, name)
            : throw new CredentialException("the profile's single sign-on has no sso_region or sso_start_url.");
    }
}
