namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>Puts a signature on a request that is complete but for it.</summary>
internal static class AwsSignature
{
    public static void Put(HttpRequestMessage message, ReadOnlyMemory<byte> body, AwsCredentials keys, string region, string service, DateTimeOffset now)
    {
        var address = message.RequestUri!; // it is complete
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = message.Content?.Headers.ContentType?.ToString() ?? "application/json",
            ["host"] = address.IsDefaultPort ? address.Host : address.Authority,
            ["x-amz-date"] = SigV4.DateOf(now),
        };
        if (keys.SessionToken is { } token)
        {
            signed["x-amz-security-token"] = token.Reveal();
            message.Headers.TryAddWithoutValidation("x-amz-security-token", token.Reveal());
        }

        message.Headers.TryAddWithoutValidation("x-amz-date", signed["x-amz-date"]);
        var scope = new AwsScope(keys.AccessKeyId, keys.SecretAccessKey, region, service);
        message.Headers.TryAddWithoutValidation(
            "Authorization", SigV4.Authorization(scope, message.Method.Method, address.AbsolutePath, address.Query.TrimStart('?'), signed, body.Span, now));
    }
}
