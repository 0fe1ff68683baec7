namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>The rules that can remove an endpoint from a request.</summary>
internal enum RemovalRule
{
    /// <summary><c>only</c></summary>
    Only,

    /// <summary><c>ignore</c></summary>
    Ignore,

    /// <summary><c>data_collection</c></summary>
    DataCollection,

    /// <summary><c>zdr</c></summary>
    ZeroRetention,

    /// <summary><c>quantizations</c></summary>
    Quantization,

    /// <summary><c>max_price</c></summary>
    MaxPrice,

    /// <summary><c>enforce_distillable_text</c></summary>
    Distillable,

    /// <summary><c>require_parameters</c></summary>
    RequireParameters,

    /// <summary><c>max_cost</c></summary>
    MaxCost,

    /// <summary>The prompt is longer than the endpoint takes.</summary>
    ContextLength,

    /// <summary>The answer asked for is longer than the endpoint gives, and others give it.</summary>
    OutputLength,

    /// <summary>An endpoint of a service tier that was not asked for, or an ordinary one where flex was.</summary>
    ServiceTier,

    /// <summary>It has no price for the speed that was asked for.</summary>
    Speed,

    /// <summary>It cannot be bound to the place that was asked for.</summary>
    InferenceGeo,

    /// <summary>It lacks a parameter or a kind of input that was sent, and others of the model have it.</summary>
    Capability,

    /// <summary><c>allow_fallbacks: false</c></summary>
    NoFallbacks,
}
