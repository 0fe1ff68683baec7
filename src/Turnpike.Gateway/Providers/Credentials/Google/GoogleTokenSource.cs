namespace Turnpike.Gateway.Providers.Credentials.Google;

/// <summary>Asks Google for access tokens with a credentials file, which is read anew for each, so that a rotated key is taken up.</summary>
/// <param name="path">A file as <c>GOOGLE_APPLICATION_CREDENTIALS</c> names it.</param>
internal sealed class GoogleTokenSource(string path) : ITokenSource
{
    public async Task<HttpRequestMessage> QuestionAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var credentials = GoogleCredentials.Read(await File.ReadAllBytesAsync(path, cancellationToken));
        return new(HttpMethod.Post, credentials.TokenAddress) { Content = new FormUrlEncodedContent(credentials.Grant(now)) };
    }
}
