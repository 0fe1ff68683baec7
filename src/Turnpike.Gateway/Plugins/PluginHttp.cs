using System.Net;
using System.Text.Json;
using Turnpike.Core.Shared;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Plugins;

/// <summary>Asks the services that plugins are configured with: JSON there and back, bounded in time and size.</summary>
internal sealed class PluginHttp(TimeProvider time) : IDisposable
{
    private const int AnswerBytesMax = 16 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        Proxy = OutwardProxy.OfEnvironment, // SearXNG, say, runs on this machine
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        AutomaticDecompression = DecompressionMethods.All,
    });

    /// <summary>Sends a request; null where there was no answer, or none with status 2xx and a JSON body.</summary>
    /// <param name="body">Null for a GET.</param>
    public async Task<JsonDocument?> AskAsync(Uri address, Secret? key, byte[]? body, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, address);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (body is not null)
        {
            request.Content = new JsonBody(body);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key.Reveal());
            request.Headers.TryAddWithoutValidation("x-api-key", key.Reveal());
        }

        try
        {
            using var response = await _invoker.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode ? JsonDocument.Parse(await ReadAsync(response, either.Token)) : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => _invoker.Dispose();

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await BoundedBody.ReadAsync(stream, AnswerBytesMax, cancellationToken) ?? throw new IOException("The answer is too large.");
    }
}
