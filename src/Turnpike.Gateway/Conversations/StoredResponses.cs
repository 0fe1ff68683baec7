using System.Text;
using Microsoft.Extensions.Logging;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;

namespace Turnpike.Gateway.Conversations;

/// <summary>Puts what was said before in front of a request that goes on with a stored response, and sees to it that the new one is kept.</summary>
internal sealed class StoredResponses(GatewayOptions options, IResponseStore store, TimeProvider time, ILogger<StoredResponses> log)
{
    /// <summary>Longer ids are not ours.</summary>
    private const int IdLengthMax = 128;

    /// <summary>Prepares a request that was read. The error to tell, or null.</summary>
    public async ValueTask<GatewayError?> PrepareAsync(Exchange exchange)
    {
        if (exchange.Request.PreviousResponse is { } previous && await ContinueAsync(exchange, previous) is { } error)
        {
            return error;
        }

        var request = exchange.Request;
        if (request.IsStored)
        {
            request.IsStored = options.Responses.Store && exchange.Body.Length <= options.Responses.BytesMax;
            exchange.Keeper = request.IsStored
                ? new ResponseKeeper(exchange, ResponseText.ItemsOf(exchange.Body.Span[request.Input]), options.Responses, store, log)
                : null;
        }

        return null;
    }

    private async ValueTask<GatewayError?> ContinueAsync(Exchange exchange, string id)
    {
        if (!options.Responses.Store)
        {
            return GatewayErrors.InvalidField("previous_response_id", "cannot be used: responses are not stored here. Send the whole history as 'input'.");
        }

        var found = id.Length > IdLengthMax
            ? null
            : await store.FindResponseAsync(exchange.Key.Key.Hash, id, time.GetUtcNow(), exchange.Http.RequestAborted);
        if (found is null)
        {
            return GatewayErrors.PreviousResponseNotFound;
        }

        Merge(exchange, found);
        if (exchange.Body.Length > options.Limits.BodyBytesMax)
        {
            return GatewayErrors.PayloadTooLarge(options.Limits.BodyBytesMax);
        }

        if (!exchange.Format.TryRead(exchange.Body.Span, out var request, out var error))
        {
            return error;
        }

        exchange.Request = request!; // set where it was read
        return null;
    }

    private static void Merge(Exchange exchange, StoredResponse before)
    {
        var body = exchange.Body.Span;
        var (start, length) = exchange.Request.Input.GetOffsetAndLength(body.Length);
        var input = Encoding.UTF8.GetBytes(
            ResponseText.Joined(before.Input, ResponseText.OutputOf(before.Response), ResponseText.ItemsOf(body.Slice(start, length))));
        byte[] merged = [.. body[..start], .. input, .. body[(start + length)..]];
        exchange.Body.Replace(merged);
    }
}
