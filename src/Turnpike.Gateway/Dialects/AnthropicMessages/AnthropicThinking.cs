using System.Diagnostics;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

internal enum ThinkingMode
{
    /// <summary>Nothing is said: the model does as it does.</summary>
    Unsaid,

    /// <summary>Switched off in words, for models that would think.</summary>
    Disabled,

    /// <summary>As good as off, for models that can be silenced in no other way.</summary>
    BetweenTools,
    Budget,
    Adaptive,
}

/// <summary>How a request's wish for reasoning is said to a model, and what gives way where the two cannot be had together.</summary>
/// <param name="Effort">low, medium, high, xhigh, max; null leaves it to the model.</param>
internal readonly record struct AnthropicThinking(ThinkingMode Mode, long Budget = 0, string? Effort = null)
{
    public const long BudgetMin = 1024;

    public bool IsOn => Mode is ThinkingMode.Budget or ThinkingMode.Adaptive;

    /// <param name="isForced">A tool must be called, or the answer is begun by the caller: no model thinks then.</param>
    public static AnthropicThinking Of(NeutralRequest request, ClaudeModel model, long outputLimit, bool isForced, DroppedParameters dropped)
    {
        var off = new AnthropicThinking(!model.ThinksAdaptively || model.AlwaysThinks ? ThinkingMode.Unsaid
            : model.ThinksBetweenTools ? ThinkingMode.BetweenTools
            : ThinkingMode.Disabled);
        var effort = model.ThinksAdaptively ? EffortOf(request, model, outputLimit) : null;
        if (request.Reasoning is not { IsSilent: false } wish)
        {
            dropped.AddIf(request.Verbosity is not null && !model.ThinksAdaptively, "verbosity");
            return new(ThinkingMode.Unsaid, Effort: effort);
        }

        if (wish.IsOff)
        {
            dropped.AddIf(model.AlwaysThinks, "reasoning");
            return off;
        }

        if (isForced || (!model.ThinksAdaptively && (outputLimit <= BudgetMin || ContinuesWithoutThoughts(request))))
        {
            dropped.Add("reasoning");
            return off;
        }

        if (model.ThinksAdaptively)
        {
            return new(ThinkingMode.Adaptive, Effort: effort);
        }

        // The budget is part of the output limit, which is held and cannot be raised here: a budget that is too long is cut.
        return new(ThinkingMode.Budget, Math.Max(BudgetMin, Math.Min(wish.BudgetFor(outputLimit), outputLimit * 95 / 100)));
    }

    /// <summary>Writes <c>thinking</c>, and <c>output_config</c> with the effort and the form of the answer.</summary>
    /// <param name="schema">What the answer is bound to; empty where it is not.</param>
    public void WriteTo(Utf8JsonWriter json, bool hidesThoughts, ReadOnlyMemory<byte> schema)
    {
        if (Mode != ThinkingMode.Unsaid)
        {
            json.WriteStartObject("thinking"u8);
            WriteMode(json, hidesThoughts);
            json.WriteEndObject();
        }

        if (Effort is null && schema.IsEmpty)
        {
            return;
        }

        json.WriteStartObject("output_config"u8);
        json.StringIf("effort", Effort);
        if (!schema.IsEmpty)
        {
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            json.RawIf("schema", schema);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteMode(Utf8JsonWriter json, bool hidesThoughts)
    {
        switch (Mode)
        {
            case ThinkingMode.Disabled:
                json.WriteString("type"u8, "disabled"u8);
                break;
            case ThinkingMode.BetweenTools:
                json.WriteString("type"u8, "between_tools"u8);
                break;
            case ThinkingMode.Budget:
                json.WriteString("type"u8, "enabled"u8);
                json.WriteNumber("budget_tokens"u8, Budget);
                break;
            case ThinkingMode.Adaptive:
                json.WriteString("type"u8, "adaptive"u8);
                json.WriteString("display"u8, hidesThoughts ? "omitted"u8 : "summarized"u8);
                break;
            case ThinkingMode.Unsaid:
            default:
                throw new UnreachableException();
        }
    }

    private static string? EffortOf(NeutralRequest request, ClaudeModel model, long outputLimit)
    {
        var wish = request.Reasoning;
        var said = wish is { IsOff: false } && (wish.Effort is not null || wish.MaxTokens is not null) ? wish.EffortFor(outputLimit) : request.Verbosity;
        return said switch
        {
            "minimal" => "low",
            "xhigh" when !model.KnowsXhigh => "max",
            "low" or "medium" or "high" or "xhigh" or "max" => said,
            _ => null,
        };
    }

    // A turn with tool calls that began without thoughts of this format cannot be gone on with thinking, whatever stands behind the results.
    private static bool ContinuesWithoutThoughts(NeutralRequest request)
    {
        var caller = request.Messages.FindLastIndex(static m => m.Role == Role.Assistant);
        return request.Messages.FindIndex(caller + 1, static m => m.Role == Role.Tool) >= 0
            && (caller < 0 || !request.Messages[caller].Parts.Exists(static p => p is ReasoningPart { Format: ReasoningFormats.Anthropic }));
    }
}
