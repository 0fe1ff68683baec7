using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Telemetry;

/// <summary>What the gateway tells of itself: meters by the GenAI semantic conventions, for /metrics and OTLP alike.</summary>
/// <remarks>Thread-safe. Every figure is kept in memory, bound to its endpoint; the meter's instruments are fed only while something
/// listens to them. Labels come from the catalogue alone, never from callers, so the number of series is bounded by it.</remarks>
public sealed class GatewayTelemetry : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string SourceName = "Turnpike";

    /// <summary>Series at most; endpoints beyond it (a catalogue that was reloaded very often) are counted together.</summary>
    internal const int SeriesMax = 20_000;

    private readonly ConditionalWeakTable<Endpoint, EndpointSeries> _byEndpoint = [];
    private readonly ConcurrentDictionary<(string Provider, string Model), EndpointSeries> _series = new();
    private readonly ConcurrentDictionary<string, Gauge> _gauges = new(StringComparer.Ordinal);
    private readonly EndpointSeries _unrouted = new("", "");
    private readonly EndpointSeries _overflow = new("other", "other");
    private readonly Meter _meter = new(SourceName);
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Histogram<long> _tokens;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _attemptsFailed;
    private readonly Counter<double> _cost;
    private readonly Counter<long> _hedges;
    private readonly Counter<double> _hedgeCost;
    private long _streamsActive;

    public GatewayTelemetry()
    {
        _duration = _meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "Duration of chat requests.");
        _firstToken = _meter.CreateHistogram<double>("gen_ai.server.time_to_first_token", "s", "Time to the first content of an answer.");
        _tokens = _meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens of a request, by type.");
        _requests = _meter.CreateCounter<long>("turnpike.requests", "{request}", "Chat requests that have ended.");
        _attemptsFailed = _meter.CreateCounter<long>("turnpike.attempts.failed", "{attempt}", "Attempts at an endpoint that have failed.");
        _cost = _meter.CreateCounter<double>("turnpike.cost.usd", "USD", "What accounts were charged.");
        _hedges = _meter.CreateCounter<long>("turnpike.hedges", "{attempt}", "Second attempts beside slow ones, by what became of them.");
        _hedgeCost = _meter.CreateCounter<double>("turnpike.hedge.cost.usd", "USD", "What called-off attempts have cost the operator, by estimate.");
        _meter.CreateObservableUpDownCounter("turnpike.streams.active", () => StreamsActive, "{stream}", "Streams under way.");
    }

    /// <summary>Streams under way.</summary>
    public long StreamsActive => Volatile.Read(ref _streamsActive);

    internal IEnumerable<EndpointSeries> Series => [_unrouted, .. _series.Values, _overflow];

    internal IEnumerable<Gauge> Gauges => _gauges.Values;

    /// <summary>A chat request has ended, however it ended. Allocates nothing per call.</summary>
    /// <param name="endpoint">The endpoint that answered; null when none did.</param>
    /// <param name="model">What the caller asked for. It is not a label: only the endpoint's own model is.</param>
    /// <param name="status">The HTTP status that the caller got (200 for a stream that failed later; <paramref name="errorType"/> tells).</param>
    public void RequestEnded(
        Endpoint? endpoint, string model, int status, string? errorType, in TokenUsage usage, NanoUsd charged, TimeSpan duration, TimeSpan? firstToken)
    {
        var series = SeriesOf(endpoint);
        series.AddRequest(status, errorType, charged.Value);
        series.Duration.Record(Microseconds(duration));
        if (firstToken is { } first)
        {
            series.FirstToken.Record(Microseconds(first));
        }

        if (usage.PromptTokens > 0 || usage.CompletionTokens > 0)
        {
            series.InputTokens.Record(usage.PromptTokens);
            series.OutputTokens.Record(usage.CompletionTokens);
        }

        if (_requests.Enabled || _duration.Enabled)
        {
            FeedMeter(series, status, errorType, usage, charged, duration, firstToken);
        }
    }

    /// <summary>An attempt at an endpoint has failed.</summary>
    public void AttemptFailed(Endpoint endpoint, string errorType)
    {
        var series = SeriesOf(endpoint);
        series.AddFailedAttempt(errorType);
        if (_attemptsFailed.Enabled)
        {
            _attemptsFailed.Add(1, ProviderTag(series), ModelTag(series), ErrorTag(errorType));
        }
    }

    /// <summary>Something has become of a second attempt beside one at this endpoint.</summary>
    internal void Hedged(Endpoint endpoint, HedgeEvent what)
    {
        var series = SeriesOf(endpoint);
        series.AddHedge(what);
        if (_hedges.Enabled)
        {
            _hedges.Add(1, ProviderTag(series), ModelTag(series), new("turnpike.hedge.event", PrometheusText.HedgeEvent(what)));
        }
    }

    /// <summary>An attempt at this endpoint was called off, and is likely to cost this.</summary>
    internal void HedgeLost(Endpoint endpoint, NanoUsd cost)
    {
        if (!cost.IsZero)
        {
            var series = SeriesOf(endpoint);
            series.AddHedgeLost(cost.Value);
            if (_hedgeCost.Enabled)
            {
                _hedgeCost.Add((double)cost.ToUsd(), ProviderTag(series), ModelTag(series));
            }
        }
    }

    /// <summary>A stream to a caller has begun. Call <see cref="StreamEnded"/> once when it is over.</summary>
    public void StreamStarted() => Interlocked.Increment(ref _streamsActive);

    public void StreamEnded() => Interlocked.Decrement(ref _streamsActive);

    /// <summary>Adds a figure of another station: read when somebody asks, on any thread, and it must not wait.</summary>
    /// <param name="name">In Prometheus' words, without a unit prefix: <c>turnpike_holds_open</c>. The same name replaces what was there.</param>
    /// <param name="help">One sentence without a line break.</param>
    public void RegisterGauge(string name, string help, Func<double> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(read);
        if (!name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_') || char.IsAsciiDigit(name[0]))
        {
            throw new ArgumentException("A gauge's name has ASCII letters, digits and underscores only.", nameof(name));
        }

        var gauge = new Gauge(name, help, read);
        if (_gauges.TryAdd(name, gauge))
        {
            _meter.CreateObservableGauge(name.Replace('_', '.'), () => _gauges[name].Read(), description: help);
        }
        else
        {
            _gauges[name] = gauge;
        }
    }

    public void Dispose() => _meter.Dispose();

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private EndpointSeries SeriesOf(Endpoint? endpoint) =>
        endpoint is null ? _unrouted : _byEndpoint.TryGetValue(endpoint, out var series) ? series : Bind(endpoint);

    // A reloaded catalogue has new endpoint objects; they go on counting where the old ones of the same name stopped.
    private EndpointSeries Bind(Endpoint endpoint)
    {
        var name = (endpoint.Provider.Id, endpoint.Model.Id);
        var series = _series.TryGetValue(name, out var known) ? known
            : _series.Count >= SeriesMax ? _overflow
            : _series.GetOrAdd(name, static n => new(n.Provider, n.Model));
        _byEndpoint.AddOrUpdate(endpoint, series);
        return series;
    }

    private void FeedMeter(
        EndpointSeries series, int status, string? errorType, in TokenUsage usage, NanoUsd charged, TimeSpan duration, TimeSpan? firstToken)
    {
        var tags = new TagList { ProviderTag(series), ModelTag(series), new("gen_ai.operation.name", "chat") };
        _tokens.Record(usage.PromptTokens, With(tags, new("gen_ai.token.type", "input")));
        _tokens.Record(usage.CompletionTokens, With(tags, new("gen_ai.token.type", "output")));
        _cost.Add((double)charged.ToUsd(), tags);
        if (firstToken is { } first)
        {
            _firstToken.Record(first.TotalSeconds, tags);
        }

        if (errorType is not null)
        {
            tags.Add(ErrorTag(errorType));
        }

        _duration.Record(duration.TotalSeconds, tags);
        _requests.Add(1, With(tags, new("http.response.status_class", PrometheusText.StatusClass(status / 100))));
    }

    private static TagList With(TagList tags, KeyValuePair<string, object?> more)
    {
        tags.Add(more);
        return tags;
    }

    private static KeyValuePair<string, object?> ProviderTag(EndpointSeries series) => new("gen_ai.provider.name", series.Provider);

    private static KeyValuePair<string, object?> ModelTag(EndpointSeries series) => new("gen_ai.request.model", series.Model);

    private static KeyValuePair<string, object?> ErrorTag(string errorType) => new("error.type", ErrorTypeIndex.Names[ErrorTypeIndex.Of(errorType)]);

    /// <summary>A figure of another station.</summary>
    internal sealed record Gauge(string Name, string Help, Func<double> Read);
}
