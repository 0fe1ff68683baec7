using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Streaming;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Chat;

/// <summary>Tells the caller the end of its request: a whole answer, the tail of a stream, or an error.</summary>
internal static class ChatResponse
{
    public static async Task FinishAsync(Exchange exchange, Answer answer, Settled settled, WholeAnswer whole)
    {
        switch (answer.Outcome)
        {
            case Outcome.CallerLeft:
                return; // nobody is there to be told
            case Outcome.Completed or Outcome.LimitReached when exchange.Request.Stream:
                await EndStreamAsync(exchange, answer, settled);
                return;
            case Outcome.Completed:
                await SendWholeAsync(exchange, answer, settled, whole);
                return;
            case Outcome.ProviderFailed or Outcome.NotServed or Outcome.OurFault when exchange.HasBegun:
                await BreakStreamAsync(exchange, answer);
                return;
            default:
                AnswerHeaders.Set(exchange);
                await ErrorResponse.WriteAsync(exchange.Http, answer.Error ?? GatewayErrors.Internal);
                return;
        }
    }

    private static async Task SendWholeAsync(Exchange exchange, Answer answer, Settled settled, WholeAnswer whole)
    {
        ChatTailWriter.AppendUsageAndClose(ref whole.Output, answer.Facts, settled);
        AnswerHeaders.Set(exchange);
        var response = exchange.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/json";
        response.ContentLength = whole.Output.Length;
        await response.BodyWriter.WriteAsync(whole.Output.Memory, exchange.Http.RequestAborted);
    }

    private static async Task EndStreamAsync(Exchange exchange, Answer answer, Settled settled)
    {
        var buffer = new PooledBuffer();
        try
        {
            var created = exchange.At.ToUnixTimeSeconds();
            var identity = Identity(exchange, answer);
            if (answer.Outcome == Outcome.LimitReached)
            {
                ChatTailWriter.AppendLength(ref buffer, identity, created);
            }

            ChatTailWriter.AppendEnd(ref buffer, identity, created, exchange.Request.IncludeUsage, answer.Facts, settled);
            StreamRelay.Begin(exchange);
            await exchange.Http.Response.BodyWriter.WriteAsync(buffer.Memory, exchange.Http.RequestAborted);
            await exchange.Http.Response.CompleteAsync();
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private static async Task BreakStreamAsync(Exchange exchange, Answer answer)
    {
        var buffer = new PooledBuffer();
        try
        {
            ChatTailWriter.AppendError(ref buffer, Identity(exchange, answer), exchange.At.ToUnixTimeSeconds(), answer.Error ?? GatewayErrors.Internal);
            await exchange.Http.Response.BodyWriter.WriteAsync(buffer.Memory, exchange.Http.RequestAborted);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private static AnswerIdentity Identity(Exchange exchange, Answer answer)
    {
        var endpoint = answer.Endpoint ?? exchange.Route.Endpoints[0];
        return new(JsonText.Quote(exchange.Id.Value), JsonText.Quote(endpoint.Model.Id), JsonText.Quote(endpoint.Provider.Name));
    }
}
