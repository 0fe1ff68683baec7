using Turnpike.Gateway.Routing.Auto;

namespace Turnpike.Benchmarks.Operations;

/// <summary>What a prompt of 1 kB asks for, how hard that is and what it needs, as <c>openrouter/auto</c> sees it.</summary>
internal sealed class ClassifyPrompt : IOperation
{
    private readonly byte[] _body = Samples.TextRequest(1_000);

    public long Run() => PromptFeatures.Read(_body) is { PromptTokens: > 0 } features
        ? (long)features.Kind
        : throw new InvalidOperationException("Nothing was read.");

    public void Dispose()
    {
        // nothing is open
    }
}
