namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>Knows how an access token is asked for: with what, and of whom.</summary>
internal interface ITokenSource
{
    /// <summary>The question, whose answer is JSON with <c>access_token</c> and <c>expires_in</c>. The caller disposes it.</summary>
    /// <remarks>Throws what reading a file, JSON or a key throws.</remarks>
    Task<HttpRequestMessage> QuestionAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
