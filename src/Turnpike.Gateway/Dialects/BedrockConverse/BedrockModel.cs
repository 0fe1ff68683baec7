using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.AnthropicMessages;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>What a model at Bedrock takes beyond what all of them do: read from its id, and of schemas from the catalogue. Of one that the id does
/// not tell (an ARN of a profile of the account's own) nothing is known.</summary>
/// <param name="JsonSchema">Whether its answers can be bound to a JSON schema; null where the catalogue does not say.</param>
/// <remarks>(Source: AWS, Bedrock user guide: "Supported models and model features", "Prompt caching", 2026-08.)</remarks>
internal readonly record struct BedrockModel(string Id, bool? JsonSchema)
{
    public ClaudeModel Claude { get; } = ClaudeModel.Of(Id);

    public bool IsClaude => Has("anthropic.") || Has("claude");

    public bool IsNova => Has("amazon.nova");

    public bool IsMistral => Has("mistral.");

    /// <summary>It takes <c>reasoning_effort</c>.</summary>
    public bool IsGptOss => Has("openai.gpt-oss");

    /// <summary>It takes <c>reasoningConfig</c>.</summary>
    public bool IsReasoningNova => Has("amazon.nova-2");

    /// <summary>Its answers can be bound to a JSON schema: as the catalogue says, else Claude's from the 4.5 generation on.</summary>
    public bool TakesSchema => JsonSchema ?? Claude.IsFrom45;

    /// <summary>It can be made to call a certain tool.</summary>
    public bool TakesNamedTool => IsClaude || IsNova;

    /// <summary>Its prompts can be marked for a cache.</summary>
    public bool TakesCachePoints => IsNova || (IsClaude && Claude.TakesCacheMarks);

    /// <summary>What its signed thoughts can be read by; null where it signs none.</summary>
    public string? ReasoningFormat => IsClaude ? Neutral.ReasoningFormats.Anthropic : null;

    public static BedrockModel Of(Endpoint endpoint) => new(endpoint.UpstreamModel, endpoint.JsonSchema);

    private bool Has(string word) => Id.Contains(word, StringComparison.OrdinalIgnoreCase);
}
