using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog.LocalEngines;

/// <summary>Asks programs on this machine which models they have.</summary>
internal sealed class EngineProbe : IDisposable
{
    /// <summary>The largest list of models that is read, bytes.</summary>
    public const int AnswerBytesMax = 1 << 20;

    /// <summary>How long an engine may take to list its models. One that is there answers in a few milliseconds.</summary>
    public static TimeSpan Bound { get; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long one that is there may take to tell of its models what they can do.</summary>
    private static readonly TimeSpan DetailsBound = TimeSpan.FromSeconds(3);

    /// <summary>Of more models than this nothing is asked but their names.</summary>
    private const int DetailsMax = 200;

    private readonly TimeProvider _clock;

    // What was last known of Ollama's models: a busy server may not tell it in time.
    private ImmutableDictionary<string, EngineModel> _known = ImmutableDictionary<string, EngineModel>.Empty;

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxConnectionsPerServer = 8,
        MaxResponseHeadersLength = 16,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
    });

    public EngineProbe(TimeProvider clock) => _clock = clock;

    /// <summary>The models of an engine; empty where none is there, or what answers is none; null where it did not answer in time, as a busy one may.</summary>
    public async Task<ImmutableArray<EngineModel>?> AskAsync(LocalEngine engine, CancellationToken cancellationToken)
    {
        var isOllama = engine.Dialect == Dialects.Ollama;
        using var timeout = new CancellationTokenSource(Bound, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var body = await SendAsync(new(HttpMethod.Get, $"{engine.BaseUrl}/{(isOllama ? "tags" : "models")}"), both.Token, cancellationToken);
        return body is not { } list ? (timeout.IsCancellationRequested ? null : [])
            : isOllama ? await AskDetailsAsync(engine, OllamaModels.Parse(list), cancellationToken)
            : EngineModelList.Parse(list);
    }

    // A model of which nothing came in time is one all the same.
    private async Task<ImmutableArray<EngineModel>> AskDetailsAsync(LocalEngine engine, ImmutableArray<EngineModel> models, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(DetailsBound, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        ImmutableArray<EngineModel> detailed = [.. await Task.WhenAll(models.Take(DetailsMax).Select(AskAsync)), .. models.Skip(DetailsMax)];
        _known = detailed.ToImmutableDictionary(static m => m.Name, StringComparer.Ordinal);
        return detailed;

        async Task<EngineModel> AskAsync(EngineModel model)
        {
            var question = new HttpRequestMessage(HttpMethod.Post, $"{engine.BaseUrl}/show") { Content = JsonContent.Create(new { model = model.Name }) };
            var details = await SendAsync(question, both.Token, cancellationToken);
            return (details is { } told ? OllamaModels.WithDetails(model, told) : null) ?? _known.GetValueOrDefault(model.Name) ?? model;
        }
    }

    /// <summary>The body of an answer; null where none came in time, or another than status 200.</summary>
    private async Task<ReadOnlyMemory<byte>?> SendAsync(HttpRequestMessage question, CancellationToken inTime, CancellationToken cancellationToken)
    {
        using var request = question;
        try
        {
            using var response = await _http.SendAsync(request, inTime);
            return response.StatusCode is HttpStatusCode.OK ? await ReadAsync(response, inTime) : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Nobody there, or somebody who does not speak as an engine does: the usual case.
            return null;
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
