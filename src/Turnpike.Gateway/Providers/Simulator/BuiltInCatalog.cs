using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Providers.Simulator;

/// <summary>What can be called before any provider is configured: the built-in provider <c>turnpike</c> and its simulated models.</summary>
public static class BuiltInCatalog
{
    /// <summary>The most output tokens of one simulated answer.</summary>
    public const int OutputTokensMax = 16_384;

    private const string FreeVariant = ":free";

    private const string Honesty = "A simulator, not a language model: it understands nothing and sends nothing anywhere. ";

    private const string EchoText = Honesty
        + "It says back the last user message, word for word, so that keys, streaming, tools, JSON and billing can be tried without a provider.";

    private const string LoremText = Honesty
        + "It writes filler text, the same for the same seed, of the length and pace that the message asks for: '200 tokens, 50 tokens/s'.";

    // Prices that make a bill visible and cost nobody anything: dollars per million tokens.
    private static readonly PriceSheet _priced = new() { Prompt = NanoUsd.FromUsd(0.10m), Completion = NanoUsd.FromUsd(0.40m) };

    private static readonly ImmutableArray<string> _parameters =
    [
        "max_tokens", "max_completion_tokens", "stop", "seed", "response_format", "structured_outputs", "tools", "tool_choice", "parallel_tool_calls",
    ];

    public static Provider Provider { get; } = new()
    {
        Id = "turnpike",
        Name = "Turnpike",
        Dialect = Core.Catalog.Dialects.Simulator,
        DataPolicy = DataPolicy.ZeroRetention,
    };

    /// <summary>The simulated models, the priced ones first.</summary>
    public static ImmutableArray<Model> Models { get; } =
    [
        Simulated("turnpike/echo", "Turnpike: Echo (simulator)", EchoText),
        Simulated("turnpike/lorem", "Turnpike: Lorem (simulator)", LoremText),
        Simulated("turnpike/echo" + FreeVariant, "Turnpike: Echo (simulator, free)", EchoText),
        Simulated("turnpike/lorem" + FreeVariant, "Turnpike: Lorem (simulator, free)", LoremText),
    ];

    /// <summary>One endpoint a model, in the order of <see cref="Models"/>.</summary>
    public static ImmutableArray<Endpoint> Endpoints { get; } = [.. Models.Select(EndpointOf)];

    private static Model Simulated(string id, string name, string description) => new()
    {
        Id = id,
        Name = name,
        Description = description,
        Created = new DateTimeOffset(2025, 11, 1, 0, 0, 0, TimeSpan.Zero),
        ContextLength = 131_072,
        MaxCompletionTokens = OutputTokensMax,
        InputModalities = ["text", "image", "file", "audio"],
        SupportedParameters = _parameters,
    };

    private static Endpoint EndpointOf(Model model)
    {
        var name = model.Id[(Provider.Id.Length + 1)..];
        return new()
        {
            Id = $"{Provider.Id}:{name}",
            Model = model,
            Provider = Provider,
            UpstreamModel = model.IsFreeVariant ? name[..^FreeVariant.Length] : name,
            Tag = Provider.Id,
            Prices = model.IsFreeVariant ? PriceSheet.Free : _priced,
            ContextLength = model.ContextLength,
            MaxCompletionTokens = model.MaxCompletionTokens,
            SupportedParameters = _parameters,
        };
    }
}
