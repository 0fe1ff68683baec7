using System.Text.Json;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>What a model takes in words of its own (<c>additionalModelRequestFields</c>): how much it thinks, <c>top_k</c>, the form of Claude's
/// answers.</summary>
internal sealed record BedrockModelFields
{
    public AnthropicThinking Thinking { get; init; }

    /// <summary>The schema that Claude's answer is bound to; empty where it is not.</summary>
    public ReadOnlyMemory<byte> ClaudeSchema { get; init; }

    public bool HidesThoughts { get; init; }

    /// <summary>The effort of models that are no Claude; null is their own.</summary>
    public string? Effort { get; init; }

    public long? TopK { get; init; }

    public void Write(Utf8JsonWriter json, BedrockModel model)
    {
        if (Thinking.Mode == ThinkingMode.Unsaid && Thinking.Effort is null && ClaudeSchema.IsEmpty && Effort is null && TopK is null)
        {
            return;
        }

        json.WriteStartObject("additionalModelRequestFields"u8);
        if (model.IsNova)
        {
            WriteNova(json);
        }
        else
        {
            json.NumberIf("top_k", TopK);
            json.StringIf("reasoning_effort", Effort);
            Thinking.WriteTo(json, HidesThoughts, ClaudeSchema);
        }

        json.WriteEndObject();
    }

    private void WriteNova(Utf8JsonWriter json)
    {
        if (TopK is { } topK)
        {
            json.WriteStartObject("inferenceConfig"u8);
            json.WriteNumber("topK"u8, topK);
            json.WriteEndObject();
        }

        if (Effort is { } effort)
        {
            json.WriteStartObject("reasoningConfig"u8);
            json.WriteString("type"u8, effort == "none" ? "disabled"u8 : "enabled"u8);
            json.StringIf("maxReasoningEffort", effort == "none" ? null : effort);
            json.WriteEndObject();
        }
    }
}
