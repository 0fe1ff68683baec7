using System.Collections.Frozen;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.AzureOpenAI;
using Turnpike.Gateway.Dialects.BedrockConverse;
using Turnpike.Gateway.Dialects.CohereV2;
using Turnpike.Gateway.Dialects.Gemini;
using Turnpike.Gateway.Dialects.Ollama;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Dialects.OpenAIResponses;
using Turnpike.Gateway.Dialects.Vertex;

namespace Turnpike.Gateway.Dialects;

/// <summary>The wire formats of providers, by dialect.</summary>
internal static class ProviderFormats
{
    private static readonly ChatProviderFormat Chat = new();

    private static readonly FrozenDictionary<string, IProviderFormat> ByDialect = new Dictionary<string, IProviderFormat>
    {
        [Core.Catalog.Dialects.OpenAIChat] = Chat,
        [Core.Catalog.Dialects.Simulator] = Chat, // the built-in provider speaks it too, without a network
        [Core.Catalog.Dialects.AzureOpenAI] = new AzureProviderFormat(Chat),
        [Core.Catalog.Dialects.BedrockConverse] = new BedrockProviderFormat(),
        [Core.Catalog.Dialects.CohereV2] = new CohereProviderFormat(),
        [Core.Catalog.Dialects.OpenAIResponses] = new ResponsesProviderFormat(),
        [Core.Catalog.Dialects.AnthropicMessages] = new AnthropicProviderFormat(),
        [Core.Catalog.Dialects.Gemini] = new GeminiProviderFormat(),
        [Core.Catalog.Dialects.Vertex] = new VertexProviderFormat(),
        [Core.Catalog.Dialects.Ollama] = new OllamaProviderFormat(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The format that an endpoint's provider speaks.</summary>
    public static IProviderFormat For(Endpoint endpoint) => ByDialect[endpoint.Dialect];
}
