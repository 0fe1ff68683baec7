namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>How much a model shall think, in OpenRouter's words.</summary>
internal sealed record ReasoningWish
{
    /// <summary>none, minimal, low, medium, high, xhigh, max; null where the caller gave a budget, or only switched it.</summary>
    public string? Effort { get; init; }

    /// <summary>The budget, tokens.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>True asks for reasoning without saying how much, false for none.</summary>
    public bool? Enabled { get; init; }

    /// <summary>It thinks, but the thoughts are not told.</summary>
    public bool Exclude { get; init; }

    /// <summary>auto, concise, detailed; null where the caller did not say.</summary>
    public string? Summary { get; init; }

    /// <summary>True where it says only how thoughts are told, not that there shall be any: the model's own measure stands.</summary>
    public bool IsSilent => Effort is null && MaxTokens is null && Enabled is null;

    /// <summary>True when the model shall not think.</summary>
    public bool IsOff => Effort == "none" || Enabled == false;

    /// <summary>The effort that is meant, where a budget or only the switch was given: medium for the switch, by share of the output limit
    /// for a budget (OpenRouter's ratios). Null when it is off.</summary>
    public string? EffortFor(long? outputLimit)
    {
        if (IsOff)
        {
            return null;
        }

        if (Effort is not null)
        {
            return Effort;
        }

        if (MaxTokens is not { } budget || outputLimit is not > 0)
        {
            return "medium";
        }

        return ((double)budget / outputLimit.Value) switch
        {
            >= 0.9 => "xhigh",
            >= 0.65 => "high",
            >= 0.35 => "medium",
            >= 0.15 => "low",
            _ => "minimal",
        };
    }

    /// <summary>The budget that is meant, where an effort was given: its share of the output limit (OpenRouter's ratios), within the bounds.</summary>
    public long BudgetFor(long outputLimit, long min = 1024, long max = 128_000)
    {
        if (MaxTokens is { } budget)
        {
            return Math.Max(min, budget);
        }

        var ratio = Effort switch
        {
            "max" or "xhigh" => 0.95,
            "high" => 0.8,
            "low" => 0.2,
            "minimal" => 0.1,
            _ => 0.5,
        };
        return Math.Max(min, Math.Min(max, (long)(outputLimit * ratio)));
    }
}
