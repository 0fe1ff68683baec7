using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;

namespace Turnpike.Benchmarks.Operations;

/// <summary>A whole answer, from the provider's bytes to ours with its usage and cost.</summary>
internal sealed class RewriteAnswer : IOperation
{
    public long Run()
    {
        var facts = new AnswerFacts();
        var output = new PooledBuffer();
        try
        {
            var context = Samples.Context(facts, Samples.Whole);
            if (ChatAnswerRewriter.RewriteAnswer(Samples.WholeAnswer, context, new(looksForTags: false), ref output) != ChatRewriting.Done || facts.Usage is not { } usage)
            {
                throw new InvalidOperationException("The answer was not understood.");
            }

            ChatTailWriter.AppendUsageAndClose(ref output, facts, Samples.Booked(usage));
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
