using System.Collections.Concurrent;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Keeps requests to endpoints below the number a minute that they are configured with. Thread-safe; endpoints without a limit cost
/// nothing.</summary>
internal sealed class MinuteLimits(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Window> _byEndpoint = new(StringComparer.Ordinal); // as many as are configured

    /// <summary>Counts a request; false where it is one too many, with how long to wait for the next.</summary>
    public bool TryTake(Endpoint endpoint, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        return endpoint.RequestsPerMinuteMax is not { } max
            || _byEndpoint.GetOrAdd(endpoint.Id, static _ => new()).TryTake(max, (long)time.GetElapsedTime(0).TotalSeconds, out wait);
    }

    /// <summary>A request more would not be one too many; nothing is counted.</summary>
    public bool HasRoom(Endpoint endpoint) =>
        endpoint.RequestsPerMinuteMax is not { } max
        || !_byEndpoint.TryGetValue(endpoint.Id, out var window) || window.Count((long)time.GetElapsedTime(0).TotalSeconds) < max;

    /// <summary>Sixty slots of a second.</summary>
    private sealed class Window
    {
        private const int Seconds = 60;

        private readonly Lock _lock = new();
        private readonly int[] _slots = new int[Seconds];
        private long _newest;
        private int _sum;

        public bool TryTake(int max, long second, out TimeSpan wait)
        {
            lock (_lock)
            {
                Advance(second);
                wait = TimeSpan.Zero;
                if (_sum < max)
                {
                    _slots[_newest % Seconds]++;
                    _sum++;
                    return true;
                }

                for (var age = Seconds - 1; age > 0; age--)
                {
                    if (_slots[(_newest + Seconds - age) % Seconds] > 0)
                    {
                        wait = TimeSpan.FromSeconds(Seconds - age);
                        return false;
                    }
                }

                wait = TimeSpan.FromSeconds(Seconds);
                return false;
            }
        }

        public int Count(long second)
        {
            lock (_lock)
            {
                Advance(second);
                return _sum;
            }
        }

        private void Advance(long second)
        {
            for (var expired = Math.Max(_newest + 1, second - Seconds + 1); expired <= second; expired++)
            {
                _sum -= _slots[expired % Seconds];
                _slots[expired % Seconds] = 0;
            }

            _newest = Math.Max(_newest, second);
        }
    }
}
