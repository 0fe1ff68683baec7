using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dispatch.Hedging;

/// <summary>Which requests are hedged, when, where, and what that may cost (docs/resilience.md, "Hedging").</summary>
internal sealed class HedgeChoice(HealthRecorder health, MinuteLimits minutes, Upstreams upstreams, GatewayOptions options)
{
    /// <summary>Output tokens that a whole answer is taken to have where nothing is known of its endpoint's.</summary>
    private const int UsualOutputTokens = 1024;

    /// <summary>The request may be hedged: a conversation whose answer is text, and is not worked on by a plugin that both attempts would share.</summary>
    public bool IsWanted(Exchange exchange)
    {
        var isWished = options.Routing.Hedging.Mode switch
        {
            HedgeMode.Off => false,
            HedgeMode.Asked => exchange.Request.Hedge == true,
            HedgeMode.All => exchange.Request.Hedge != false,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return isWished && exchange.Route.Endpoints.Length > 1 && exchange.Format.Operation == Operation.Chat
            && exchange is { AnswerFilters: null, Request.HasAudio: false };
    }

    /// <summary>How long an endpoint is waited for until a second attempt begins, and what that rests on; null where none does.</summary>
    public (TimeSpan Time, string Reason)? WaitAt(Exchange exchange, Endpoint endpoint)
    {
        var hedging = options.Routing.Hedging;
        if (endpoint.Model.OutputModalities is not ["text"] || (!hedging.WithCache && exchange.Route.Decision?.Inputs.Cache?.EndpointId == endpoint.Id))
        {
            return null;
        }

        var learned = health.LearnedOf(endpoint);
        var seconds = exchange.Request.Stream ? learned?.FirstTokenP95 : learned?.WholeP95;
        if (seconds is not > 0)
        {
            return hedging.DelayUntilLearned is { } wait ? (wait, "delay_until_learned") : null;
        }

        var usual = TimeSpan.FromSeconds(seconds.Value);
        return usual < hedging.DelayMin ? (hedging.DelayMin, "delay_min")
            : usual > hedging.DelayMax ? (hedging.DelayMax, "delay_max")
            : (usual, "p95");
    }

    /// <summary>Where a second attempt can go: another endpoint of the same model that works, and has room.</summary>
    public Endpoint? Beside(Endpoint running, AttemptPlan plan) => plan.Beside(running, IsFit);

    /// <summary>The most of what either of two attempts is likely to cost when it is called off.</summary>
    public NanoUsd Estimate(InferenceRequest request, Endpoint first, Endpoint second) => NanoUsd.Max(Estimate(request, first), Estimate(request, second));

    /// <summary>What a provider is likely to ask for an attempt that was called off; nothing where it cannot have read the request.</summary>
    /// <param name="told">The answer that came instead; null where the caller left.</param>
    public static NanoUsd Lost(InferenceRequest request, RaceLane lane, Answer? told) => lane is { WasSent: true, Facts: { } facts }
        ? CostCalculator.Of(lane.Endpoint.PricesOf(request.ServiceTier, request.Mode), BillingPolicy.Outrun(request, facts, told?.Facts), request.Images).Total
        : NanoUsd.Zero;

    // Of a stream without content nothing but the prompt is known to have been used up.
    private NanoUsd Estimate(InferenceRequest request, Endpoint endpoint)
    {
        var usual = health.FiguresOf(endpoint).TypicalCompletion is > 0 and var typical ? (int)typical : UsualOutputTokens;
        var output = request.Stream ? 0 : (int)Math.Min(request.OutputLimit ?? usual, usual);
        return CostCalculator.Of(endpoint.PricesOf(request.ServiceTier, request.Mode), new(request.PromptTokensEstimate, output), request.Images).Total;
    }

    private bool IsFit(Endpoint endpoint)
    {
        var figures = health.FiguresOf(endpoint);
        return figures is { IsPaused: false, HasOutage: false }
            && (figures.LearnedCap <= 0 || figures.PerMinute < figures.LearnedCap)
            && minutes.HasRoom(endpoint)
            && upstreams.For(endpoint).Connections.Places.CurrentCount > 0;
    }
}
