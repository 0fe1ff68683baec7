using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes how much a model shall think, in the field that its provider has for it.</summary>
internal static class ChatReasoningWriter
{
    public static void Write(in ChatQuirks quirks, NeutralRequest request, Model model, DroppedParameters dropped)
    {
        var form = quirks.Provider.ReasoningForm;
        if (request.Reasoning is not { } wish || (wish.IsSilent && form != ReasoningForm.Object))
        {
            return;
        }

        var json = quirks.Json;
        if (form == ReasoningForm.None || !quirks.Takes(RequestParameters.Reasoning))
        {
            dropped.AddIf(!wish.IsOff, "reasoning");
            return;
        }

        var efforts = quirks.Provider.ReasoningEfforts;
        var effort = wish.EffortFor(request.OutputLimit) is { } wanted ? ReasoningFit.Nearest(wanted, efforts) : null;
        switch (form)
        {
            case ReasoningForm.Effort:
                json.StringIf("reasoning_effort", wish.IsOff ? Off(wish, model.Reasoning is { SupportedEfforts: { IsDefaultOrEmpty: false } known } ? known : efforts) : effort);
                break;
            case ReasoningForm.Object:
                WriteObject(json, wish);
                break;
            case ReasoningForm.EnabledAndEffort:
                json.WriteStartObject("reasoning"u8);
                json.WriteBoolean("enabled"u8, !wish.IsOff);
                json.WriteEndObject();
                json.StringIf("reasoning_effort", wish.IsOff || (wish.Effort is null && wish.MaxTokens is null) ? null : effort);
                break;
            case ReasoningForm.Thinking or ReasoningForm.ThinkingAndEffort:
                json.WriteStartObject("thinking"u8);
                json.WriteString("type"u8, wish.IsOff ? "disabled"u8 : "enabled"u8);
                json.NumberIf("budget_tokens", form == ReasoningForm.Thinking && !wish.IsOff ? wish.MaxTokens : null);
                json.WriteEndObject();
                json.StringIf("reasoning_effort", form == ReasoningForm.ThinkingAndEffort ? effort : null);
                break;
            case ReasoningForm.EnableThinking:
                json.WriteBoolean("enable_thinking"u8, !wish.IsOff);
                json.NumberIf("thinking_budget", wish.IsOff ? null : wish.MaxTokens);
                break;
            case ReasoningForm.TemplateKwargs or ReasoningForm.TemplateArgs:
                json.WriteStartObject(form == ReasoningForm.TemplateArgs ? "chat_template_args"u8 : "chat_template_kwargs"u8);
                json.WriteBoolean("enable_thinking"u8, !wish.IsOff);
                json.WriteEndObject();
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // A model that does not know "none" refuses it; where that is not known, the caller's own word is sent.
    private static string? Off(ReasoningWish wish, ImmutableArray<string> known) =>
        known.Contains("none") || (known.IsEmpty && wish.Effort == "none") ? "none" : null;

    private static void WriteObject(Utf8JsonWriter json, ReasoningWish wish)
    {
        json.WriteStartObject("reasoning"u8);
        json.StringIf("effort", wish.Effort);
        json.NumberIf("max_tokens", wish.MaxTokens);
        json.BooleanIf("enabled", wish.Enabled);
        json.BooleanIf("exclude", wish.Exclude ? true : null);
        json.StringIf("summary", wish.Summary);
        json.WriteEndObject();
    }
}
