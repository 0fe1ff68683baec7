using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Streaming;

namespace Turnpike.Benchmarks.Operations;

/// <summary>One event of a stream, from the provider's bytes to ours: framed, rewritten, written into a rented buffer that goes back.</summary>
internal sealed class RelayChunk : IOperation
{
    private readonly AnswerFacts _facts = new();
    private SseFramer _framer = new(eventBytesMax: 1 << 20);
    private PooledBuffer _output;

    public long Run()
    {
        Samples.Chunk.CopyTo(_framer.Room(4096));
        _framer.Filled(Samples.Chunk.Length);
        while (_framer.TryRead(out var data))
        {
            _output.Append("data: "u8);
            if (!ChatAnswerRewriter.TryRewriteChunk(data, Samples.Identity, _facts, created: 1_785_585_600, ref _output))
            {
                throw new InvalidOperationException("The chunk was not understood.");
            }

            _output.Append("\n\n"u8);
        }

        var written = _output.Length;
        _output.Dispose();
        return written > 0 ? written : throw new InvalidOperationException("No event was found.");
    }

    public void Dispose() => _framer.Dispose();
}
