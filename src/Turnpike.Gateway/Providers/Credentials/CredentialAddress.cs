namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>Where secrets are sent to.</summary>
internal static class CredentialAddress
{
    /// <summary>The address that a setting names.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    /// <exception cref="CredentialException">Others could listen there.</exception>
    public static Uri Of(string text)
    {
        var address = new Uri(text);
        return address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)
            ? address
            : throw new CredentialException("an address that its credentials are sent to is not one of https.");
    }
}
