using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Streaming;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Answers;

/// <summary>Tells the caller the end of its request: a whole answer, the tail of a stream, or an error.</summary>
internal static class AnswerResponse
{
    public static async Task FinishAsync(Exchange exchange, Answer answer, Settled settled)
    {
        switch (answer.Outcome)
        {
            case Outcome.CallerLeft or Outcome.Withdrawn:
                return; // nobody is there to be told
            case Outcome.Completed or Outcome.LimitReached when exchange.Request.Stream:
                await EndStreamAsync(exchange, answer, settled);
                return;
            case Outcome.Completed:
                await SendWholeAsync(exchange, answer.Connection!.Flow, settled); // a completed answer came over a connection
                return;
            case Outcome.ProviderFailed or Outcome.NotServed or Outcome.OurFault when exchange.HasBegun:
                await BreakStreamAsync(exchange, answer, ErrorOf(answer, settled));
                return;
            default:
                AnswerHeaders.Set(exchange);
                await ErrorResponse.WriteAsync(exchange.Http, ErrorOf(answer, settled));
                return;
        }
    }

    /// <summary>Ends a stream that has begun with an error, whatever was half told of its end.</summary>
    public static Task BreakAsync(Exchange exchange, Answer answer, GatewayError error)
    {
        answer.Connection?.Flow.Output.Dispose();
        return BreakStreamAsync(exchange, answer, error);
    }

    private static GatewayError ErrorOf(Answer answer, Settled settled) => RouteMetadata.Tell(answer.Error ?? GatewayErrors.Internal, settled.Metadata);

    private static async Task SendWholeAsync(Exchange exchange, AnswerFlow flow, Settled settled)
    {
        flow.AppendWholeEnd(settled);
        await KeepAsync(exchange, flow);
        AnswerHeaders.Set(exchange);
        var response = exchange.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = flow.ContentType;
        response.ContentLength = flow.ContentType == "text/event-stream" ? null : flow.Output.Length; // events get ids where they are kept
        await response.BodyWriter.WriteAsync(flow.Output.Memory, exchange.Http.RequestAborted);
    }

    // Before the end is told, so that the caller can go on with it at once.
    private static Task KeepAsync(Exchange exchange, AnswerFlow flow) => exchange.Keeper?.KeepAsync(flow.Output.Memory) ?? Task.CompletedTask;

    private static async Task EndStreamAsync(Exchange exchange, Answer answer, Settled settled)
    {
        var flow = answer.Connection!.Flow; // as above
        flow.AppendEnd(settled, isCut: answer.Outcome == Outcome.LimitReached);
        await KeepAsync(exchange, flow);
        StreamRelay.Begin(exchange);
        await exchange.Http.Response.BodyWriter.WriteAsync(flow.Output.Memory, exchange.Http.RequestAborted);
        await exchange.Http.Response.CompleteAsync();
    }

    private static async Task BreakStreamAsync(Exchange exchange, Answer answer, GatewayError error)
    {
        if (exchange.Format.BytesType(exchange.Request) is not null)
        {
            exchange.Http.Abort(); // an error has no place among bytes: the answer must not look whole
            return;
        }

        if (answer.Connection is { } connection)
        {
            connection.Flow.AppendError(error);
            await exchange.Http.Response.BodyWriter.WriteAsync(connection.Flow.Output.Memory, exchange.Http.RequestAborted);
            return;
        }

        // No endpoint gave any content, but the caller was kept alive meanwhile: its stream has begun.
        var endpoint = exchange.Route.Endpoints[0];
        var identity = new AnswerIdentity(JsonText.Quote(exchange.Id.Value), JsonText.Quote(endpoint.Model.Id), JsonText.Quote(endpoint.Provider.Name));
        var output = new PooledBuffer();
        try
        {
            exchange.Format.AppendError(ref output, new(identity, answer.Facts, exchange.At.ToUnixTimeSeconds(), exchange.Request), error);
            await exchange.Http.Response.BodyWriter.WriteAsync(output.Memory, exchange.Http.RequestAborted);
        }
        finally
        {
            output.Dispose();
        }
    }
}
