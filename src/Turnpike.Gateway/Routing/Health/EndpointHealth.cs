namespace Turnpike.Gateway.Routing.Health;

/// <summary>What has been seen of one endpoint: outcomes, time to first token, speed, rate limits. Of fixed size (about 33 KB).</summary>
/// <remarks>Thread-safe by a lock of its own, held for well under a microsecond once an attempt and once a decision; recording allocates
/// nothing. Times are milliseconds of one clock, handed in.</remarks>
internal sealed class EndpointHealth
{
    private const int Kinds = 5;
    private const int SuccessKind = 0;
    private const int FaultKind = 1;
    private const int LimitedKind = 2;
    private const int ToolSuccessKind = 3;
    private const int ToolFaultKind = 4;

    private const int FineSlots = 30;
    private const long FineSlotMs = 10_000;
    private const int OutageSlots = 3;
    private const int MinuteSlots = 6;

    /// <summary>A rate limit pauses at least this long, and a provider's own wish at most so long.</summary>
    private const int PauseMsMin = 1_000;
    private const int PauseMsMax = 60_000;

    private const double HalfLifeMs = 60_000;

    /// <summary>The share of a new answer in the running means of cache and length.</summary>
    private const float MeanStep = 0.05f;

    private readonly Lock _gate = new();
    private readonly RollingCounts _five = new(Kinds, FineSlots, FineSlotMs);
    private readonly RollingCounts _thirty = new(Kinds, 30, 60_000);
    private readonly RollingCounts _day = new(Kinds, 96, 900_000);
    private readonly RollingHistogram _firstToken = new(0.01, FineSlots, FineSlotMs);
    private readonly RollingHistogram _throughput = new(0.5, FineSlots, FineSlotMs);
    private readonly RollingHistogram _gap = new(0.01, FineSlots, FineSlotMs);
    private readonly RollingHistogram _whole = new(0.01, 15, 20_000);
    private readonly RollingHistogram _firstTokenLong = new(0.01, 15, 120_000);
    private readonly RollingHistogram _throughputLong = new(0.5, 15, 120_000);
    private double _weightedSuccesses;
    private double _weightedFaults;
    private long _weightedAtMs;
    private long _pausedUntilMs;
    private float _learnedCap;
    private float _cachedShare = -1;
    private float _typicalCompletion;
    private int _limitedInARow;

    private LearnedLimits? _limits;
    private int _untilLimits = LearnedLimits.SamplesMin;
    private int _untilWhole = LearnedLimits.SamplesMin;

    /// <summary>What has been learned of its pace; null while too little was seen. Read without the lock.</summary>
    public LearnedLimits? Limits => Volatile.Read(ref _limits);

    /// <summary>When it was last recorded to, for whoever must forget something.</summary>
    public long LastAtMs { get; private set; }

    public void Record(in AttemptReport report, long nowMs)
    {
        if (report.Result == AttemptResult.NotCounted)
        {
            return;
        }

        lock (_gate)
        {
            Advance(nowMs);
            LastAtMs = nowMs;
            switch (report.Result)
            {
                case AttemptResult.Success:
                    Succeed(report);
                    break;
                case AttemptResult.Fault:
                    Count(FaultKind);
                    _weightedFaults++;
                    CountTools(report, ToolFaultKind);
                    break;
                case AttemptResult.Outrun:
                    AddWait(report);
                    break;
                default:
                    Limit(report, nowMs);
                    break;
            }
        }
    }

    /// <summary>Leaves the endpoint alone for a while: no balanced request begins here before. A longer pause stands.</summary>
    public void Pause(long untilMs)
    {
        lock (_gate)
        {
            _pausedUntilMs = Math.Max(_pausedUntilMs, untilMs);
        }
    }

    public EndpointFigures Figures(long nowMs)
    {
        lock (_gate)
        {
            Advance(nowMs);
            return new()
            {
                FirstToken = _firstToken.Rising(),
                Throughput = _throughput.Falling(),
                Successes = _five.Total(SuccessKind),
                Faults = _five.Total(FaultKind),
                RateLimited = _five.Total(LimitedKind),
                RecentSuccesses = _five.Last(SuccessKind, OutageSlots),
                RecentFaults = _five.Last(FaultKind, OutageSlots),
                WeightedSuccesses = (float)_weightedSuccesses,
                WeightedFaults = (float)_weightedFaults,
                ToolSuccesses = _five.Total(ToolSuccessKind),
                ToolFaults = _five.Total(ToolFaultKind),
                PerMinute = _five.Last(SuccessKind, MinuteSlots) + _five.Last(FaultKind, MinuteSlots) + _five.Last(LimitedKind, MinuteSlots),
                LearnedCap = _learnedCap,
                PausedMs = (int)Math.Clamp(_pausedUntilMs - nowMs, 0, int.MaxValue),
                CachedShare = Math.Max(0, _cachedShare),
                TypicalCompletion = _typicalCompletion,
            };
        }
    }

    /// <summary>The figures that are shown in lists of endpoints.</summary>
    public EndpointReport Report(long nowMs)
    {
        lock (_gate)
        {
            Advance(nowMs);
            return new(
                Uptime(_five), Uptime(_thirty), Uptime(_day), _firstTokenLong.Rising(), _throughputLong.Falling());
        }
    }

    private void Succeed(in AttemptReport report)
    {
        Count(SuccessKind);
        _weightedSuccesses++;
        _limitedInARow = 0;
        CountTools(report, ToolSuccessKind);
        if (_learnedCap > 0 && _five.Last(SuccessKind, MinuteSlots) >= _learnedCap)
        {
            _learnedCap += 0.5f; // it takes more than was thought: found out slowly, given up at once
        }

        AddWait(report);
        if (report is { CompletionTokens: > 0, TotalMs: > 0 })
        {
            var perSecond = report.CompletionTokens * 1000.0 / report.TotalMs;
            _throughput.Add(perSecond);
            _throughputLong.Add(perSecond);
            _typicalCompletion = Mean(_typicalCompletion == 0 ? report.CompletionTokens : _typicalCompletion, report.CompletionTokens);
        }

        if (report.PromptTokens > 0)
        {
            var share = Math.Min(1f, (float)report.CachedTokens / report.PromptTokens);
            _cachedShare = Mean(_cachedShare < 0 ? share : _cachedShare, share);
        }
    }

    // To the first token of a stream, or to the end of what is none. Learned from now and then: percentiles move slowly.
    private void AddWait(in AttemptReport report)
    {
        if (report.FirstTokenMs > 0)
        {
            _firstToken.Add(report.FirstTokenMs / 1000.0);
            _firstTokenLong.Add(report.FirstTokenMs / 1000.0);
            if (report.LongestGapMs > 0)
            {
                _gap.Add(report.LongestGapMs / 1000.0);
            }

            if (--_untilLimits <= 0)
            {
                _untilLimits = LearnedLimits.SamplesMin / 2;
                Volatile.Write(ref _limits, new(_firstToken.Rising().P99, _gap.Rising().P99)
                {
                    FirstTokenP95 = _firstToken.Quantile(0.95),
                    WholeP95 = _limits?.WholeP95 ?? 0,
                });
            }
        }
        else if (report.TotalMs > 0)
        {
            _whole.Add(report.TotalMs / 1000.0);
            if (--_untilWhole <= 0)
            {
                _untilWhole = LearnedLimits.SamplesMin / 2;
                Volatile.Write(ref _limits, (_limits ?? LearnedLimits.Nothing) with { WholeP95 = _whole.Quantile(0.95) });
            }
        }
    }

    private void Limit(in AttemptReport report, long nowMs)
    {
        Count(LimitedKind);
        var served = _five.Last(SuccessKind, MinuteSlots);
        var cap = Math.Max(1f, served * 0.9f);
        _learnedCap = _learnedCap == 0 ? cap : Math.Max(cap, _learnedCap * 0.9f);
        _limitedInARow = Math.Min(_limitedInARow + 1, 5);
        var wish = report.RetryAfterMs > 0 ? report.RetryAfterMs : PauseMsMin << (_limitedInARow - 1);
        _pausedUntilMs = Math.Max(_pausedUntilMs, nowMs + Math.Clamp(wish, PauseMsMin, PauseMsMax));
    }

    private void Count(int kind)
    {
        _five.Add(kind);
        _thirty.Add(kind);
        _day.Add(kind);
    }

    private void CountTools(in AttemptReport report, int kind)
    {
        if (report.HadTools)
        {
            _five.Add(kind);
        }
    }

    private void Advance(long nowMs)
    {
        _five.Advance(nowMs);
        _thirty.Advance(nowMs);
        _day.Advance(nowMs);
        _firstToken.Advance(nowMs);
        _throughput.Advance(nowMs);
        _gap.Advance(nowMs);
        _whole.Advance(nowMs);
        _firstTokenLong.Advance(nowMs);
        _throughputLong.Advance(nowMs);
        if (nowMs > _weightedAtMs)
        {
            var left = Math.Exp(-Math.Log(2) * (nowMs - _weightedAtMs) / HalfLifeMs);
            _weightedSuccesses *= left;
            _weightedFaults *= left;
            _weightedAtMs = nowMs;
        }
    }

    private static float Mean(float mean, float value) => mean + ((value - mean) * MeanStep);

    private static float? Uptime(RollingCounts counts)
    {
        var successes = counts.Total(SuccessKind);
        var all = successes + counts.Total(FaultKind);
        return all == 0 ? null : 100f * successes / all;
    }
}
