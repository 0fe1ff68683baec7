namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>Puts credentials on a request that differ from request to request: a signature over it, or a token that runs out.</summary>
/// <remarks>One for each provider; thread-safe. A fault in getting a token is an <see cref="HttpRequestException"/>.</remarks>
internal interface IRequestSigner
{
    /// <summary>Called when the message is complete but for its credentials.</summary>
    /// <param name="body">The bytes that will be sent.</param>
    ValueTask SignAsync(HttpRequestMessage message, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
