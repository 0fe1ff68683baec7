using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>The rules that hold for each endpoint by itself: those of the wishes, layer by layer, then what the request needs.</summary>
internal static class EndpointFilter
{
    private static readonly RequestNeeds _none = new();

    /// <summary>What removes an endpoint; null when nothing does.</summary>
    /// <param name="variant">What the model's routing variant sorts by.</param>
    public static Removal? Remover(Endpoint endpoint, SortBy? variant, RequestNeeds needs, LayeredWishes wishes)
    {
        foreach (var layer in wishes.Layers)
        {
            if (ByWish(endpoint, layer.Wishes, needs) is { } removed)
            {
                return new(endpoint, removed.Rule, layer.Owner, removed.Detail);
            }
        }

        return ByTier(endpoint, variant, needs, wishes) ?? ByNeed(endpoint, needs);
    }

    /// <summary>Whether wishes alone, whatever a request needs, leave an endpoint.</summary>
    public static bool Allows(Endpoint endpoint, LayeredWishes wishes)
    {
        foreach (var layer in wishes.Layers)
        {
            if (ByWish(endpoint, layer.Wishes, _none) is not null)
            {
                return false;
            }
        }

        return true;
    }

    private static (RemovalRule Rule, string? Detail)? ByWish(Endpoint endpoint, ProviderWishes wishes, RequestNeeds needs)
    {
        var policy = endpoint.Provider.DataPolicy;
        return wishes.Only is { } only && !ProviderNames.MatchesAny(endpoint, only) ? (RemovalRule.Only, null)
            : ProviderNames.MatchesAny(endpoint, wishes.Ignore) ? (RemovalRule.Ignore, null)
            : wishes.DenyCollection && (policy.Training || policy.RetainsPrompts) ? (RemovalRule.DataCollection, null)
            : wishes.ZeroRetention && !policy.KeepsNothing ? (RemovalRule.ZeroRetention, null)
            : wishes.Quantizations is { } accepted && !Accepts(accepted, endpoint.Quantization ?? "unknown") ? (RemovalRule.Quantization, endpoint.Quantization ?? "unknown")
            : wishes.PriceMax.Exceeded(endpoint.PricesOf(null, needs.Mode), needs.PromptTokensBound) is { } price ? (RemovalRule.MaxPrice, price)
            : wishes.RequireParameters && Missing(endpoint, needs) is { } missing ? (RemovalRule.RequireParameters, missing)
            : wishes.DistillableOnly && endpoint.Model.Distillable != true ? (RemovalRule.Distillable, null)
            : null;
    }

    // A family stands for its members: fp4 for mxfp4 and nvfp4, fp8 for mxfp8.
    private static bool Accepts(ImmutableArray<string> accepted, string quantization) =>
        accepted.Contains(quantization)
        || (quantization is "mxfp4" or "nvfp4" && accepted.Contains("fp4"))
        || (quantization is "mxfp8" && accepted.Contains("fp8"));

    private static string? Missing(Endpoint endpoint, RequestNeeds needs)
    {
        var missing = needs.Parameters & ~endpoint.Parameters;
        return missing != RequestParameters.None ? string.Join(", ", RequestParameterNames.Names(missing))
            : !Answers(endpoint, needs.OutputLimit) ? "max_tokens"
            : null;
    }

    private static bool Answers(Endpoint endpoint, long? outputLimit) => outputLimit is not { } limit || limit <= endpoint.OutputTokensBound;

    private static Removal? ByTier(Endpoint endpoint, SortBy? variant, RequestNeeds needs, LayeredWishes wishes)
    {
        if (endpoint.Tier is not { } tier || IsAdmitted(tier, variant, needs.ServiceTier, wishes))
        {
            return null;
        }

        foreach (var layer in wishes.Layers)
        {
            if (ProviderNames.NamesTag(endpoint, layer.Wishes.Order) || ProviderNames.NamesTag(endpoint, layer.Wishes.Only ?? []))
            {
                return null;
            }
        }

        return new(endpoint, RemovalRule.ServiceTier, RuleOwner.Catalogue, tier);
    }

    private static bool IsAdmitted(string tier, SortBy? variant, string? wished, LayeredWishes wishes)
    {
        var isFlex = tier == ServiceTiers.Flex;
        var byVariant = variant == (isFlex ? SortBy.Price : SortBy.Throughput) && wished != "default" && wishes.Order.IsEmpty;
        return byVariant || (isFlex ? wished == ServiceTiers.Flex : wished is ServiceTiers.Priority or ServiceTiers.Fast);
    }

    private static Removal? ByNeed(Endpoint endpoint, RequestNeeds needs)
    {
        var context = endpoint.MaxPromptTokens ?? endpoint.ContextLength ?? endpoint.Model.ContextLength;
        if (needs.PromptTokensLeast > context)
        {
            return new(endpoint, RemovalRule.ContextLength, RuleOwner.Catalogue, context.ToString());
        }

        if (!endpoint.Factors.HasSpeed(needs.Mode))
        {
            return new(endpoint, RemovalRule.Speed, RuleOwner.Catalogue, needs.Mode.Speed);
        }

        if (!endpoint.Factors.HasInferenceGeo(needs.Mode))
        {
            return new(endpoint, RemovalRule.InferenceGeo, RuleOwner.Catalogue, needs.Mode.InferenceGeo);
        }

        return needs.MaxCost is { } max && Costs.Least(endpoint, needs) is var least && least > max
            ? new(endpoint, RemovalRule.MaxCost, RuleOwner.Request, $"${least}")
            : null;
    }
}
