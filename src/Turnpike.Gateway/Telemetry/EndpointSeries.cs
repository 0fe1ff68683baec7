namespace Turnpike.Gateway.Telemetry;

/// <summary>The figures of one model at one provider. Counted up without locks.</summary>
internal sealed class EndpointSeries(string provider, string model)
{
    /// <summary>Classes of status: <c>0xx</c> stands for what is none, then <c>1xx</c> to <c>5xx</c>.</summary>
    public const int StatusClasses = 6;

    // The bounds that the GenAI semantic conventions advise: durations in microseconds here, tokens as they are.
    private static readonly long[] DurationBounds =
    [
        10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000, 1_280_000, 2_560_000, 5_120_000, 10_240_000, 20_480_000, 40_960_000, 81_920_000,
    ];

    private static readonly long[] FirstTokenBounds =
    [
        1_000, 5_000, 10_000, 20_000, 40_000, 60_000, 80_000, 100_000, 250_000, 500_000, 750_000, 1_000_000, 2_500_000, 5_000_000, 7_500_000, 10_000_000,
    ];

    private static readonly long[] TokenBounds =
    [
        1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
    ];

    private readonly long[] _requests = new long[StatusClasses];
    private readonly long[] _errors = new long[ErrorTypeIndex.Names.Length];
    private readonly long[] _failedAttempts = new long[ErrorTypeIndex.Names.Length];
    private readonly long[] _hedges = new long[Enum.GetValues<HedgeEvent>().Length];
    private long _chargedNano;
    private long _hedgeLostNano;

    /// <summary>The provider's slug; empty for requests that no endpoint answered.</summary>
    public string Provider => provider;

    public string Model => model;

    public Histogram Duration { get; } = new(DurationBounds);

    public Histogram FirstToken { get; } = new(FirstTokenBounds);

    public Histogram InputTokens { get; } = new(TokenBounds);

    public Histogram OutputTokens { get; } = new(TokenBounds);

    public long ChargedNano => Volatile.Read(ref _chargedNano);

    public void AddRequest(int status, string? errorType, long chargedNano)
    {
        var statusClass = (uint)status / 100;
        Interlocked.Increment(ref _requests[statusClass < StatusClasses ? statusClass : 0]);
        Interlocked.Add(ref _chargedNano, chargedNano);
        if (errorType is not null)
        {
            Interlocked.Increment(ref _errors[ErrorTypeIndex.Of(errorType)]);
        }
    }

    public void AddFailedAttempt(string errorType) => Interlocked.Increment(ref _failedAttempts[ErrorTypeIndex.Of(errorType)]);

    public void AddHedge(HedgeEvent what) => Interlocked.Increment(ref _hedges[(int)what]);

    public void AddHedgeLost(long nano) => Interlocked.Add(ref _hedgeLostNano, nano);

    public long Hedges(HedgeEvent what) => Volatile.Read(ref _hedges[(int)what]);

    public long HedgeLostNano => Volatile.Read(ref _hedgeLostNano);

    public long Requests(int statusClass) => Volatile.Read(ref _requests[statusClass]);

    public long Errors(int errorType) => Volatile.Read(ref _errors[errorType]);

    public long FailedAttempts(int errorType) => Volatile.Read(ref _failedAttempts[errorType]);
}
