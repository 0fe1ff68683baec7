using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Strategies;

namespace Turnpike.Benchmarks.Operations;

/// <summary>The default balance among many endpoints of one model, each with figures of its own.</summary>
internal sealed class DecideRoute : IOperation
{
    private readonly HealthBoard _health = new(TimeProvider.System);
    private readonly DecisionInputs _inputs;
    private ulong _seed;

    public DecideRoute(int endpoints)
    {
        ImmutableArray<Endpoint> all = [.. Enumerable.Range(0, endpoints).Select(EndpointOf)];
        foreach (var endpoint in all)
        {
            _health.Record(endpoint, new(AttemptResult.Success) { FirstTokenMs = 200, TotalMs = 4000, PromptTokens = 500, CompletionTokens = 300 });
        }

        _inputs = new()
        {
            Requested = Samples.Endpoint.Model.Id,
            Models = [new(Samples.Endpoint.Model.Id, Samples.Endpoint.Model, all, Sort: null)],
            Needs = new() { PromptTokensEstimate = 500, PromptTokensLeast = 100, PromptTokensBound = 2000 },
            Strategy = RouteDecider.StrategyNames[0],
            Seed = 1,
            At = Samples.Now,
        };
    }

    public long Run()
    {
        var decision = RouteDecider.Decide(_inputs with { Seed = ++_seed }, _health);
        return decision.Candidates.Length == _inputs.Models[0].Endpoints.Length
            ? decision.Candidates.Length
            : throw new InvalidOperationException("Endpoints were left out.");
    }

    public void Dispose()
    {
        // nothing is open
    }

    private static Endpoint EndpointOf(int number) => Samples.Endpoint with
    {
        Id = $"p{number}:swift-4o",
        Tag = $"p{number}",
        Provider = Samples.Endpoint.Provider with { Id = $"p{number}", Name = $"P{number}" },
        Prices = new() { Prompt = NanoUsd.FromUsd(1 + (number * 0.05m)), Completion = NanoUsd.FromUsd(4 + (number * 0.1m)) },
    };
}
