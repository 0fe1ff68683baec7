using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>How rules are told: the stable word of <c>availability.excluded_by</c>, the field, and what to do about it.</summary>
internal static class RemovalWords
{
    public static string Word(RemovalRule rule) => rule switch
    {
        RemovalRule.Only or RemovalRule.Ignore => "allowed_providers",
        RemovalRule.DataCollection => "data_policy:training",
        RemovalRule.ZeroRetention => "data_policy:zdr",
        RemovalRule.Quantization => "quantization",
        RemovalRule.MaxPrice => "max_price",
        RemovalRule.Distillable => "distillable",
        RemovalRule.RequireParameters => "require_parameters",
        RemovalRule.MaxCost => "max_cost",
        RemovalRule.ContextLength => "context_length",
        RemovalRule.OutputLength => "max_tokens",
        RemovalRule.ServiceTier => "service_tier",
        RemovalRule.Speed => "speed",
        RemovalRule.InferenceGeo => "data_region",
        RemovalRule.Capability => "capability",
        RemovalRule.NoFallbacks => "allow_fallbacks",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Field(RemovalRule rule) => rule switch
    {
        RemovalRule.Only => "provider.only",
        RemovalRule.Ignore => "provider.ignore",
        RemovalRule.DataCollection => "provider.data_collection",
        RemovalRule.ZeroRetention => "provider.zdr",
        RemovalRule.Quantization => "provider.quantizations",
        RemovalRule.MaxPrice => "provider.max_price",
        RemovalRule.Distillable => "provider.enforce_distillable_text",
        RemovalRule.RequireParameters => "provider.require_parameters",
        RemovalRule.MaxCost => "max_cost",
        RemovalRule.ContextLength => "messages",
        RemovalRule.OutputLength => "max_tokens",
        RemovalRule.ServiceTier => "service_tier",
        RemovalRule.Speed => "speed",
        RemovalRule.InferenceGeo => "inference_geo",
        RemovalRule.Capability => "messages",
        RemovalRule.NoFallbacks => "provider.allow_fallbacks",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What can be done about it, as a clause.</summary>
    public static string Relax(RemovalRule rule) => rule switch
    {
        RemovalRule.Only => "name one of them in 'only', or leave it out",
        RemovalRule.Ignore => "take it out of 'ignore'",
        RemovalRule.DataCollection => "set data_collection to 'allow', or name a model of a provider that keeps no prompts",
        RemovalRule.ZeroRetention => "set zdr to false, or name a model of a provider without retention",
        RemovalRule.Quantization => "add its quantization ('unknown' where none is known)",
        RemovalRule.MaxPrice => "raise the cap",
        RemovalRule.Distillable => "set enforce_distillable_text to false, or name a model that allows it",
        RemovalRule.RequireParameters => "leave the parameter out, or set require_parameters to false",
        RemovalRule.MaxCost => "raise max_cost, or shorten the prompt",
        RemovalRule.ContextLength => "shorten the prompt, or name a model with a longer context",
        RemovalRule.OutputLength => "lower max_tokens",
        RemovalRule.ServiceTier => "ask for its tier with service_tier, or name its whole tag in 'order' or 'only'",
        RemovalRule.Speed => "leave it out, or say 'standard'",
        RemovalRule.InferenceGeo => "leave it out, or name a model whose provider can be bound to the place",
        RemovalRule.Capability => "leave out what it lacks",
        RemovalRule.NoFallbacks => "set allow_fallbacks to true",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Owner(RuleOwner owner) => owner switch
    {
        RuleOwner.Request => "request",
        RuleOwner.Key => "key",
        RuleOwner.Account => "account",
        RuleOwner.Catalogue => "catalogue",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
