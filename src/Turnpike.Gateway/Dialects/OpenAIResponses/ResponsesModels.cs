using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>What models behind the Responses API take. The catalogue's list of parameters decides; where it has none, OpenAI's names of models do.</summary>
internal static class ResponsesModels
{
    /// <summary>Whose encrypted reasoning the endpoint reads and writes.</summary>
    public static string ReasoningFormat(Endpoint endpoint) => endpoint.Provider.Id switch
    {
        "azure" => ReasoningFormats.AzureResponses,
        "xai" => ReasoningFormats.XaiResponses,
        _ => ReasoningFormats.OpenAIResponses,
    };

    /// <summary>False where the model is known not to reason: it refuses to be asked for reasoning.</summary>
    public static bool MayReason(Endpoint endpoint)
    {
        if (!endpoint.SupportedParameters.IsDefaultOrEmpty)
        {
            return endpoint.SupportedParameters.Contains("reasoning") || endpoint.SupportedParameters.Contains("include_reasoning");
        }

        var name = Name(endpoint);
        return !(Starts(name, "gpt-3") || Starts(name, "gpt-4") || Starts(name, "chatgpt-") || Starts(name, "gpt-5-chat"));
    }

    /// <summary>False where the model refuses temperature, top_p and probabilities. From GPT-5.1 on it takes them where it does not reason.</summary>
    public static bool TakesSampling(Endpoint endpoint, string parameter, string? effort)
    {
        if (!endpoint.SupportedParameters.IsDefaultOrEmpty)
        {
            return endpoint.SupportedParameters.Contains(parameter);
        }

        var name = Name(endpoint);
        var isOldReasoner = name is ['o', >= '1' and <= '9', ..] || Starts(name, "codex-") || name == "gpt-5"
            || (Starts(name, "gpt-5-") && !Starts(name, "gpt-5-chat"));
        return !isOldReasoner && (effort == "none" || !Starts(name, "gpt-5."));
    }

    /// <summary>False where something of how a request wants to be sampled is refused: it is written anew then, without that.</summary>
    public static bool TakesSampling(Endpoint endpoint, RequestParameters asked)
    {
        const RequestParameters sampling = RequestParameters.Temperature | RequestParameters.TopP | RequestParameters.TopLogprobs | RequestParameters.TopK
            | RequestParameters.FrequencyPenalty | RequestParameters.PresencePenalty;
        asked &= sampling;
        return asked == RequestParameters.None
            || (endpoint.SupportedParameters.IsDefaultOrEmpty ? TakesSampling(endpoint, "temperature", effort: null) : (asked & endpoint.Unsupported) == 0);
    }

    private static bool Starts(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal);

    private static string Name(Endpoint endpoint) => endpoint.UpstreamModel[(endpoint.UpstreamModel.LastIndexOf('/') + 1)..];
}
