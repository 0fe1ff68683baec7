using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>What of a request's sampling is said to a model in this format, and what is not.</summary>
internal static class AnthropicSampling
{
    /// <summary>Temperature, top_p and top_k as they can be sent beside a model's thinking; reports those that cannot.</summary>
    /// <param name="takesTopK">Whether the model takes top_k here.</param>
    public static Sampling Beside(AnthropicThinking thinking, Sampling asked, ClaudeModel model, bool takesTopK, DroppedParameters dropped)
    {
        var refusesAll = model.RefusesSampling;
        var temperature = refusesAll || (thinking.IsOn && asked.Temperature is not 1) ? null : asked.Temperature;
        var topP = refusesAll || (thinking.IsOn && asked.TopP is < 0.95) || (temperature is not null && model.TakesOneOfTemperatureAndTopP) ? null : asked.TopP;
        var topK = takesTopK && asked.TopK > 0 ? asked.TopK : null;
        dropped.AddIf(asked.Temperature is not null && (temperature is null || temperature > 1), "temperature");
        dropped.AddIf(asked.TopP is not null && topP is null, "top_p");
        dropped.AddIf(asked.TopK is not null && topK is null, "top_k");
        return new() { Temperature = temperature is { } heat ? Math.Clamp(heat, 0, 1) : null, TopP = topP, TopK = topK };
    }

    /// <summary>Reports what there are no words for.</summary>
    public static void ReportRest(Sampling asked, DroppedParameters dropped)
    {
        dropped.AddIf(asked.MinP is not null, "min_p");
        dropped.AddIf(asked.TopA is not null, "top_a");
        dropped.AddIf(asked.FrequencyPenalty is not null, "frequency_penalty");
        dropped.AddIf(asked.PresencePenalty is not null, "presence_penalty");
        dropped.AddIf(asked.RepetitionPenalty is not null, "repetition_penalty");
        dropped.AddIf(asked.Seed is not null, "seed");
        dropped.AddIf(asked.Logprobs == true, "logprobs");
        dropped.AddIf(asked.TopLogprobs is not null, "top_logprobs");
        dropped.AddIf(!asked.LogitBias.IsEmpty, "logit_bias");
    }
}
