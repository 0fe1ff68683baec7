namespace Turnpike.Core.Catalog;

/// <summary>How a provider is to answer, or has answered, where it charges a factor for that (Anthropic).</summary>
/// <param name="Speed"><c>standard</c>, <c>fast</c>; null where it is not said.</param>
/// <param name="InferenceGeo">Where the model runs: <c>global</c>, <c>us</c> …; null where it is not said.</param>
public readonly record struct ServingMode(string? Speed, string? InferenceGeo)
{
    /// <summary>What was told, and what was asked for where nothing was told.</summary>
    public ServingMode Over(in ServingMode asked) => new(Speed ?? asked.Speed, InferenceGeo ?? asked.InferenceGeo);
}

/// <summary>What an endpoint charges for a way of serving, as factors on the prices of tokens, by field and word: <c>speed:fast</c>,
/// <c>inference_geo:us</c>.</summary>
public sealed record ModeFactors(IReadOnlyDictionary<string, decimal> ByWord)
{
    public const string Speed = "speed:";
    public const string InferenceGeo = "inference_geo:";

    public static ModeFactors None { get; } = new(new Dictionary<string, decimal>());

    /// <summary>The dearest place: the provider may have one of its own for whoever asks for none.</summary>
    private readonly decimal _dearestGeo = ByWord.Where(static f => f.Key.StartsWith(InferenceGeo, StringComparison.Ordinal)).Select(static f => f.Value).Append(1).Max();

    /// <summary>The factor of a mode; what has none is the usual.</summary>
    public decimal Of(in ServingMode mode) => ByWord.Count == 0 ? 1 : Of(Speed, mode.Speed) * Of(InferenceGeo, mode.InferenceGeo);

    /// <summary>The most that a request for a mode can be charged at.</summary>
    public decimal Bound(in ServingMode asked) => ByWord.Count == 0 ? 1 : Math.Max(1, Of(Speed, asked.Speed)) * _dearestGeo;

    /// <summary>True for the usual speed, and for one that has a factor.</summary>
    public bool HasSpeed(in ServingMode asked) => asked.Speed is null or "standard" || ByWord.ContainsKey(Speed + asked.Speed);

    /// <summary>True for any place, and for one that has a factor.</summary>
    public bool HasInferenceGeo(in ServingMode asked) => asked.InferenceGeo is null or "global" || ByWord.ContainsKey(InferenceGeo + asked.InferenceGeo);

    private decimal Of(string field, string? word) => word is not null && ByWord.TryGetValue(field + word, out var factor) ? factor : 1;
}
