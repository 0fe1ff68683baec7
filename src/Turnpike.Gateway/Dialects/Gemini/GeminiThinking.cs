using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>How much to think, in the words of each generation: none before 2.5, a budget in 2.5, a level from 3 on.</summary>
/// <remarks>Levels of the third generation as Google's page on thinking has them (2026-09): low and high of 3 Pro, low to high of later Pros and of Flash from
/// 3.7 on, minimal to high of the others; it cannot be switched off. Budgets of 2.5: Pro 128 to 32768, Flash 0 to 24576, Flash-Lite 512 to 24576 or 0.</remarks>
internal static class GeminiThinking
{
    /// <summary>The most that an answer of 2.5 has: what an effort is a share of where nobody set a limit.</summary>
    private const int OutputTokensMax = 65_536;

    /// <param name="limit">The answer's, which thoughts are a part of: a budget leaves room in it. Null where there is none.</param>
    public static void Write(Utf8JsonWriter json, GeminiModel model, NeutralRequest request, long? limit, DroppedParameters dropped)
    {
        if (request.Reasoning is not { } wish)
        {
            return;
        }

        if (!Thinks(model))
        {
            dropped.AddIf(!wish.IsOff, "reasoning");
            return;
        }

        json.WriteStartObject("thinkingConfig"u8);
        if (!model.IsThirdGeneration)
        {
            json.WriteNumber("thinkingBudget"u8, Budget(model, wish, limit, dropped));
        }
        else if (!model.DrawsImages && Level(model, wish, limit, dropped) is { } level)
        {
            json.WriteString("thinkingLevel"u8, level);
        }

        json.WriteBoolean("includeThoughts"u8, !wish.Exclude && !wish.IsOff);
        json.WriteEndObject();
    }

    private static bool Thinks(GeminiModel model) =>
        !model.IsGemma && !model.Speaks && model.Generation is null or >= 2.5 && !(model.DrawsImages && !model.IsThirdGeneration);

    // Null leaves it to the model.
    private static string? Level(GeminiModel model, ReasoningWish wish, long? outputLimit, DroppedParameters dropped)
    {
        if (wish.IsOff)
        {
            dropped.Add("reasoning"); // the least that there is
        }
        else if (wish.Effort is null && wish.MaxTokens is null)
        {
            return null;
        }

        return wish.EffortFor(outputLimit) switch
        {
            null or "minimal" => model.ThinksAtLeastLow ? "LOW" : "MINIMAL",
            "low" => "LOW",
            "medium" => model is { IsPro: true, Generation: < 3.1 } ? "HIGH" : "MEDIUM",
            _ => "HIGH",
        };
    }

    private static long Budget(GeminiModel model, ReasoningWish wish, long? outputLimit, DroppedParameters dropped)
    {
        var (least, most) = model.IsPro ? (128, 32_768) : model.IsLite ? (512, 24_576) : (1, 24_576);
        if (wish.IsOff)
        {
            dropped.AddIf(model.IsPro, "reasoning");
            return model.IsPro ? least : 0;
        }

        return wish.Effort is null && wish.MaxTokens is null
            ? -1 // as much as the model finds right
            : Math.Clamp(Math.Min(wish.BudgetFor(outputLimit ?? OutputTokensMax, least, most), outputLimit * 95 / 100 ?? most), least, most);
    }
}
