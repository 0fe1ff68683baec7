using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes how much a model shall think, in the field that its provider has for it.</summary>
internal static class ChatReasoningWriter
{
    public static void Write(Utf8JsonWriter json, NeutralRequest request, ProviderQuirks quirks, DroppedParameters dropped)
    {
        if (request.Reasoning is not { } wish)
        {
            return;
        }

        var effort = wish.EffortFor(request.OutputLimit);
        switch (quirks.ReasoningForm)
        {
            case ReasoningForm.None:
                dropped.Add("reasoning");
                break;
            case ReasoningForm.Effort:
                json.StringIf("reasoning_effort", wish.IsOff && wish.Effort is null ? null : wish.Effort == "none" ? "none" : effort);
                break;
            case ReasoningForm.Object:
                WriteObject(json, wish);
                break;
            case ReasoningForm.Thinking or ReasoningForm.ThinkingAndEffort:
                json.WriteStartObject("thinking"u8);
                json.WriteString("type"u8, wish.IsOff ? "disabled"u8 : "enabled"u8);
                json.NumberIf("budget_tokens", quirks.ReasoningForm == ReasoningForm.Thinking && !wish.IsOff ? wish.MaxTokens : null);
                json.WriteEndObject();
                json.StringIf("reasoning_effort", quirks.ReasoningForm == ReasoningForm.ThinkingAndEffort ? effort : null);
                break;
            case ReasoningForm.EnableThinking:
                json.WriteBoolean("enable_thinking"u8, !wish.IsOff);
                json.NumberIf("thinking_budget", wish.IsOff ? null : wish.MaxTokens);
                break;
            case ReasoningForm.TemplateKwargs or ReasoningForm.TemplateArgs:
                json.WriteStartObject(quirks.ReasoningForm == ReasoningForm.TemplateArgs ? "chat_template_args"u8 : "chat_template_kwargs"u8);
                json.WriteBoolean("enable_thinking"u8, !wish.IsOff);
                json.WriteEndObject();
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

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
