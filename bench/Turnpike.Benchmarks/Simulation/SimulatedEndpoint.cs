using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Benchmarks.Simulation;

/// <summary>A provider as it might be: its price, pace, faults, outages and rate limit are drawn from a seed.</summary>
internal sealed class SimulatedEndpoint
{
    private const double OutageShortest = 60;
    private const double OutageLongest = 600;
    private readonly Queue<double> _served = new();
    private double _outageFrom;
    private double _outageUntil;
    private readonly double _outageEvery;

    public SimulatedEndpoint(int number, Random random)
    {
        var price = 0.3 * Math.Pow(8, random.NextDouble()); // dollars per million of prompt, 0.3 to 2.4
        FirstTokenMean = 0.15 * Math.Pow(10, random.NextDouble()); // seconds, 0.15 to 1.5
        TokensPerSecond = 20 * Math.Pow(8, random.NextDouble()); // 20 to 160
        FaultShare = 0.002 * Math.Pow(10, random.NextDouble()); // 0.2 to 2 per cent
        PerMinuteMax = random.NextDouble() < 0.4 ? 200 + (int)(random.NextDouble() * 600) : int.MaxValue;
        _outageEvery = 3_600 * (2 + (6 * random.NextDouble()));
        _outageFrom = random.NextDouble() * _outageEvery;
        Endpoint = Samples.Endpoint with
        {
            Id = $"s{number}:swift-4o",
            Tag = $"s{number}",
            Provider = Samples.Endpoint.Provider with { Id = $"s{number}", Name = $"S{number}" },
            Prices = new() { Prompt = NanoUsd.FromUsd((decimal)Math.Round(price, 3)), Completion = NanoUsd.FromUsd((decimal)Math.Round(price * 4, 3)) },
        };
    }

    public Endpoint Endpoint { get; }

    public double FirstTokenMean { get; }

    public double TokensPerSecond { get; }

    public double FaultShare { get; }

    public int PerMinuteMax { get; }

    /// <summary>Whether it is out, and since when.</summary>
    public double? OutSince(double now, Random random)
    {
        if (now >= _outageUntil && _outageUntil > 0)
        {
            _outageFrom = _outageUntil + (_outageEvery * (0.5 + random.NextDouble()));
            _outageUntil = 0;
        }

        if (_outageUntil == 0 && now >= _outageFrom)
        {
            _outageUntil = now + OutageShortest + ((OutageLongest - OutageShortest) * random.NextDouble());
        }

        return _outageUntil > now ? _outageFrom : null;
    }

    /// <summary>Counts a request; false where it is one too many within a minute.</summary>
    public bool TryServe(double now)
    {
        while (_served.TryPeek(out var oldest) && oldest < now - 60)
        {
            _served.Dequeue();
        }

        if (_served.Count >= PerMinuteMax)
        {
            return false;
        }

        _served.Enqueue(now);
        return true;
    }
}
