using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>Writes <c>think</c>: a level to models that have levels, on or off to others. A model that does not think refuses to be asked to, so
/// it is asked only where the catalogue says that it does.</summary>
internal static class OllamaThinking
{
    public static void Write(Utf8JsonWriter json, ReasoningWish wish, Endpoint endpoint, DroppedParameters dropped)
    {
        // These know levels alone, and cannot be silenced.
        var isLevelled = endpoint.UpstreamModel.Contains("gpt-oss", StringComparison.OrdinalIgnoreCase);
        var thinks = isLevelled || endpoint.Model.Reasoning is not null || endpoint.SupportedParameters.Contains("reasoning");
        if (wish.IsOff && !isLevelled)
        {
            json.WriteBoolean("think"u8, value: false);
        }
        else if (!thinks)
        {
            dropped.Add("reasoning");
        }
        else if (isLevelled || endpoint.Model.Reasoning is { SupportedEfforts.Length: > 0 })
        {
            dropped.AddIf(wish.IsOff, "reasoning");
            var knowsMax = !isLevelled && endpoint.Model.Reasoning!.SupportedEfforts.Contains("max"); // one of the two holds here
            json.WriteString("think"u8, LevelOf(wish, knowsMax));
        }
        else
        {
            json.WriteBoolean("think"u8, value: true);
        }
    }

    private static string LevelOf(ReasoningWish wish, bool knowsMax) => wish.EffortFor(outputLimit: null) switch
    {
        null or "minimal" or "low" => "low",
        "medium" => "medium",
        "max" or "xhigh" when knowsMax => "max",
        _ => "high",
    };
}
