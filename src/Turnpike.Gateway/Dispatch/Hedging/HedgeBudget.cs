using Turnpike.Core.Money;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Dispatch.Hedging;

/// <summary>Keeps second attempts below a share of requests and an amount of money. Of this process, in memory; thread-safe.</summary>
/// <remarks>Like a hold: what a second attempt may cost is set aside before it begins, and what it did cost takes its place at its end, so
/// that no number of requests at once overruns the amount.</remarks>
internal sealed class HedgeBudget(GatewayOptions options, TimeProvider time)
{
    private const int RequestKind = 0;
    private const int HedgedKind = 1;

    private readonly Lock _gate = new();
    private readonly RollingCounts _requests = new(kinds: 2, slots: 30, slotMs: 10_000);
    private readonly RollingSpend _lost = new(slots: 60, slotMs: 60_000);
    private NanoUsd _setAside;

    /// <summary>Counts a request that may be hedged.</summary>
    public void Count()
    {
        lock (_gate)
        {
            Advance();
            _requests.Add(RequestKind);
        }
    }

    /// <summary>Takes a place and sets an amount aside: <see cref="HedgeEvent.Started"/>, or what refuses it.</summary>
    public HedgeEvent TryStart(NanoUsd estimate)
    {
        var limits = options.Routing.Hedging;
        lock (_gate)
        {
            Advance();
            if (_requests.Total(HedgedKind) + 1 > limits.ShareMax * _requests.Total(RequestKind))
            {
                return HedgeEvent.RefusedShare;
            }

            if (_lost.Total + _setAside + estimate > limits.CostPerHourMax)
            {
                return HedgeEvent.RefusedCost;
            }

            _requests.Add(HedgedKind);
            _setAside += estimate;
            return HedgeEvent.Started;
        }
    }

    /// <summary>A second attempt has ended, however it did: once for each that was started.</summary>
    /// <param name="estimate">What was set aside for it.</param>
    /// <param name="lost">What the attempt that was called off is likely to cost.</param>
    public void End(NanoUsd estimate, NanoUsd lost)
    {
        lock (_gate)
        {
            Advance();
            _setAside -= estimate;
            _lost.Add(lost);
        }
    }

    private void Advance()
    {
        var nowMs = (long)time.GetElapsedTime(0).TotalMilliseconds;
        _requests.Advance(nowMs);
        _lost.Advance(nowMs);
    }
}
