using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Benchmarks.Operations;

/// <summary>A whole answer, from the provider's bytes to ours with its usage and cost.</summary>
internal sealed class RewriteAnswer : IOperation
{
    private static readonly Cost Cost = new(new(4_000_000), new(1_000_000), new(3_000_000));

    private static readonly InferenceRequest Request = new() { Model = "a/b", Splices = [] };

    public long Run()
    {
        var facts = new AnswerFacts();
        var output = new PooledBuffer();
        try
        {
            var context = new AnswerContext(Samples.Identity, facts, Created: 1_785_585_600, Request);
            if (ChatAnswerRewriter.RewriteAnswer(Samples.WholeAnswer, context, new(looksForTags: false), ref output) != ChatRewriting.Done || facts.Usage is not { } usage)
            {
                throw new InvalidOperationException("The answer was not understood.");
            }

            ChatTailWriter.AppendUsageAndClose(ref output, facts, new Settled(new(SettlementKind.Post, BillingBasis.ProviderUsage, usage), Cost, Cost.Total));
            return output.Length;
        }
        finally
        {
            output.Dispose();
        }
    }

    public void Dispose()
    {
        // nothing is open
    }
}
