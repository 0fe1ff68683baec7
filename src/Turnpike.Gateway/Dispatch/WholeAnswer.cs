using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Reads an answer that is not streamed whole from the provider; the flow keeps it until it is booked.</summary>
internal static class WholeAnswer
{
    public static async Task<(Answer? Answer, UpstreamFailure? Failure)> ReadAsync(OpenAttempt open, Upstream upstream, Dialects.AnswerFacts facts, int bytesMax)
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
                    return (null, UpstreamFailure.Unusable(name, "its answer is larger than 'limits.answerBytesMax'."));
                }
            }

            return !open.Flow.TryTakeWhole(input.Span) ? (null, UpstreamFailure.Unusable(name, "it sent what is not an answer."))
                : facts.Error is { } error ? (null, UpstreamFailure.FromBody(name, error))
                : !facts.HasContent && facts.NativeFinishReason is null ? (null, UpstreamFailure.Unusable(name, "its answer is empty."))
                : (new(Outcome.Completed, facts) { Endpoint = upstream.Endpoint }, null);
        }
        finally
        {
            input.Dispose();
        }
    }
}
