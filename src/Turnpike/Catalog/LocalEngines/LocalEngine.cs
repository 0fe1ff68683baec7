using System.Collections.Immutable;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog.LocalEngines;

/// <summary>A program on this machine that runs models.</summary>
/// <param name="Id">The provider's id, and the author of its models: <c>ollama</c>.</param>
/// <param name="Port">Where it listens on 127.0.0.1 when nobody changes it.</param>
internal sealed record LocalEngine(string Id, string Name, int Port)
{
    /// <summary>The engines that are looked for, at the ports of their own documentation.</summary>
    public static ImmutableArray<LocalEngine> Known { get; } =
    [
        new("ollama", "Ollama", 11434) { Dialect = Dialects.Ollama }, // which says more of its models, and can be told more, than in OpenAI's
        new("llamacpp", "llama.cpp", 8080),
        new("vllm", "vLLM", 8000) { ReasoningPlace = ReasoningPlace.Reasoning },
        new("lmstudio", "LM Studio", 1234),
    ];

    /// <summary><see cref="Dialects.OpenAIChat"/> or <see cref="Dialects.Ollama"/>.</summary>
    public string Dialect { get; init; } = Dialects.OpenAIChat;

    /// <summary>The field in which it reads thoughts of earlier turns.</summary>
    public ReasoningPlace ReasoningPlace { get; init; } = ReasoningPlace.ReasoningContent;

    public Uri BaseUrl => new($"http://127.0.0.1:{Port}/{(Dialect == Dialects.Ollama ? "api" : "v1")}");
}
