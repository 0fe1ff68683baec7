using System.Globalization;
using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Routing.Wishes;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Streaming;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Caching;

/// <summary>Answers a request that was answered before from memory, for those who ask for that: at once, for nothing, as a generation of
/// its own. Of several that are the same and under way one is answered by a provider, and the others wait for it.</summary>
/// <remarks>Kept are whole answers only; of a request its hash. Keys do not share what is kept.</remarks>
internal sealed class ResponseCache(CachedAnswers answers, RequestSettlement settlement, ResponseCacheOptions options, TimeProvider time)
{
    private const string Status = "X-OpenRouter-Cache-Status";
    private const string Ttl = "X-OpenRouter-Cache-TTL";

    /// <summary>What the request wants of the cache; null where it is none of its business.</summary>
    public CacheWish? WishOf(Exchange exchange) =>
        options.Enabled && exchange.Format.Operation is Operation.Chat or Operation.Embeddings
        && CacheWish.Of(exchange.Http.Request.Headers, exchange.Preset) is { } wish && !KeepsNothing(exchange)
            ? wish
            : null;

    /// <summary>Answers from what is kept, or has the request answered and keeps that.</summary>
    /// <param name="run">Answers the request; true when the answer is whole.</param>
    public async Task<bool> AnswerAsync(Exchange exchange, CacheWish wish, Func<Exchange, Task<bool>> run)
    {
        if (CacheKey.Of(exchange) is not { } key)
        {
            return await run(exchange);
        }

        if (wish.IsCleared)
        {
            answers.Remove(key);
        }
        else if (answers.Find(key) is { } kept)
        {
            return await TellAsync(exchange, kept);
        }

        if (answers.TryBegin(key, out var running))
        {
            try
            {
                return await KeepAsync(exchange, key, wish, run);
            }
            finally
            {
                answers.End(key);
            }
        }

        if (!wish.IsCleared)
        {
            await running.WaitAsync(exchange.Http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (answers.Find(key) is { } made)
            {
                return await TellAsync(exchange, made);
            }
        }

        return await KeepAsync(exchange, key, wish, run); // the other's could not be kept: nobody waits for one more
    }

    // An account or a key that allows nobody to keep prompts does not want us to keep answers.
    private static bool KeepsNothing(Exchange exchange) =>
        (exchange.Key.Account.ProviderDefaults is { } account && DefaultWishes.Of(account).ZeroRetention)
        || (exchange.Key.Key.ProviderDefaults is { } key && DefaultWishes.Of(key).ZeroRetention);

    private async Task<bool> KeepAsync(Exchange exchange, string key, CacheWish wish, Func<Exchange, Task<bool>> run)
    {
        var response = exchange.Http.Response;
        response.Headers[Status] = "MISS";
        response.Headers[Ttl] = Seconds(wish.Ttl);
        var body = response.Body;
        await using var recorder = new AnswerRecorder(body, options.AnswerBytesMax);
        response.Body = recorder;
        try
        {
            var isTold = await run(exchange);
            if (isTold && exchange is { WholeAt: { } at, AffordedOutput: null, IsRescued: false } && recorder.Taken is { } told
                && CachedBody.Prepare(told, exchange.Request.Stream) is { } prepared)
            {
                answers.Keep(key, Answer(exchange, prepared, at, at + wish.Ttl));
            }

            return isTold;
        }
        finally
        {
            response.Body = body;
        }
    }

    private static CachedAnswer Answer(Exchange exchange, byte[] body, DateTimeOffset at, DateTimeOffset until)
    {
        var answered = exchange.Attempts[^1];
        return new(body, exchange.Http.Response.ContentType ?? "application/json", exchange.Id.Value, exchange.Format.Dialect != Core.Catalog.Dialects.AnthropicMessages)
        {
            Model = exchange.Route.Endpoints.First(e => e.Id == answered.EndpointId).Model.Id,
            ProviderName = answered.ProviderName,
            EndpointId = answered.EndpointId,
            KeptAt = at,
            ExpiresAt = until,
        };
    }

    private async Task<bool> TellAsync(Exchange exchange, CachedAnswer kept)
    {
        if (!settlement.TrySettleRepeated(exchange, kept.Id, kept.Model, kept.ProviderName, kept.EndpointId))
        {
            await ErrorResponse.WriteAsync(exchange.Http, GatewayErrors.BookUnavailable);
            return false;
        }

        await settlement.WaitDurableAsync();
        var now = time.GetUtcNow();
        var body = CachedBody.Tell(kept, exchange.Id.Value, exchange.At.ToUnixTimeSeconds());
        var response = exchange.Http.Response;
        AnswerHeaders.Set(exchange);
        response.Headers[Status] = "HIT";
        response.Headers["X-OpenRouter-Cache-Age"] = Seconds(now - kept.KeptAt);
        response.Headers[Ttl] = Seconds(kept.ExpiresAt - now);
        response.Headers["X-OpenRouter-Cache-Source-Id"] = kept.Id;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = kept.ContentType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, exchange.Http.RequestAborted);
        return true;
    }

    private static string Seconds(TimeSpan span) => ((long)Math.Max(0, Math.Floor(span.TotalSeconds))).ToString(CultureInfo.InvariantCulture);
}
