using Turnpike.Gateway.Dialects.AnthropicMessages;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>What a model of Bedrock takes, by its id (an inference profile's and an ARN's too).</summary>
internal readonly record struct BedrockModel(ClaudeModel Claude, bool IsClaude, bool IsNova, bool TakesEffort)
{
    public bool TakesCachePoints => IsClaude || IsNova;

    public static BedrockModel Of(string id) => new(
        ClaudeModel.Of(id),
        id.Contains("claude", StringComparison.OrdinalIgnoreCase),
        id.Contains("amazon.nova", StringComparison.OrdinalIgnoreCase),
        id.Contains("openai.gpt", StringComparison.OrdinalIgnoreCase));
}
