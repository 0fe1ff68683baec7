using System.Globalization;
using System.Net.Http.Headers;
using System.Xml.Linq;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>AWS's token service, which gives the keys of a role.</summary>
/// <remarks>(Source: AWS Security Token Service API Reference, version 2011-06-15.)</remarks>
internal sealed class AwsTokenService(Uri address, string region, string session, TimeProvider time)
{
    private const string FormType = "application/x-www-form-urlencoded";

    /// <summary>The keys of a role for a token of an identity provider.</summary>
    public Task<AwsCredentials> AssumeRoleAsync(HttpMessageInvoker invoker, string role, string webIdentityToken, CancellationToken cancellationToken) => AskAsync(
        invoker,
        [new("Action", "AssumeRoleWithWebIdentity"), new("RoleArn", role), new("WebIdentityToken", webIdentityToken)],
        signer: null,
        cancellationToken);

    /// <summary>The keys of a role for keys that may take it on.</summary>
    public Task<AwsCredentials> AssumeRoleAsync(HttpMessageInvoker invoker, string role, string? externalId, AwsCredentials keys, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string>> form = [new("Action", "AssumeRole"), new("RoleArn", role)];
        if (externalId is not null)
        {
            form.Add(new("ExternalId", externalId));
        }

        return AskAsync(invoker, form, keys, cancellationToken);
    }

    private async Task<AwsCredentials> AskAsync(HttpMessageInvoker invoker, List<KeyValuePair<string, string>> form, AwsCredentials? signer, CancellationToken cancellationToken)
    {
        form.AddRange([new("Version", "2011-06-15"), new("RoleSessionName", session)]);
        using var encoded = new FormUrlEncodedContent(form);
        var body = await encoded.ReadAsByteArrayAsync(cancellationToken);
        using var question = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        question.Content.Headers.ContentType = new MediaTypeHeaderValue(FormType);
        if (signer is not null)
        {
            AwsSignature.Put(question, body, signer, region, "sts", time.GetUtcNow());
        }

        var answer = await CredentialCall.SendAsync(invoker, question, cancellationToken);
        return Read(XDocument.Load(new MemoryStream(answer)));
    }

    // By the local names, wherever they stand: the two answers differ only in what is around them.
    private static AwsCredentials Read(XDocument answer)
    {
        var keys = answer.Descendants().FirstOrDefault(static e => e.Name.LocalName == "Credentials") ?? throw new CredentialException("the token service's answer has no keys.");
        return new(
            Text(keys, "AccessKeyId"),
            new Secret(Text(keys, "SecretAccessKey")),
            new Secret(Text(keys, "SessionToken")),
            DateTimeOffset.Parse(Text(keys, "Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
    }

    private static string Text(XElement keys, string name) =>
        keys.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value is { Length: > 0 } text ? text : throw new CredentialException($"the token service's answer has no {name}.");
}
