using Turnpike.Core.Inference;
using Turnpike.Core.Money;

namespace Turnpike.Benchmarks.Operations;

/// <summary>What a usage with every usual detail costs, on a sheet with a tier.</summary>
internal sealed class PriceUsage : IOperation
{
    private readonly TokenUsage _usage = new(1180, 312) { CachedTokens = 1024, ReasoningTokens = 64 };

    public long Run() => CostCalculator.Of(Samples.Endpoint.Prices, _usage).Total.Value;

    public void Dispose()
    {
        // nothing is open
    }
}
