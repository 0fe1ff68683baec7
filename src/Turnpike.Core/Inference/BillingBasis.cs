namespace Turnpike.Core.Inference;

/// <summary>What a generation was billed on. The policy is written in docs/billing.md.</summary>
public enum BillingBasis
{
    /// <summary>The provider reported its usage.</summary>
    ProviderUsage,

    /// <summary>The stream ended early by the caller's or our doing: the prompt by rule, the output as far as it was seen.</summary>
    Observed,

    /// <summary>The answer was whole but without usage: prompt and output by rule.</summary>
    Estimated,

    /// <summary>Nothing was billed.</summary>
    None,
}

public static class BillingBasisExtensions
{
    /// <summary>The word that stands in the generation record: <c>provider_usage</c>, <c>observed</c>, <c>estimated</c>, <c>none</c>.</summary>
    public static string ToWire(this BillingBasis basis) => basis switch
    {
        BillingBasis.ProviderUsage => "provider_usage",
        BillingBasis.Observed => "observed",
        BillingBasis.Estimated => "estimated",
        BillingBasis.None => "none",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
