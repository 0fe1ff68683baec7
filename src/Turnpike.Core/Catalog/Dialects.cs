using System.Collections.Immutable;

namespace Turnpike.Core.Catalog;

/// <summary>The wire formats that a provider may speak.</summary>
public static class Dialects
{
    public const string OpenAIChat = "openai-chat";

    public const string OpenAIResponses = "openai-responses";

    public const string AnthropicMessages = "anthropic-messages";

    public const string Gemini = "gemini";

    /// <summary>Gemini and Claude at Google's cloud.</summary>
    public const string Vertex = "vertex";

    public const string BedrockConverse = "bedrock-converse";

    public const string AzureOpenAI = "azure-openai";

    public const string CohereV2 = "cohere-v2";

    /// <summary>Ollama's own format, not its OpenAI-compatible one.</summary>
    public const string Ollama = "ollama";

    public const string Simulator = "simulator";

    /// <summary>Every name that the catalogue may have; requests can be sent in each of them.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        OpenAIChat, OpenAIResponses, AnthropicMessages, Gemini, Vertex, BedrockConverse, AzureOpenAI, CohereV2, Ollama, Simulator,
    ];
}
