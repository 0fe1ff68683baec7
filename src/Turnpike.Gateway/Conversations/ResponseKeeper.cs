using System.Text.Json;
using Microsoft.Extensions.Logging;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Conversations;

/// <summary>Keeps the response to one request.</summary>
/// <param name="input">All items that it answers: a JSON array.</param>
internal sealed partial class ResponseKeeper(Exchange exchange, string input, ResponseOptions options, IResponseStore store, ILogger log) : IAnswerKeeper
{
    /// <summary>Items of one response that are found by their ids.</summary>
    private const int ItemsMax = 1000;

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
                var stored = new StoredResponse(exchange.Id, key.AccountId, key.Hash, exchange.At, exchange.At + options.Keep, input, response);
                await store.KeepAsync(stored, Items(response), options.CountMax, CancellationToken.None);
            }
        }
        catch (Exception exception) when (exception is StoreUnavailableException or JsonException)
        {
            NotKept(log, exchange.Id.Value, exception.GetType().Name);
        }
    }

    // Those of the answer, and before them what was said last.
    private List<string> Items(string response) =>
    [
        .. ResponseText.Named(ResponseText.OutputOf(response)).Reverse().Concat(ResponseText.Named(input).Reverse())
            .Select(static item => item.Id).Where(static id => id.Length <= ItemReference.IdLengthMax).Distinct(StringComparer.Ordinal).Take(ItemsMax),
    ];

    [LoggerMessage(EventIds.ResponseTooLarge, LogLevel.Warning, "The response {Id} was not kept: with its input it has more than {BytesMax} bytes (responses.bytesMax).")]
    private static partial void TooLarge(ILogger log, string id, int bytesMax);

    [LoggerMessage(EventIds.ResponseNotKept, LogLevel.Error, "The response {Id} was not kept: {Reason}.")]
    private static partial void NotKept(ILogger log, string id, string reason);
}
