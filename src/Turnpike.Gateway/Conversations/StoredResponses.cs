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

    private readonly NamedItems _items = new(store, time);

    /// <summary>Prepares a request that was read. The error to tell, or null.</summary>
    public async ValueTask<GatewayError?> PrepareAsync(Exchange exchange)
    {
        if (exchange.Format.Dialect != Core.Catalog.Dialects.OpenAIResponses)
        {
            return null;
        }

        if (!exchange.Request.ItemReferences.IsEmpty && await FillAsync(exchange) is { } missing)
        {
            return missing;
        }

        if (exchange.Request.PreviousResponse is { } previous && await ContinueAsync(exchange, previous) is { } error)
        {
            return error;
        }

        var request = exchange.Request;
        if (options.Responses.Store && (request.Store ?? exchange.Key.Key.KeepsResponses) && exchange.Body.Length <= options.Responses.BytesMax)
        {
            request.IsStored = true;
            exchange.Keeper = new ResponseKeeper(exchange, ResponseText.ItemsOf(exchange.Body.Span[request.Input]), options.Responses, store, log);
        }

        return null;
    }

    private async ValueTask<GatewayError?> FillAsync(Exchange exchange)
    {
        var references = exchange.Request.ItemReferences;
        if (!options.Responses.Store)
        {
            return GatewayErrors.InvalidField(
                $"input[{references[0].Index}].type",
                "cannot be item_reference: responses are not stored here. Send the item itself, as clients do that are told \"store\": false, or have 'responses.store' set.");
        }

        var (body, error) = await _items.FillAsync(
            exchange.Body.Memory, references, exchange.Key.Key.Hash, options.Limits.BodyBytesMax, exchange.Http.RequestAborted);
        return body is null ? error : ReadAgain(exchange, body);
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

        var merged = Merged(exchange, found);
        return merged.Length > options.Limits.BodyBytesMax ? GatewayErrors.PayloadTooLarge(options.Limits.BodyBytesMax) : ReadAgain(exchange, merged);
    }

    private static GatewayError? ReadAgain(Exchange exchange, byte[] body)
    {
        exchange.Body.Replace(body);
        if (!exchange.Format.TryRead(exchange.Body.Span, out var request, out var error))
        {
            return error;
        }

        exchange.Request = request!; // set where it was read
        return null;
    }

    private static byte[] Merged(Exchange exchange, StoredResponse before)
    {
        var body = exchange.Body.Span;
        var (start, length) = exchange.Request.Input.GetOffsetAndLength(body.Length);
        var input = Encoding.UTF8.GetBytes(
            ResponseText.Joined(before.Input, ResponseText.OutputOf(before.Response), ResponseText.ItemsOf(body.Slice(start, length))));
        return [.. body[..start], .. input, .. body[(start + length)..]];
    }
}
