using Microsoft.AspNetCore.Http;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Settlement;

/// <summary>Books how a request ended: bill by the policy, price by the endpoint's sheet, entry and record in one step.</summary>
internal sealed class RequestSettlement(Book book, IJournal journal, TimeProvider time)
{
    /// <summary>Books the request, whoever has hung up. When it returns the booking survives the death of the process.</summary>
    public Settled Settle(Exchange exchange, Answer answer)
    {
        var bill = BillingPolicy.Decide(answer.Outcome, exchange.Request, answer.Facts);
        var cost = bill.Kind == SettlementKind.Post && answer.Endpoint is { } endpoint
            ? CostCalculator.Of(PricesOf(endpoint, exchange, answer), bill.Usage, exchange.Request.Images, Units(exchange, answer))
            : Cost.Zero;
        if (!exchange.PluginCost.IsZero)
        {
            // What plugins have cost is owed, whatever became of the answer.
            cost = new(cost.Total + exchange.PluginCost, cost.Prompt + exchange.PluginCost, cost.Completion);
            bill = bill with { Kind = SettlementKind.Post };
        }

        var record = Record(exchange, answer, bill, cost);
        var due = exchange.Request.MaxCost is { } max ? NanoUsd.Min(cost.Total, max) : cost.Total; // max_cost is a promise, whatever the provider did
        var charged = book.Settle(exchange.Hold, bill.Kind, due, record) ?? NanoUsd.Zero;
        RequestTrace.Describe(exchange.Trace, answer.Endpoint, record);
        return new(bill, charged == cost.Total ? cost : Part(cost, charged), charged) { EndedAt = time.GetUtcNow().ToUnixTimeSeconds() };
    }

    /// <summary>Books an answer that was given before and is given again for nothing. False when the book cannot take more just now.</summary>
    /// <param name="source">The generation that was paid for.</param>
    public bool TrySettleRepeated(Exchange exchange, string source, string model, string providerName, string endpointId)
    {
        var outcome = book.TryHold(exchange.Id, exchange.Key, default, exchange.At, TimeSpan.FromMinutes(1), model, exchange.Request.User);
        if (outcome.Hold is not { } hold)
        {
            return false;
        }

        exchange.CreditRemaining = outcome.Spendable;
        var record = Record(exchange, new(Outcome.Completed, new AnswerFacts()), new() { Basis = BillingBasis.None }, Cost.Zero) with
        {
            Model = model,
            ProviderName = providerName,
            EndpointId = endpointId,
            Details = new() { CacheSourceId = source, PresetId = exchange.Preset?.Id },
        };
        book.Settle(hold, SettlementKind.Void, NanoUsd.Zero, record);
        return true;
    }

    /// <summary>Completes when the booking is as durable as the installation asks for; the last byte of the answer waits for it.</summary>
    public ValueTask WaitDurableAsync() => journal.WaitDurableAsync();

    private static WorkUnits Units(Exchange exchange, Answer answer) =>
        exchange.Request.Wish is { } wish ? answer.Connection?.Flow.Units ?? wish.UnitsEstimate : default;

    // What was collected of a cost, where the book could not collect all of it.
    private static Cost Part(Cost cost, NanoUsd charged)
    {
        var prompt = NanoUsd.Min(cost.Prompt, charged);
        return new(charged, prompt, charged - prompt);
    }

    private GenerationRecord Record(Exchange exchange, Answer answer, in Bill bill, Cost cost)
    {
        var headers = exchange.Http.Request.Headers;
        var facts = answer.Facts;
        var finish = answer.Outcome switch
        {
            Outcome.LimitReached => FinishReasons.Length,
            Outcome.ProviderFailed or Outcome.OurFault => FinishReasons.Error,
            _ => facts.FinishReason ?? (facts.NativeFinishReason is { } native ? FinishReasons.Normalise(native) : null),
        };
        return new()
        {
            Id = exchange.Id,
            AccountId = exchange.Key.Account.Id,
            KeyHash = exchange.Key.Key.Hash,
            CreatedAt = exchange.At,
            Model = (answer.Endpoint ?? exchange.Route.Endpoints.FirstOrDefault())?.Model.Id ?? exchange.Request.Model,
            ProviderName = answer.Endpoint?.Provider.Name,
            EndpointId = answer.Endpoint?.Id,
            ApiType = exchange.Format.ApiType,
            Streamed = exchange.Request.Stream,
            Cancelled = answer.Outcome is Outcome.CallerLeft or Outcome.Withdrawn,
            FinishReason = finish,
            NativeFinishReason = facts.NativeFinishReason,
            Usage = bill.Usage,
            Basis = bill.Basis,
            Cost = cost.Total,
            PromptCost = cost.Prompt,
            LatencyMs = exchange.FirstContentAt == 0 ? null : (int)time.GetElapsedTime(exchange.StartedAt, exchange.FirstContentAt).TotalMilliseconds,
            GenerationMs = (int)time.GetElapsedTime(exchange.StartedAt).TotalMilliseconds,
            UpstreamId = facts.UpstreamId,
            ServiceTier = facts.ServiceTier,
            ExternalUser = exchange.Request.User,
            SessionId = exchange.Request.SessionId ?? Header(headers, "x-session-id"),
            HttpReferer = Header(headers, "HTTP-Referer") ?? Header(headers, "Referer"),
            AppTitle = Header(headers, "X-OpenRouter-Title") ?? Header(headers, "X-Title"),
            UserAgent = headers.UserAgent is [{ Length: > 0 } agent, ..] ? agent : null,
            RequestId = exchange.Http.TraceIdentifier,
            ImagesIn = exchange.Request.Images,
            ErrorType = answer.Error?.Type,
            PriceRow = answer.Endpoint?.PriceRow,
            Details = Details(exchange, answer, bill),
            Attempts = [.. exchange.Attempts],
        };
    }

    // Null for most: what few requests have costs the others nothing.
    private static GenerationDetails? Details(Exchange exchange, Answer answer, in Bill bill)
    {
        var discount = bill.Kind == SettlementKind.Post && answer.Endpoint is { } endpoint && (bill.Usage.CachedTokens > 0 || bill.Usage.CacheWriteTokens > 0)
            ? CostCalculator.CacheDiscount(PricesOf(endpoint, exchange, answer), bill.Usage)
            : NanoUsd.Zero;
        var units = bill.Kind == SettlementKind.Post ? Units(exchange, answer) with { WebSearches = bill.Usage.WebSearches ?? 0 } : default;
        var factor = bill.Kind == SettlementKind.Post ? answer.Endpoint?.Factors.Of(ModeOf(exchange, answer)) ?? 1 : 1;
        return exchange is { Dropped: null or { Names.Count: 0 }, Plugins: null, IsRescued: false, Hedge: null, Route.Router: null, Preset: null } && discount.IsZero && factor == 1 && units == default
            ? null
            : new()
            {
                DroppedParameters = [.. exchange.Preset?.Unsaid ?? [], .. exchange.Dropped?.Names ?? []],
                Plugins = [.. exchange.Plugins ?? []],
                CacheDiscountNanoUsd = discount.Value,
                PriceFactor = factor == 1 ? null : factor,
                IsRescued = exchange.IsRescued,
                Hedge = exchange.Hedge,
                Router = exchange.Route.Router,
                PresetId = exchange.Preset?.Id,
                Units = units,
            };
    }

    // Of what served the request, as its provider says; of what was asked for where it does not say.
    private static PriceSheet PricesOf(Endpoint endpoint, Exchange exchange, Answer answer) =>
        endpoint.PricesOf(answer.Facts.ServiceTier ?? exchange.Request.ServiceTier, ModeOf(exchange, answer));

    private static ServingMode ModeOf(Exchange exchange, Answer answer) => answer.Facts.Mode.Over(exchange.Request.Mode);

    private static string? Header(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values is [{ Length: > 0 } value, ..] ? value : null;
}
