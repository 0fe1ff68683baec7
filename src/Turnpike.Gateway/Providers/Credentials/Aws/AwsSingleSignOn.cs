using System.Text;
using System.Text.Json;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>AWS's single sign-on, which gives the keys of a role for the token of somebody who has signed in.</summary>
/// <remarks>(Source: AWS IAM Identity Center Portal API Reference, "GetRoleCredentials"; OIDC API Reference, "CreateToken".)</remarks>
/// <param name="cacheFolder">Where AWS's clients keep the tokens.</param>
/// <param name="portal">Null is the region's.</param>
/// <param name="tokens">Null is the region's.</param>
internal sealed class AwsSingleSignOn(string cacheFolder, string? portal, string? tokens, TimeProvider time)
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    public async Task<AwsCredentials> KeysAsync(HttpMessageInvoker invoker, AwsSsoRole role, CancellationToken cancellationToken)
    {
        var token = await TokenAsync(invoker, role, cancellationToken);
        var address = CredentialAddress.Of(portal ?? AwsSettings.AddressOf("portal.sso", role.Region));
        var path = $"federation/credentials?role_name={Uri.EscapeDataString(role.Role)}&account_id={Uri.EscapeDataString(role.Account)}";
        using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        question.Headers.TryAddWithoutValidation("x-amz-sso_bearer_token", token.Reveal());
        using var answer = JsonDocument.Parse(await CredentialCall.SendAsync(invoker, question, cancellationToken));
        return Read(answer.RootElement);
    }

    private async Task<Secret> TokenAsync(HttpMessageInvoker invoker, AwsSsoRole role, CancellationToken cancellationToken)
    {
        var token = await AwsSsoToken.ReadAsync(cacheFolder, role.TokenName, cancellationToken);
        var now = time.GetUtcNow();
        if (token.Ends - Early <= now && token.Exchange(now) is { } exchange)
        {
            await ExchangeAsync(invoker, role, token, exchange, cancellationToken);
        }

        return token.Ends > now && token.Value is { } value ? value : throw new CredentialException("the profile's single sign-on has ended: 'aws sso login' begins another.");
    }

    private async Task ExchangeAsync(HttpMessageInvoker invoker, AwsSsoRole role, AwsSsoToken token, string exchange, CancellationToken cancellationToken)
    {
        var address = CredentialAddress.Of(tokens ?? AwsSettings.AddressOf("oidc", role.Region));
        using var question = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "token")) { Content = new StringContent(exchange, Encoding.UTF8, "application/json") };
        try
        {
            using var answer = JsonDocument.Parse(await CredentialCall.SendAsync(invoker, question, cancellationToken));
            await token.TakeAsync(answer.RootElement, time.GetUtcNow(), cancellationToken);
        }
        catch (CredentialException)
        {
            // Who signed in must do so again; until then the token may be good for some minutes more.
        }
    }

    // Its instants are milliseconds since 1970.
    private static AwsCredentials Read(JsonElement answer) =>
        answer.TryGetProperty("roleCredentials", out var keys) && AwsKeyAnswer.Text(keys, "accessKeyId") is { } id && AwsKeyAnswer.Text(keys, "secretAccessKey") is { } secret
            ? new(
                id,
                new Secret(secret),
                AwsKeyAnswer.Text(keys, "sessionToken") is { } token ? new Secret(token) : null,
                keys.TryGetProperty("expiration", out var end) && end.TryGetInt64(out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null)
            : throw new CredentialException("the answer of single sign-on has no keys.");
}
