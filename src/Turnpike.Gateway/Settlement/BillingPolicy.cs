using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Settlement;

/// <summary>What is billed, and on what basis.</summary>
internal readonly record struct Bill(SettlementKind Kind, BillingBasis Basis, TokenUsage Usage);

/// <summary>The written policy of docs/billing.md as one function: how a request ended to what is billed. One test a state.</summary>
internal static class BillingPolicy
{
    public static Bill Decide(Outcome outcome, InferenceRequest request, AnswerFacts facts) => outcome switch
    {
        Outcome.Completed when facts.Usage is { } usage => Reported(usage, facts),
        Outcome.Completed => new(SettlementKind.Post, BillingBasis.Estimated, ByRule(request, facts)),

        // Usage that came before the end is exact even where the end did not come.
        Outcome.LimitReached or Outcome.CallerLeft when facts.Usage is { } usage => Reported(usage, facts),
        Outcome.LimitReached or Outcome.CallerLeft => new(SettlementKind.Post, BillingBasis.Observed, ByRule(request, facts)),

        Outcome.Withdrawn or Outcome.ProviderFailed or Outcome.NotServed or Outcome.OurFault => new(SettlementKind.Void, BillingBasis.None, default),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What a provider has used up for an answer that it broke off, as far as can be known.</summary>
    public static TokenUsage Lost(InferenceRequest request, AnswerFacts facts) => facts.Usage ?? ByRule(request, facts);

    /// <summary>What a provider has used up for an answer that was called off because another attempt was first: of a stream what was seen, of
    /// a whole answer as much output as the one that came instead has.</summary>
    public static TokenUsage Outrun(InferenceRequest request, AnswerFacts facts, AnswerFacts? told)
    {
        var lost = Lost(request, facts);
        return request.Stream || facts.Usage is not null || told is null ? lost
            : lost with { CompletionTokens = told.Usage?.CompletionTokens ?? told.CompletionTokensEstimate };
    }

    private static Bill Reported(in TokenUsage usage, AnswerFacts facts) => new(SettlementKind.Post, BillingBasis.ProviderUsage, Searched(usage, facts));

    private static TokenUsage ByRule(InferenceRequest request, AnswerFacts facts) =>
        request.Wish?.UsageSeen(facts) ?? Searched(new(request.PromptTokensEstimate, facts.CompletionTokensEstimate), facts);

    // Who names the pages that it found, and does not count its searches, has searched once.
    private static TokenUsage Searched(in TokenUsage usage, AnswerFacts facts) =>
        facts.HasSources ? usage with { WebSearches = usage.WebSearches ?? 1 } : usage;
}
