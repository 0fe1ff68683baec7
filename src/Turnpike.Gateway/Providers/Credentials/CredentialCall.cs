namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>One question to a service that gives credentials.</summary>
internal static class CredentialCall
{
    private const int AnswerBytesMax = 64 << 10;

    /// <summary>The body of the answer.</summary>
    /// <exception cref="HttpRequestException">There was none, or a refusal: of the credentials, or, where the service failed or was busy, for now.</exception>
    public static async Task<byte[]> SendAsync(HttpMessageInvoker invoker, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await invoker.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(AnswerBytesMax, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }

        var status = (int)response.StatusCode;
        throw status is 408 or 429 or >= 500
            ? new HttpRequestException(HttpRequestError.Unknown, $"{request.RequestUri?.Host} answered with status {status}.", statusCode: response.StatusCode)
            : new CredentialException($"{request.RequestUri?.Host} gave no access (status {status}).", response.StatusCode);
    }
}
