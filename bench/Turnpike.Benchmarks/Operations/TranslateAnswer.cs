using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Benchmarks.Operations;

/// <summary>A whole answer read from the provider's bytes, gathered, and written anew with its usage and cost.</summary>
internal sealed class TranslateAnswer : IOperation
{
    public long Run()
    {
        var facts = new AnswerFacts();
        var reader = ChatAnswerReader.For(Samples.Endpoint, new() { Messages = [] });
        var writer = new ChatCallerFormat().NewWriter(Samples.Context(facts, Samples.Whole));
        using var flow = new TranslatedFlow(reader, writer);
        if (!flow.TryTakeWhole(Samples.WholeAnswer) || facts.Usage is not { } usage)
        {
            throw new InvalidOperationException("The answer was not understood.");
        }

        flow.AppendWholeEnd(Samples.Booked(usage));
        return flow.Output.Length;
    }

    public void Dispose()
    {
        // nothing is open
    }
}
