using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Entra;

/// <summary>Asks Entra ID for the tokens of a registered application, with its secret or with a token that its platform has written to a file.</summary>
/// <remarks>Exactly one of <see cref="Secret"/> and <see cref="FederatedTokenFile"/> is set. (Source: Microsoft, "OAuth 2.0 client credentials flow".)</remarks>
/// <param name="address">That of the tenant's tokens.</param>
internal sealed class EntraClientSource(string address, string clientId, string scope) : ITokenSource
{
    private const int TokenCharsMax = 64 << 10;

    public Secret? Secret { get; init; }

    /// <summary>Read anew for each token: the platform exchanges it now and then.</summary>
    public string? FederatedTokenFile { get; init; }

    public async Task<HttpRequestMessage> QuestionAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string>> form = [new("grant_type", "client_credentials"), new("client_id", clientId), new("scope", scope)];
        if (Secret is { } secret)
        {
            form.Add(new("client_secret", secret.Reveal()));
        }
        else
        {
            form.Add(new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
            form.Add(new("client_assertion", await AssertionAsync(FederatedTokenFile!, cancellationToken))); // the other of the two
        }

        return new(HttpMethod.Post, CredentialAddress.Of(address)) { Content = new FormUrlEncodedContent(form) };
    }

    private static async Task<string> AssertionAsync(string path, CancellationToken cancellationToken)
    {
        var token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        return token.Length is > 0 and <= TokenCharsMax ? token : throw new CredentialException("the file with its federated token holds none.");
    }
}
