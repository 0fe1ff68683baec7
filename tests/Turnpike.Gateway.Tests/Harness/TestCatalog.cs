using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Tests.Harness;

/// <summary>A small catalogue: a paid model at two providers, its free entry, one with tiers, and one that draws.</summary>
internal sealed class TestCatalog : ICatalog
{
    public static Provider Acme { get; } = new()
    {
        Id = "acme",
        Name = "Acme",
        PrivacyPolicyUrl = "https://acme.example/privacy",
        TermsOfServiceUrl = "https://acme.example/terms",
        StatusPageUrl = "https://status.acme.example",
        Headquarters = "CH",
        Datacenters = ["CH", "DE"],
    };

    public static Provider Bolt { get; } = new() { Id = "bolt", Name = "Bolt", DataPolicy = DataPolicy.ZeroRetention, Datacenters = ["DE", "FR"] };

    public static Model Swift { get; } = new()
    {
        Id = "acme/swift-4o",
        CanonicalSlug = "acme/swift-4o-2026-05-01",
        Name = "Acme: Swift 4o",
        Description = "A \"swift\" model — für alle.",
        Created = DateTimeOffset.FromUnixTimeSeconds(1_777_600_000),
        ContextLength = 128_000,
        MaxCompletionTokens = 16_384,
        InputModalities = ["text", "image"],
        Tokenizer = "GPT",
        HuggingFaceId = "acme/Swift-4o",
        SupportedParameters = ["max_tokens", "temperature", "tool_choice", "tools"],
        DefaultParameters = ImmutableSortedDictionary<string, decimal>.Empty.Add("temperature", 0.7m).Add("top_k", 40m),
        KnowledgeCutoff = "2025-10-01",
        IsModerated = true,
    };

    public static Model SwiftFree { get; } = new() { Id = "acme/swift-4o:free", Name = "Acme: Swift 4o (free)", ContextLength = 32_000 };

    public static Model Tiered { get; } = new()
    {
        Id = "bolt/deep-1",
        Name = "Bolt: Deep 1",
        Distillable = true,
        Reasoning = new() { Mandatory = true, DefaultEnabled = true, SupportedEfforts = ["high", "low"], DefaultEffort = "low" },
    };

    public static Model Painter { get; } = new() { Id = "bolt/painter", Name = "Bolt: Painter", OutputModalities = ["image"] };

    public static Endpoint SwiftAtAcme { get; } = new()
    {
        Id = "acme:swift-4o",
        Model = Swift,
        Provider = Acme,
        UpstreamModel = "swift-4o",
        Tag = "acme",
        Prices = new PriceSheet
        {
            Prompt = NanoUsd.FromUsd(2.5m),
            Completion = NanoUsd.FromUsd(10m),
            CacheRead = NanoUsd.FromUsd(1.25m),
            Image = NanoUsd.FromUsd(0.003613m),
        },
        ContextLength = 128_000,
    };

    public static Endpoint SwiftAtBolt { get; } = new()
    {
        Id = "bolt:swift-4o",
        Model = Swift,
        Provider = Bolt,
        UpstreamModel = "swift",
        Tag = "bolt/fp8",
        Prices = new PriceSheet { Prompt = NanoUsd.FromUsd(0.15m), Completion = NanoUsd.FromUsd(0.6m) },
        ContextLength = 64_000,
        MaxPromptTokens = 60_000,
        MaxCompletionTokens = 4_096,
        Quantization = "fp8",
        SupportedParameters = ["max_tokens", "tools"],
        SupportsImplicitCaching = true,
    };

    private static readonly Endpoint FreeAtAcme = new()
    {
        Id = "acme:swift-4o-free", Model = SwiftFree, Provider = Acme, UpstreamModel = "swift-4o", Tag = "acme", Prices = PriceSheet.Free,
    };

    private static readonly Endpoint TieredAtBolt = new()
    {
        Id = "bolt:deep-1",
        Model = Tiered,
        Provider = Bolt,
        UpstreamModel = "deep-1",
        Tag = "bolt",
        Prices = new PriceSheet
        {
            Prompt = NanoUsd.FromUsd(1.25m),
            Completion = NanoUsd.FromUsd(10m),
            CacheRead = NanoUsd.FromUsd(0.31m),
            CacheWrite = NanoUsd.FromUsd(1.625m),
            Tiers = [new(200_000, new PriceSheet { Prompt = NanoUsd.FromUsd(2.5m), Completion = NanoUsd.FromUsd(15m), CacheRead = NanoUsd.FromUsd(0.625m) })],
        },
        ContextLength = 1_048_576,
    };

    private static readonly Endpoint PainterAtBolt = new()
    {
        Id = "bolt:painter", Model = Painter, Provider = Bolt, UpstreamModel = "painter", Tag = "bolt",
        Prices = PriceSheet.Free with { ImageOutput = NanoUsd.FromUsd(0.04m) },
    };

    public CatalogSnapshot Current { get; set; } = new(
        [Acme, Bolt],
        [Swift, SwiftFree, Tiered, Painter],
        [SwiftAtAcme, SwiftAtBolt, FreeAtAcme, TieredAtBolt, PainterAtBolt]);

    public ValueTask<bool> DiscoverAsync(CancellationToken cancellationToken) => new(false);
}
