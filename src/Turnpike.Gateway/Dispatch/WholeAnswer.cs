using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch;

/// <summary>An answer that is not streamed: read whole from the provider, kept until it is booked.</summary>
internal sealed class WholeAnswer : IDisposable
{
    private PooledBuffer _output;

    /// <summary>The answer in our form, up to its usage; empty while there is none.</summary>
    public ref PooledBuffer Output => ref _output;

    public async Task<(Answer? Answer, UpstreamFailure? Failure)> ReadAsync(
        Exchange exchange, OpenAttempt open, Upstream upstream, AnswerIdentity identity, AnswerFacts facts, int bytesMax, TimeProvider time)
    {
        var name = upstream.Endpoint.Provider.Name;
        var input = new PooledBuffer();
        try
        {
            int read;
            var sizeHint = (int)Math.Clamp((open.Response!.Content.Headers.ContentLength ?? 2047) + 1, 512, bytesMax);
            while ((read = await open.Body!.ReadAsync(input.ReserveMemory(Math.Max(512, sizeHint - input.Length)), open.Watch.Token)) > 0)
            {
                input.Advance(read);
                if (input.Length > bytesMax)
                {
                    return (null, UpstreamFailure.Unusable(name, 200, "its answer is larger than 'limits.answerBytesMax'."));
                }
            }

            if (!ChatAnswerRewriter.TryRewriteAnswer(input.Span, identity, facts, exchange.At.ToUnixTimeSeconds(), ref _output))
            {
                return (null, UpstreamFailure.Unusable(name, 200, "it sent what is not an answer."));
            }

            if (facts.Error is { } error)
            {
                _output.Dispose();
                return (null, UpstreamFailure.FromBody(name, error));
            }

            if (!facts.HasContent && facts.NativeFinishReason is null)
            {
                _output.Dispose();
                return (null, UpstreamFailure.Unusable(name, 200, "its answer is empty."));
            }

            exchange.FirstContentAt = time.GetTimestamp();
            return (new(Outcome.Completed, facts) { Endpoint = upstream.Endpoint }, null);
        }
        finally
        {
            input.Dispose();
        }
    }

    public void Dispose() => _output.Dispose();
}
