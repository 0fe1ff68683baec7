using Turnpike.Benchmarks.Operations;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Dialects.OpenAIResponses;

namespace Turnpike.Benchmarks;

/// <summary>The operations by name: the one place from which benchmarks and budgets take them.</summary>
public static class OperationList
{
    private static readonly Dictionary<string, Func<IOperation>> Makers = new(StringComparer.Ordinal)
    {
        ["auth-known-key"] = static () => new AuthenticateKnownKey(),
        ["request-read-1kB"] = static () => new ReadRequest(Samples.TextRequest(1_000)),
        ["request-read-100kB"] = static () => new ReadRequest(Samples.TextRequest(100_000)),
        ["request-read-5MB-image"] = static () => new ReadRequest(Samples.ImageRequest(5_000_000)),
        ["auto-classify"] = static () => new ClassifyPrompt(),
        ["route-plain"] = static () => new RoutePlain(batch: 0),
        ["route-pack-512"] = static () => new RoutePlain(batch: 512),
        ["route-decide-50"] = static () => new DecideRoute(endpoints: 50),
        ["request-write-1kB"] = static () => new WriteRequest(Samples.TextRequest(1_000)),
        ["request-write-5MB-image"] = static () => new WriteRequest(Samples.ImageRequest(5_000_000)),
        ["request-translate-1kB"] = static () => new TranslateRequest(new ChatCallerFormat(), new ChatProviderFormat(), Samples.TextRequest(1_000)),
        ["request-translate-1kB-of-messages"] = static () => new TranslateRequest(new MessagesCallerFormat(), new ChatProviderFormat(), Samples.TextRequest(1_000)),
        ["request-translate-1kB-of-responses"] = static () => new TranslateRequest(new ResponsesCallerFormat(), new ChatProviderFormat(), Samples.InputRequest(1_000)),
        ["request-translate-1kB-anthropic"] = static () => new TranslateRequest(new ChatCallerFormat(), new AnthropicProviderFormat(), Samples.TextRequest(1_000)),
        ["chunk-relay"] = static () => new RelayChunk(Samples.Chunk),
        ["chunk-relay-thought"] = static () => new RelayChunk(Samples.ThoughtChunk),
        ["chunk-translate"] = TranslateChunk.OfAnthropic,
        ["chunk-translate-gemini"] = TranslateChunk.OfGemini,
        ["chunk-translate-bedrock"] = TranslateChunk.OfBedrock,
        ["chunk-translate-cohere"] = TranslateChunk.OfCohere,
        ["chunk-translate-ollama"] = TranslateChunk.OfOllama,
        ["stream-relay-256"] = static () => new RelayStream(chunks: 256),
        ["answer-rewrite"] = static () => new RewriteAnswer(),
        ["answer-translate"] = static () => new TranslateAnswer(),
        ["cost"] = static () => new PriceUsage(),
        ["hold-and-post"] = static () => new HoldAndPost(),
        ["metrics-request-ended"] = static () => new CountRequest(),
    };

    /// <summary>All names, in the order of a request's way.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    /// <summary>Makes an operation; whoever asked disposes it.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IOperation Create(string name) =>
        Makers.TryGetValue(name, out var make) ? make() : throw new ArgumentException($"There is no operation {name}.", nameof(name));
}
