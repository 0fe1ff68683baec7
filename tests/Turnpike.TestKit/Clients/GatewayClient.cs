using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Turnpike.TestKit;

/// <summary>A plain HTTP client of a gateway, with one key.</summary>
public sealed class GatewayClient(Uri address, string? key)
{
    private static readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10), UseProxy = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public Uri Address { get; } = address;

    /// <summary>A request with the key and these further headers.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, string? body = null, params IEnumerable<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(method, new Uri(Address, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>Sends and gives the answer as soon as its head is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken == default ? Deadline.Token() : cancellationToken);

    public Task<Reply> GetAsync(string path, params IEnumerable<(string Name, string Value)> headers) =>
        WholeAsync(Request(HttpMethod.Get, path, body: null, headers));

    public Task<Reply> PostAsync(string path, string body, params IEnumerable<(string Name, string Value)> headers) =>
        WholeAsync(Request(HttpMethod.Post, path, body, headers));

    public Task<Reply> ChatAsync(string body, params IEnumerable<(string Name, string Value)> headers) =>
        PostAsync("/api/v1/chat/completions", body, headers);

    /// <summary>A short request to a model.</summary>
    public Task<Reply> AskAsync(string model, string fields = "") => ChatAsync(Body(model, fields));

    /// <summary>The same as a stream, read to its end.</summary>
    public Task<StreamReply> AskStreamAsync(string model, string fields = "") => StreamAsync(Body(model, "\"stream\":true" + Comma(fields)));

    /// <summary>Sends a request that asks for a stream and reads it to its end, however it ends.</summary>
    public Task<StreamReply> StreamAsync(string body, params IEnumerable<(string Name, string Value)> headers) =>
        StreamAtAsync("/api/v1/chat/completions", body, headers);

    /// <inheritdoc cref="StreamAsync"/>
    public async Task<StreamReply> StreamAtAsync(string path, string body, params IEnumerable<(string Name, string Value)> headers)
    {
        using var response = await SendAsync(Request(HttpMethod.Post, path, body, headers));
        var items = new List<SseItem>();
        var isWhole = true;
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            return new((int)response.StatusCode, response.Headers, items, true, await response.Content.ReadAsStringAsync(Deadline.Token()));
        }

        try
        {
            await foreach (var item in SseReader.ReadAsync(await response.Content.ReadAsStreamAsync(), Deadline.Token()))
            {
                items.Add(item);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            isWhole = false;
        }

        return new((int)response.StatusCode, response.Headers, items, isWhole, "");
    }

    public static string Body(string model, string fields = "") =>
        $$"""{"model":{{Wire.Quote(model)}},"messages":[{"role":"user","content":"Hello"}]{{Comma(fields)}}}""";

    private static string Comma(string fields) => fields.Length == 0 ? "" : "," + fields;

    private async Task<Reply> WholeAsync(HttpRequestMessage request)
    {
        using var response = await SendAsync(request);
        return new((int)response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync(Deadline.Token()));
    }
}

/// <summary>A whole answer.</summary>
public sealed record Reply(int Status, HttpResponseHeaders Headers, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidDataException("The answer is null.");

    public string? Content => (string?)Json["choices"]?[0]?["message"]?["content"];

    public JsonNode? Usage => Json["usage"];

    public string? ErrorMessage => (string?)Json["error"]?["message"];

    public string? ErrorType => (string?)Json["error"]?["metadata"]?["error_type"];

    /// <summary>What was charged, in nano-dollars; null when the answer does not say.</summary>
    public long? CostNano => Nano(Usage);

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    internal static long? Nano(JsonNode? usage) => usage?["cost"] is { } cost ? (long)decimal.Round(cost.GetValue<decimal>() * 1_000_000_000m) : null;
}

/// <summary>A stream that was read to its end.</summary>
/// <param name="IsWhole">The connection ended as HTTP says it should.</param>
/// <param name="Text">The body where the answer was no stream.</param>
public sealed record StreamReply(int Status, HttpResponseHeaders Headers, IReadOnlyList<SseItem> Items, bool IsWhole, string Text)
{
    /// <summary>Data of all events but the end mark.</summary>
    public IReadOnlyList<JsonNode> Chunks { get; } = [.. Items.Where(static i => i.Data is not null && !i.IsDone).Select(static i => JsonNode.Parse(i.Data!)!)];

    public bool IsDone => Items is [.., { IsDone: true }];

    public string Content => string.Concat(Chunks.Select(static c => (string?)c["choices"]?.AsArray().FirstOrDefault()?["delta"]?["content"]));

    public JsonNode? Usage => Chunks.LastOrDefault(static c => c["usage"] is not null)?["usage"];

    /// <summary>The error that ended the stream; null when none did.</summary>
    public JsonNode? Error => Chunks.FirstOrDefault(static c => c["error"] is not null)?["error"];

    public string? FinishReason => Chunks.Select(static c => (string?)c["choices"]?.AsArray().FirstOrDefault()?["finish_reason"]).LastOrDefault(static r => r is not null);

    public string? Id => (string?)Chunks.FirstOrDefault()?["id"];

    public long? CostNano => Reply.Nano(Usage);

    public JsonNode Json => JsonNode.Parse(Text)!;
}
