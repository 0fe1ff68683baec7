using System.Collections.Immutable;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Admission;

/// <summary>Lets a request in: takes a place among the free requests where it is one, and sets its credit aside.</summary>
internal sealed class RequestAdmission(Book book, FreeModelQuota freeModels)
{
    /// <summary>Output tokens of an answer of usual length: what a request without a limit gets at least, where the credit is there.</summary>
    private const long UsualOutputTokens = 4096;

    /// <summary>Beyond the time that a provider has for the whole answer, for the attempts before it and the settling after it.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromMinutes(5);

    /// <summary>Admits the exchange, or answers the error to tell (402, 429, 503).</summary>
    public async ValueTask<GatewayError?> AdmitAsync(Exchange exchange)
    {
        if (exchange.Route.Endpoints[0].Model.IsFreeVariant)
        {
            var (error, state) = await freeModels.TakeAsync(exchange.Key, exchange.Http.RequestAborted);
            if (error is not null)
            {
                return error;
            }

            exchange.RateLimit = state;
            exchange.TookFreePlace = true;
        }

        var refused = TryHold(exchange);
        if (refused is not null)
        {
            Release(exchange);
        }

        return refused;
    }

    /// <summary>Gives back the free place of a request that did not succeed.</summary>
    public void Release(Exchange exchange)
    {
        if (exchange.TookFreePlace)
        {
            exchange.TookFreePlace = false;
            freeModels.Return(exchange.Key, exchange.At);
        }
    }

    /// <summary>What would be set aside for a request now; nothing is. Null where it would be refused.</summary>
    public (HoldRequest Wanted, NanoUsd? Amount) Preview(InferenceRequest request, ImmutableArray<Endpoint> endpoints, KeyState key, DateTimeOffset now)
    {
        var (wanted, _) = Wanted(request, endpoints, default);
        return (wanted, book.Preview(key, wanted, now));
    }

    /// <summary>Why tokens are not counted for a key: it could not pay for the answer. Null where it could.</summary>
    public GatewayError? RefusalToCount(InferenceRequest request, ImmutableArray<Endpoint> endpoints, KeyState key, DateTimeOffset now)
    {
        var (wanted, amount) = Preview(request, endpoints, key, now);
        return amount is null ? GatewayErrors.InsufficientCreditToCount(wanted.Least) : null;
    }

    private GatewayError? TryHold(Exchange exchange)
    {
        var (wanted, most) = Wanted(exchange.Request, exchange.Route.Endpoints, Extra.Of(exchange));
        if (exchange.Request is { Wish: not null, MaxCost: { } max } && wanted.Least > max)
        {
            return GatewayErrors.MaxCostTooLow(max, wanted.Least); // routing judges by tokens alone
        }

        var outcome = book.TryHold(
            exchange.Id, exchange.Key, wanted, exchange.At, Lease(exchange), exchange.Route.Endpoints[0].Model.Id, exchange.Request.User);
        if (outcome.Hold is not { } hold)
        {
            return Refusal(exchange, wanted, outcome);
        }

        exchange.Hold = hold;
        exchange.CreditRemaining = outcome.Spendable - hold.Amount;
        if (hold.Amount < most)
        {
            exchange.AffordedOutput = Math.Max(1, AffordableOutput(exchange, hold.Amount));
        }

        return null;
    }

    // The dearest of the endpoints that may answer decides, so that no fallback can cost more than was set aside; and no more is set
    // aside than the caller wants to pay.
    private static (HoldRequest Wanted, NanoUsd Most) Wanted(InferenceRequest request, ImmutableArray<Endpoint> endpoints, in Extra extra)
    {
        NanoUsd full = default;
        NanoUsd least = default;
        NanoUsd usual = default;
        foreach (var endpoint in endpoints)
        {
            var prompt = PromptBound(request, endpoint, extra);
            long bound = endpoint.OutputTokensBound;
            var output = Math.Min(request.OutputLimit ?? bound, bound);
            var prices = Sheets.Of(request, endpoint);
            full = NanoUsd.Max(full, Worst(request, endpoint, prices, prompt, output * request.Choices, extra));
            least = NanoUsd.Max(least, Worst(request, endpoint, prices, prompt, request.Choices, extra, mayDoWithout: true));
            usual = NanoUsd.Max(usual, Worst(request, endpoint, prices, prompt, Math.Min(output, UsualOutputTokens) * request.Choices, extra));
        }

        var cap = request.MaxCost is { } max ? NanoUsd.Max(max, least) : full; // routing has left out whoever needs more than it to begin
        return (new(NanoUsd.Min(full, cap), least, NanoUsd.Min(usual, cap), IsElastic: request.OutputLimit is null), full);
    }

    // A tier that is asked for may serve, or not: the dearer is held.
    private static NanoUsd Worst(
        InferenceRequest request, Endpoint endpoint, in Sheets prices, long prompt, long output, in Extra extra, bool mayDoWithout = false)
    {
        var units = request.Wish?.UnitsBound ?? new() { WebSearches = SearchesOf(request, endpoint, mayDoWithout) };
        var usual = CostCalculator.WorstCase(prices.Usual, prompt, output, request.Images, request.HasAudio, units);
        return (ReferenceEquals(prices.Asked, prices.Usual) ? usual : NanoUsd.Max(usual, CostCalculator.WorstCase(prices.Asked, prompt, output, request.Images, request.HasAudio, units)))
            + extra.CostMax;
    }

    // A provider of chat that has a price for searches may make one for each request; in other dialects the request has to give it the tool, and
    // is bound to what is held.
    private static int SearchesOf(InferenceRequest request, Endpoint endpoint, bool mayDoWithout) =>
        request.SearchesMax > 0 ? request.SearchesMax : !mayDoWithout && endpoint.Dialect == Core.Catalog.Dialects.OpenAIChat ? 1 : 0;

    private static long PromptBound(InferenceRequest request, Endpoint endpoint, in Extra extra)
    {
        var bound = request.PromptTokensBound + extra.PromptBytes;
        long? window = endpoint.MaxPromptTokens ?? endpoint.ContextLength ?? endpoint.Model.ContextLength;
        return window is { } tokens ? Math.Min(bound, tokens * (request.Wish?.Prompts ?? 1)) : bound;
    }

    private static long AffordableOutput(Exchange exchange, NanoUsd amount)
    {
        var extra = Extra.Of(exchange);
        var affordable = long.MaxValue;
        foreach (var endpoint in exchange.Route.Endpoints)
        {
            var prompt = PromptBound(exchange.Request, endpoint, extra);
            var prices = Sheets.Of(exchange.Request, endpoint);
            var left = amount - Worst(exchange.Request, endpoint, prices, prompt, 0, extra);
            affordable = Math.Min(affordable, CostCalculator.CompletionTokensFor(prices.Usual, left, prompt, exchange.Request.HasAudio));
            affordable = Math.Min(affordable, CostCalculator.CompletionTokensFor(prices.Asked, left, prompt, exchange.Request.HasAudio));
        }

        return affordable / exchange.Request.Choices;
    }

    private static TimeSpan Lease(Exchange exchange)
    {
        var total = TimeSpan.Zero;
        foreach (var endpoint in exchange.Route.Endpoints)
        {
            total += endpoint.Provider.Timeouts.Total;
        }

        return total + LeaseMargin;
    }

    private static GatewayError Refusal(Exchange exchange, in HoldRequest wanted, HoldOutcome outcome)
    {
        var needed = wanted.IsElastic ? wanted.Least : wanted.Full;
        return outcome.Refusal switch
        {
            HoldRefusal.Unavailable => GatewayErrors.BookUnavailable,
            HoldRefusal.KeyLimit => GatewayErrors.KeyLimitReached(needed, outcome.Spendable),
            HoldRefusal.Credit when exchange.Request.OutputLimit is { } limit && outcome.Spendable >= wanted.Least =>
                GatewayErrors.InsufficientCreditForTokens(needed, outcome.Spendable, limit, AffordableOutput(exchange, outcome.Spendable)),
            HoldRefusal.Credit => GatewayErrors.InsufficientCredit(needed, outcome.Spendable),
            HoldRefusal.None => throw new System.Diagnostics.UnreachableException(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The prices of the usual tier and of the one that is asked for, which are often the same; of the dearest way of serving.</summary>
    private readonly record struct Sheets(PriceSheet Usual, PriceSheet Asked)
    {
        public static Sheets Of(InferenceRequest request, Endpoint endpoint)
        {
            var usual = endpoint.DearestPricesOf(null, request.Mode);
            return new(usual, request.ServiceTier is { } tier ? endpoint.DearestPricesOf(tier, request.Mode) : usual);
        }
    }

    /// <summary>What plugins add to a request: to its cost, and to its prompt.</summary>
    private readonly record struct Extra(NanoUsd CostMax, long PromptBytes)
    {
        public static Extra Of(Exchange exchange) => new(exchange.PluginCostMax, exchange.AddedPromptBytes);
    }
}
