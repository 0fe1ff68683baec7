using System.Collections.Immutable;
using System.Globalization;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing;

/// <summary>Tells why no endpoint is left: each rule, whose it is, which endpoints it removed, and how to relax it.</summary>
internal static class NoRoute
{
    private const int ProvidersMax = 8;

    public static GatewayError Explain(Decision decision)
    {
        var inputs = decision.Inputs;
        var removed = decision.Removed;
        var model = inputs.Models[0].Model.Id;
        if (removed.All(static r => r.Rule == RemovalRule.ContextLength))
        {
            var longest = removed.Max(static r => long.Parse(r.Detail!, CultureInfo.InvariantCulture));
            return GatewayErrors.ContextTooLong(model, inputs.Needs.PromptTokensLeast, longest);
        }

        if (removed.All(static r => r.Rule == RemovalRule.MaxCost))
        {
            var least = removed.Select(r => Costs.Least(r.Endpoint, inputs.Needs)).Min();
            return GatewayErrors.MaxCostTooLow(inputs.Needs.MaxCost ?? default, least);
        }

        var isPrivacy = removed.All(static r => r.Rule is RemovalRule.DataCollection or RemovalRule.ZeroRetention);
        var first = removed[0];
        var error = GatewayErrors.NoEndpoints(model, [.. removed.Select(static r => RemovalWords.Word(r.Rule)).Distinct().Order(StringComparer.Ordinal)], Sentences(removed));
        return error with
        {
            Availability = error.Availability! with // NoEndpoints sets it
            {
                Code = isPrivacy ? "privacy_restricted" : "constraint_filtered",
                RequestedModels = [.. inputs.Models.Select(static m => m.Name)],
                AffectedProviders = [.. removed.Select(static r => r.Endpoint.Provider.Id).Distinct().Take(ProvidersMax)],
                Constraint = new(RemovalWords.Field(first.Rule), first.Detail ?? RemovalWords.Relax(first.Rule)),
            },
        };
    }

    private static string Sentences(ImmutableArray<Removal> removed) => string.Join(' ', removed
        .GroupBy(static r => (r.Rule, r.Owner))
        .Select(static g => $"{Whose(g.Key.Owner)} '{RemovalWords.Field(g.Key.Rule)}'{Detail(g)} removed {Names(g)}: {RemovalWords.Relax(g.Key.Rule)}."));

    private static string Whose(RuleOwner owner) => owner switch
    {
        RuleOwner.Request => "The request's",
        RuleOwner.Key => "The key's default",
        RuleOwner.Account => "The account's default",
        RuleOwner.Catalogue => "The catalogue's limit on",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Detail(IEnumerable<Removal> removed)
    {
        string[] details = [.. removed.Select(static r => r.Detail).OfType<string>().Distinct()];
        return details.Length == 0 ? "" : $" ({string.Join(", ", details)})";
    }

    private static string Names(IEnumerable<Removal> removed)
    {
        string[] tags = [.. removed.Select(static r => r.Endpoint.Tag).Distinct()];
        var shown = string.Join(", ", tags.Take(ProvidersMax));
        return tags.Length <= ProvidersMax ? shown : $"{shown} and {tags.Length - ProvidersMax} more";
    }
}
