using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Benchmarks.Operations;

/// <summary>One event of a stream, from the provider's bytes to ours: framed, rewritten, written into a rented buffer that goes back.</summary>
internal sealed class RelayChunk(byte[] chunk) : IOperation
{
    private readonly SseFramer _framer = new(eventBytesMax: 1 << 20);
    private readonly AnswerFlow _flow = new ChatCallerFormat().NewRewriter(Samples.Context(new(), Samples.Streamed));

    public long Run()
    {
        chunk.CopyTo(_framer.Room(4096));
        _framer.Filled(chunk.Length);
        while (_framer.TryRead(out var data))
        {
            if (_flow.TakeEvent(data) != StreamStep.More)
            {
                throw new InvalidOperationException("The chunk was not understood.");
            }
        }

        var written = _flow.Output.Length;
        _flow.Output.Dispose();
        return written > 0 ? written : throw new InvalidOperationException("No event was found.");
    }

    public void Dispose()
    {
        _framer.Dispose();
        _flow.Dispose();
    }
}
