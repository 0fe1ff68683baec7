using System.Collections.Immutable;

namespace Turnpike.Catalog.LocalEngines;

/// <summary>A program on this machine that speaks OpenAI's API.</summary>
/// <param name="Id">The provider's id, and the author of its models: <c>ollama</c>.</param>
/// <param name="Port">Where it listens on 127.0.0.1 when nobody changes it.</param>
internal sealed record LocalEngine(string Id, string Name, int Port)
{
    /// <summary>The engines that are looked for, at the ports of their own documentation.</summary>
    public static ImmutableArray<LocalEngine> Known { get; } =
    [
        new("ollama", "Ollama", 11434),
        new("llamacpp", "llama.cpp", 8080),
        new("vllm", "vLLM", 8000),
        new("lmstudio", "LM Studio", 1234),
    ];

    public Uri BaseUrl => new($"http://127.0.0.1:{Port}/v1");
}
