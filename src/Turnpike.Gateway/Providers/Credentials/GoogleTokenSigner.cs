using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>Puts an access token on requests to Google's cloud. It is got with a credentials file and used until shortly before it runs out;
/// requests that need one at the same time wait for the same.</summary>
/// <remarks>The file is read anew for each token, so that a rotated key is taken up. Nobody's leaving calls off what others wait for.</remarks>
/// <param name="path">A file as <c>GOOGLE_APPLICATION_CREDENTIALS</c> names it.</param>
internal sealed class GoogleTokenSigner(string path, HttpMessageHandler handler, TimeProvider time) : IRequestSigner
{
    private const int AnswerBytesMax = 64 << 10;

    private static readonly TimeSpan FetchTime = TimeSpan.FromSeconds(20);

    // A request may wait in queues before Google looks at its token, and clocks differ.
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(2);

    private readonly HttpMessageInvoker _invoker = new(handler, disposeHandler: false);
    private readonly Lock _lock = new();
    private GoogleToken? _token;
    private Task<GoogleToken>? _fetching;

    public async ValueTask SignAsync(HttpRequestMessage message, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var token = Fresh() ?? await Fetching().WaitAsync(cancellationToken);
        message.Headers.Authorization = new("Bearer", token.Value.Reveal());
    }

    private GoogleToken? Fresh() => Volatile.Read(ref _token) is { } token && token.UsedUntil > time.GetUtcNow() ? token : null;

    private Task<GoogleToken> Fetching()
    {
        lock (_lock)
        {
            return Fresh() is { } token ? Task.FromResult(token)
                : _fetching is { IsCompleted: false } running ? running
                : _fetching = FetchAsync();
        }
    }

    private async Task<GoogleToken> FetchAsync()
    {
        await Task.Yield(); // out of the lock
        using var ending = new CancellationTokenSource(FetchTime, time);
        try
        {
            var credentials = GoogleCredentials.Read(await File.ReadAllBytesAsync(path, ending.Token));
            using var request = new HttpRequestMessage(HttpMethod.Post, credentials.TokenAddress)
            {
                Content = new FormUrlEncodedContent(credentials.Grant(time.GetUtcNow())),
            };
            using var response = await _invoker.SendAsync(request, ending.Token);
            await response.Content.LoadIntoBufferAsync(AnswerBytesMax, ending.Token);
            var token = TokenOf(response, await response.Content.ReadAsByteArrayAsync(ending.Token));
            Volatile.Write(ref _token, token);
            return token;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HttpRequestException(HttpRequestError.UserAuthenticationError, "the file with the credentials cannot be read.", exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or CryptographicException or ArgumentException or FormatException)
        {
            throw new HttpRequestException(HttpRequestError.UserAuthenticationError, "the credentials, or the answer to them, cannot be understood.", exception);
        }
        catch (OperationCanceledException exception)
        {
            throw new HttpRequestException("the access token did not come in time.", exception);
        }
    }

    private GoogleToken TokenOf(HttpResponseMessage response, byte[] body)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(HttpRequestError.UserAuthenticationError, $"the gateway's credentials got no access token (status {(int)response.StatusCode}).");
        }

        using var document = JsonDocument.Parse(body);
        var value = document.RootElement.TryGetProperty("access_token", out var given) ? given.GetString() : null;
        ArgumentException.ThrowIfNullOrEmpty(value);
        _ = new AuthenticationHeaderValue("Bearer", value); // throws where it is none
        var seconds = document.RootElement.TryGetProperty("expires_in", out var life) && life.TryGetInt32(out var told) ? told : 3600;
        return new(new Secret(value), time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 86_400)) - Early);
    }
}
