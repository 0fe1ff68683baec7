using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Counts as they come, the later over the earlier. Anthropic counts what was read from and written to its cache beside the input, and what a
/// compaction of the prompt took beside both.</summary>
internal sealed class AnthropicUsage
{
    private long? _input;
    private long? _output;
    private long? _read;
    private long? _written;
    private long? _writtenHour;
    private long? _thinking;
    private long? _searches;
    private long _compactedInput;
    private long _compactedOutput;

    /// <summary>Both counts are known: one that is not told is not zero.</summary>
    public bool HasCounts => _input is not null && _output is not null;

    public TokenUsage Total => new(
        Bounded((_input ?? 0) + (_read ?? 0) + (_written ?? 0) + _compactedInput),
        Bounded((_output ?? 0) + _compactedOutput))
    {
        CachedTokens = _read is { } read ? Bounded(read) : null,
        CacheWriteTokens = _written is { } written ? Bounded(written) : null,
        CacheWriteHourTokens = _writtenHour is { } hour ? Bounded(hour) : null,
        ReasoningTokens = _thinking is { } thinking ? Bounded(thinking) : null,
        WebSearches = _searches is { } searches ? Bounded(searches) : null,
    };

    /// <summary>The tier that served the request; null where it is not told.</summary>
    public string? ServiceTier { get; private set; }

    /// <summary>The speed and the place that served it.</summary>
    public ServingMode Mode { get; private set; }

    /// <param name="data">A usage object.</param>
    public void Read(ReadOnlySpan<byte> data)
    {
        var json = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref json);
        var usage = document.RootElement;
        _input = Count(usage, "input_tokens") ?? _input;
        _output = Count(usage, "output_tokens") ?? _output;
        _read = Count(usage, "cache_read_input_tokens") ?? _read;
        _written = Count(usage, "cache_creation_input_tokens") ?? WrittenByTime(usage) ?? _written;
        _writtenHour = usage.TryMember("cache_creation", out var times) ? Count(times, "ephemeral_1h_input_tokens") ?? _writtenHour : _writtenHour;
        _thinking = usage.TryMember("output_tokens_details", out var details) ? Count(details, "thinking_tokens") ?? _thinking : _thinking;
        _searches = usage.TryMember("server_tool_use", out var served) ? Count(served, "web_search_requests") ?? _searches : _searches;
        ServiceTier ??= usage.Text("service_tier") is var tier && tier == "standard" ? "default" : tier; // as all others call it
        Mode = new ServingMode(Word(usage, "speed"), Word(usage, "inference_geo")).Over(Mode);
        if (usage.TryMember("iterations", out var iterations) && iterations.ValueKind == JsonValueKind.Array)
        {
            ReadIterations(iterations);
        }
    }

    private static long? WrittenByTime(JsonElement usage) => usage.TryMember("cache_creation", out var times)
        && (Count(times, "ephemeral_5m_input_tokens"), Count(times, "ephemeral_1h_input_tokens")) is var (short5, long1) && (short5 ?? long1) is not null
            ? (short5 ?? 0) + (long1 ?? 0)
            : null;

    private void ReadIterations(JsonElement iterations)
    {
        (_compactedInput, _compactedOutput) = (0, 0);
        foreach (var iteration in iterations.EnumerateArray())
        {
            if (iteration.Text("type") == "compaction")
            {
                _compactedInput += (Count(iteration, "input_tokens") ?? 0) + (Count(iteration, "cache_read_input_tokens") ?? 0)
                    + (Count(iteration, "cache_creation_input_tokens") ?? 0);
                _compactedOutput += Count(iteration, "output_tokens") ?? 0;
            }
        }
    }

    private static string? Word(JsonElement usage, string name) => usage.Text(name) is { Length: <= 32 } word ? word : null;

    private static long? Count(JsonElement element, string name) => element.Integer(name) is >= 0 and var count ? Math.Min(count, int.MaxValue) : null;

    private static int Bounded(long count) => (int)Math.Min(count, int.MaxValue / 2);
}
