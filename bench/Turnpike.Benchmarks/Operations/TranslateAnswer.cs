using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Benchmarks.Operations;

/// <summary>A whole answer read from the provider's bytes, gathered, and written anew with its usage and cost.</summary>
internal sealed class TranslateAnswer : IOperation
{
    private static readonly Cost Cost = new(new(4_000_000), new(1_000_000), new(3_000_000));

    private static readonly InferenceRequest Request = new() { Model = "a/b", Splices = [] };

    public long Run()
    {
        var facts = new AnswerFacts();
        var reader = ChatAnswerReader.For(Samples.Endpoint, new() { Messages = [] });
        var writer = new ChatCallerFormat().NewWriter(new(Samples.Identity, facts, Created: 1_785_585_600, Request));
        using var flow = new TranslatedFlow(reader, writer);
        if (!flow.TryTakeWhole(Samples.WholeAnswer) || facts.Usage is not { } usage)
        {
            throw new InvalidOperationException("The answer was not understood.");
        }

        flow.AppendWholeEnd(new Settled(new(SettlementKind.Post, BillingBasis.ProviderUsage, usage), Cost, Cost.Total));
        return flow.Output.Length;
    }

    public void Dispose()
    {
        // nothing is open
    }
}
