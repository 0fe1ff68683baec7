using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Turnpike.TestKit;

/// <summary>How a scripted provider's answer ended.</summary>
public enum ExchangeEnd
{
    /// <summary>The script ran to its end and every byte was handed to the connection while the other side was there.</summary>
    Completed,

    /// <summary>The other side left before the end.</summary>
    Aborted,

    /// <summary>The script itself broke the answer off.</summary>
    Cut,
}

/// <summary>A request that a scripted provider got, exactly as it came, and what became of its answer.</summary>
public sealed class ProviderExchange(string method, string path, IReadOnlyList<KeyValuePair<string, string>> headers, byte[] body)
{
    private readonly TaskCompletionSource<ExchangeEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<JsonObject?> _json = new(() => body is [(byte)'{', ..] ? JsonNode.Parse(body)!.AsObject() : null);

    public string Method { get; } = method;

    public string Path { get; } = path;

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = headers;

    public ReadOnlyMemory<byte> Body => body;

    public string BodyText => Encoding.UTF8.GetString(body);

    /// <summary>The body as JSON; an empty object when it is none.</summary>
    public JsonObject Json => _json.Value ?? [];

    /// <summary>The model that is asked, in the body or in the address (<c>…/models/NAME:verb</c>).</summary>
    public string Model => Json["model"]?.GetValue<string>() ?? ModelInPath() ?? "";

    public bool IsStream => Json["stream"]?.GetValue<bool>() ?? Path.Contains(":stream", StringComparison.Ordinal);

    /// <summary>When the request was whole, in <see cref="Stopwatch"/> ticks.</summary>
    public long ReceivedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>When the answer ended, in <see cref="Stopwatch"/> ticks; zero before.</summary>
    public long EndedAt { get; private set; }

    /// <summary>Completes when the answer has ended, however it did.</summary>
    public Task<ExchangeEnd> Ended => _ended.Task;

    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    private string? ModelInPath()
    {
        const string Before = "/models/";
        var start = Path.LastIndexOf(Before, StringComparison.Ordinal);
        var end = Path.LastIndexOf(':');
        return start >= 0 && end > start ? Path[(start + Before.Length)..end] : null;
    }

    internal void End(ExchangeEnd end)
    {
        if (EndedAt == 0)
        {
            EndedAt = Stopwatch.GetTimestamp();
        }

        _ended.TrySetResult(end);
    }
}
