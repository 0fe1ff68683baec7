using System.Text.Json;
using Microsoft.Extensions.Logging;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Conversations;

/// <summary>Keeps the response to one request.</summary>
/// <param name="input">All items that it answers: a JSON array.</param>
internal sealed partial class ResponseKeeper(Exchange exchange, string input, ResponseOptions options, IResponseStore store, ILogger log) : IAnswerKeeper
{
    public async Task KeepAsync(ReadOnlyMemory<byte> end)
    {
        if (end.Length + (long)input.Length > options.BytesMax)
        {
            TooLarge(log, exchange.Id.Value, options.BytesMax);
            return;
        }

        try
        {
            if (ResponseText.ResponseIn(end.Span, exchange.Request.Stream) is { } response)
            {
                var key = exchange.Key.Key;
                await store.KeepAsync(new(exchange.Id, key.AccountId, key.Hash, exchange.At, exchange.At + options.Keep, input, response), options.CountMax, CancellationToken.None);
            }
        }
        catch (Exception exception) when (exception is StoreUnavailableException or JsonException)
        {
            NotKept(log, exchange.Id.Value, exception.GetType().Name);
        }
    }

    [LoggerMessage(EventIds.ResponseTooLarge, LogLevel.Warning, "The response {Id} was not kept: with its input it has more than {BytesMax} bytes (responses.bytesMax).")]
    private static partial void TooLarge(ILogger log, string id, int bytesMax);

    [LoggerMessage(EventIds.ResponseNotKept, LogLevel.Error, "The response {Id} was not kept: {Reason}.")]
    private static partial void NotKept(ILogger log, string id, string reason);
}
