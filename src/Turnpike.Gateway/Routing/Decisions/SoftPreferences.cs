using Turnpike.Core.Catalog;
using Turnpike.Gateway.Routing.Strategies;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>What is preferred and not demanded: where some endpoints of a model can do what was sent, only they are used; where none can,
/// the request goes out all the same.</summary>
internal static class SoftPreferences
{
    private delegate bool Ability(Endpoint endpoint);

    /// <summary>Keeps the endpoints that can do more, in their order; answers how many are left. The others are added to
    /// <paramref name="removed"/>.</summary>
    public static int Apply(Span<Candidate> candidates, RequestNeeds needs, scoped ref List<Removal>? removed)
    {
        var sent = needs.Parameters;
        var left = candidates;
        left = Prefer(left, (sent & RequestParameters.Tools) != 0, static e => Has(e, RequestParameters.Tools), "tools", ref removed);
        left = Prefer(left, (sent & RequestParameters.ResponseFormat) != 0, static e => Has(e, RequestParameters.ResponseFormat | RequestParameters.StructuredOutputs), "response_format", ref removed);
        left = Prefer(left, (sent & RequestParameters.Verbosity) != 0, static e => Has(e, RequestParameters.Verbosity), "verbosity", ref removed);
        left = Prefer(left, needs.HasImages, static e => Takes(e, "image"), "image", ref removed);
        left = Prefer(left, needs.HasFiles, static e => Takes(e, "file"), "file", ref removed);
        left = Prefer(left, needs.HasAudio, static e => Takes(e, "audio"), "audio", ref removed);
        left = Prefer(left, needs.HasVideo, static e => Takes(e, "video"), "video", ref removed);
        left = PreferLength(left, needs.OutputLimit, ref removed);
        return PreferFlex(left, needs.ServiceTier, ref removed).Length;
    }

    private static bool Has(Endpoint endpoint, RequestParameters parameter) => (endpoint.Parameters & parameter) != 0;

    private static bool Takes(Endpoint endpoint, string modality) => endpoint.Model.InputModalities.Contains(modality);

    private static Span<Candidate> Prefer(Span<Candidate> candidates, bool isAsked, Ability can, string what, scoped ref List<Removal>? removed) =>
        isAsked ? Keep(candidates, can, (RemovalRule.Capability, what), ref removed) : candidates;

    private static Span<Candidate> PreferLength(Span<Candidate> candidates, long? outputLimit, scoped ref List<Removal>? removed) =>
        outputLimit is { } limit ? Keep(candidates, e => limit <= e.OutputTokensBound, (RemovalRule.OutputLength, null), ref removed) : candidates;

    // Flex is not mixed with the ordinary tier: its capacity errors are the caller's choice.
    private static Span<Candidate> PreferFlex(Span<Candidate> candidates, string? wished, scoped ref List<Removal>? removed) =>
        wished == ServiceTiers.Flex ? Keep(candidates, static e => e.Tier == ServiceTiers.Flex, (RemovalRule.ServiceTier, "flex"), ref removed) : candidates;

    private static Span<Candidate> Keep(Span<Candidate> candidates, Ability can, (RemovalRule Rule, string? Detail) rule, scoped ref List<Removal>? removed)
    {
        var able = 0;
        foreach (ref readonly var candidate in candidates)
        {
            able += can(candidate.Endpoint) ? 1 : 0;
        }

        if (able == 0 || able == candidates.Length)
        {
            return candidates;
        }

        var kept = 0;
        foreach (ref readonly var candidate in candidates)
        {
            if (can(candidate.Endpoint))
            {
                candidates[kept++] = candidate;
            }
            else
            {
                (removed ??= []).Add(new(candidate.Endpoint, rule.Rule, RuleOwner.Catalogue, rule.Detail));
            }
        }

        return candidates[..kept];
    }
}
