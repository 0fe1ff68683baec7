using Turnpike.Core.Money;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Strategies;

namespace Turnpike.Benchmarks.Simulation;

/// <summary>Sends requests through a strategy to providers that are drawn from a seed; every strategy meets the same providers, requests and outages.</summary>
internal sealed class Market(IRoutingStrategy strategy, int seed, int requests)
{
    private const int Providers = 8;
    private const int AttemptsMax = 4;
    private const double PerSecond = 20;
    private const double FailureSeconds = 0.3;

    private readonly SimulatedClock _clock = new();
    private readonly SimulatedEndpoint[] _endpoints = Draw(seed);
    private readonly Random[] _chances = [.. Enumerable.Range(0, Providers).Select(i => new Random(seed + i))];
    private readonly Random _random = new(seed);
    private readonly float[] _firstTokens = new float[requests];
    private readonly Dictionary<(int Endpoint, double Since), (int Sent, int Hits, double Last)> _outages = [];
    private double _cost;
    private double _objective;
    private int _answered;
    private int _firstTries;

    public SimulationResult Run()
    {
        var health = new HealthBoard(_clock);
        var candidates = new Candidate[Providers];
        for (var i = 0; i < requests; i++)
        {
            _clock.Now += -Math.Log(1 - _random.NextDouble()) / PerSecond;
            var prompt = (int)(200 * Math.Exp(1.2 * Normal()));
            var completion = 1 + (int)(250 * Math.Exp(0.8 * Normal()));
            for (var e = 0; e < Providers; e++)
            {
                candidates[e] = new(_endpoints[e].Endpoint, health.Figures(_endpoints[e].Endpoint), 0) { Index = e };
            }

            var chance = new Chance((ulong)_random.NextInt64());
            strategy.Rank(candidates, new(prompt, null, 0, false, 0), ref chance);
            Send(candidates, health, prompt, completion);
        }

        Array.Sort(_firstTokens, 0, _answered);
        return new(
            strategy.Name, _cost / _answered * 1000, _firstTokens[_answered / 2], _firstTokens[_answered * 99 / 100],
            (double)_answered / requests, (double)_firstTries / requests, Recovery(), Math.Exp(_objective / _answered));
    }

    private void Send(Candidate[] order, HealthBoard health, int prompt, int completion)
    {
        var waited = 0.0;
        for (var attempt = 0; attempt < Math.Min(AttemptsMax, order.Length); attempt++)
        {
            var index = Array.FindIndex(_endpoints, e => ReferenceEquals(e.Endpoint, order[attempt].Endpoint));
            var endpoint = _endpoints[index];
            if (attempt == 0)
            {
                CountOutages(index);
            }

            var result = Outcome(endpoint, _chances[index]);
            if (result != AttemptResult.Success)
            {
                waited += FailureSeconds;
                health.Record(endpoint.Endpoint, new(result));
                continue;
            }

            var firstToken = endpoint.FirstTokenMean * (0.5 - (0.5 * Math.Log(1 - _random.NextDouble())));
            var total = firstToken + (completion / endpoint.TokensPerSecond);
            health.Record(endpoint.Endpoint, new(AttemptResult.Success)
            {
                FirstTokenMs = 1 + (int)(firstToken * 1000), TotalMs = 1 + (int)(total * 1000), PromptTokens = prompt, CompletionTokens = completion,
            });
            Take(endpoint, prompt, completion, waited + firstToken, waited + total);
            _firstTries += attempt == 0 ? 1 : 0;
            return;
        }
    }

    private AttemptResult Outcome(SimulatedEndpoint endpoint, Random chance) =>
        endpoint.OutSince(_clock.Now, chance) is not null ? AttemptResult.Fault
        : !endpoint.TryServe(_clock.Now) ? AttemptResult.RateLimited
        : _random.NextDouble() < endpoint.FaultShare ? AttemptResult.Fault
        : AttemptResult.Success;

    private void Take(SimulatedEndpoint endpoint, int prompt, int completion, double firstToken, double total)
    {
        var cost = (double)CostCalculator.Of(endpoint.Endpoint.Prices, new(prompt, completion)).Total.Value / NanoUsd.PerUsd;
        _cost += cost;
        _objective += Math.Log(cost) + (0.5 * Math.Log(total)) + (0.25 * Math.Log(firstToken));
        _firstTokens[_answered++] = (float)firstToken;
    }

    // While an endpoint is out: of all requests, how many were sent there first, and when the last of the many.
    private void CountOutages(int first)
    {
        for (var i = 0; i < Providers; i++)
        {
            if (_endpoints[i].OutSince(_clock.Now, _chances[i]) is not { } since)
            {
                continue;
            }

            var (sent, hits, last) = _outages.GetValueOrDefault((i, since), (0, 0, since));
            _outages[(i, since)] = first == i ? (sent + 1, hits + 1, hits < 3 || (double)hits / sent > 0.1 ? _clock.Now : last) : (sent + 1, hits, last);
        }
    }

    private double Recovery() => _outages.Count == 0 ? 0 : _outages.Average(static o => o.Value.Last - o.Key.Since);

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private static SimulatedEndpoint[] Draw(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Providers).Select(i => new SimulatedEndpoint(i, random))];
    }
}
