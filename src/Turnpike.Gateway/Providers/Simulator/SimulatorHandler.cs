using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Turnpike.Gateway.Providers.Simulator;

/// <summary>The built-in provider: answers OpenAI chat requests in this process, without a network and without a model.</summary>
/// <remarks>Whatever address ends in <c>/chat/completions</c> is answered; the models are <c>echo</c> and <c>lorem</c>. Bad requests get
/// OpenAI's error shape with status 400 (404 for an unknown model). Cancelling a request or disposing its answer stops it at once.
/// Thread-safe; one instance serves all requests.</remarks>
public sealed class SimulatorHandler(TimeProvider time) : HttpMessageHandler
{
    private int _answers;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            if (request.RequestUri is { } uri && !uri.OriginalString.Contains("chat/completions", StringComparison.Ordinal))
            {
                throw new SimulatorRefusal("The simulator answers /chat/completions only.", param: null, status: 404);
            }

            var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            return await AnswerAsync(request, SimulatorRequestReader.Read(body), cancellationToken);
        }
        catch (SimulatorRefusal refusal)
        {
            return Json(request, (HttpStatusCode)refusal.Status, SimulatorWire.Error(refusal));
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage message, SimulatorRequest request, CancellationToken cancellationToken)
    {
        var answer = SimulatorAnswers.To(request);
        var now = time.GetUtcNow();
        var wire = new SimulatorWire(request, answer, NextId(now), now);
        if (request.Stream)
        {
            return new(HttpStatusCode.OK) { RequestMessage = message, Content = new SimulatorContent(new SimulatorStream(wire, answer, time)) };
        }

        var lasts = answer.FirstTokenAfter
            + (answer.TokensPerSecond is { } pace ? TimeSpan.FromSeconds((double)answer.CompletionTokens / pace) : TimeSpan.Zero);
        if (lasts > TimeSpan.Zero)
        {
            await Task.Delay(lasts, time, cancellationToken);
        }

        return Json(message, HttpStatusCode.OK, wire.WriteWhole());
    }

    private string NextId(DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"chatcmpl-{now.ToUnixTimeSeconds():x8}{(uint)Interlocked.Increment(ref _answers):x8}");

    private static HttpResponseMessage Json(HttpRequestMessage request, HttpStatusCode status, byte[] body) => new(status)
    {
        RequestMessage = request,
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };
}
