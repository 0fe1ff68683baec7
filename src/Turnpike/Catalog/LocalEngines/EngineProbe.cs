using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Turnpike.Catalog.LocalEngines;

/// <summary>Asks programs on this machine which models they have.</summary>
internal sealed class EngineProbe : IDisposable
{
    /// <summary>The largest list of models that is read, bytes.</summary>
    public const int AnswerBytesMax = 1 << 20;

    /// <summary>How long an engine may take to list its models. One that is there answers in a few milliseconds.</summary>
    public static TimeSpan Bound { get; } = TimeSpan.FromMilliseconds(300);

    private readonly TimeProvider _clock;

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = Bound,
        MaxResponseHeadersLength = 16,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
    });

    public EngineProbe(TimeProvider clock) => _clock = clock;

    /// <summary>The models of an engine; empty where none answers in time, or with something else.</summary>
    public async Task<ImmutableArray<EngineModel>> AskAsync(LocalEngine engine, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Bound, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{engine.BaseUrl}/models");
            using var response = await _http.SendAsync(request, both.Token);
            if (response.StatusCode is not HttpStatusCode.OK)
            {
                return [];
            }

            return await ReadAsync(response, both.Token) is { } body ? EngineModelList.Parse(body) : [];
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Nobody there, or somebody who does not speak as an engine does: the usual case.
            return [];
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + count > AnswerBytesMax)
            {
                return null;
            }

            body.Write(buffer, 0, count);
        }

        return body.ToArray();
    }
}
