using System.Collections.Immutable;
using System.Text;
using Turnpike.Core.Accounts;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Routing.Selection;
using Turnpike.Gateway.Routing.Wishes;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Routing.Auto;

/// <summary>Five models, each dearer, better and slower than the one before; the first two know no tools; two more are free.</summary>
internal static class AutoCatalog
{
    public static ImmutableArray<string> Paid { get; } = ["a/one", "a/two", "b/three", "b/four", "b/five"];

    public static ImmutableArray<string> Free { get; } = ["a/one:free", "b/four:free"];

    public static CatalogSnapshot Snapshot { get; } = Of([.. Paid, .. Free]);

    public static QualityTable Quality { get; } = new(
        new(2026, 8, 1),
        Paid.Select((id, i) => (id, Figures: ModelQuality.Of("test", 20 + (10 * i)) with { TokensPerSecond = 300 - (50 * i) }))
            .ToDictionary(static m => m.id, static m => m.Figures, StringComparer.Ordinal),
        [],
        []);

    public static CatalogSnapshot Of(IEnumerable<string> ids)
    {
        Model[] models = [.. ids.Select(static id => new Model { Id = id, Name = id, ContextLength = 32_000 })];
        return new([TestCatalog.Acme], [.. models], [.. models.Select(EndpointOf)]);
    }

    /// <summary>What is chosen for a prompt: the rest of the body comes after its messages.</summary>
    public static ImmutableArray<SelectedModel> Choose(
        IModelSelector selector, string rest = "", string prompt = "What is the capital of Peru?", string? session = null, CatalogSnapshot? catalog = null, string? provider = null) =>
        Ask(selector, rest, prompt, session, catalog, provider).Models;

    /// <summary>The same, with the error.</summary>
    public static (ImmutableArray<SelectedModel> Models, GatewayError? Error) Ask(
        IModelSelector selector, string rest = "", string prompt = "What is the capital of Peru?", string? session = null, CatalogSnapshot? catalog = null, string? provider = null)
    {
        var wishes = provider is not null && ProviderWishes.TryRead(Encoding.UTF8.GetBytes(provider), out var read, out _) ? new LayeredWishes([new(RuleOwner.Key, read!)]) : LayeredWishes.None;
        var body = Encoding.UTF8.GetBytes($$"""{"messages":[{"role":"user","content":"{{prompt}}"}]{{rest}}}""");
        var request = new InferenceRequest { Model = selector.Ids[0], SessionId = session, Splices = [] };
        return selector.Select(new(selector.Ids[0], request, body, catalog ?? Snapshot, Key) { Session = session, Wishes = wishes });
    }

    private static KeyState Key { get; } = new(
        new ApiKey { Hash = KeyHash.Of("k"), AccountId = new(1), Name = "k", Label = "k", Kind = KeyKind.Inference, CreatedAt = SurfaceHost.Now },
        default,
        new(new(new(1), "one", SurfaceHost.Now, default, default, default), 0));

    public static Endpoint EndpointOf(Model model)
    {
        var price = Math.Pow(4, Paid.IndexOf(model.Id));
        return new()
        {
            Id = "acme:" + model.Id,
            Model = model,
            Provider = TestCatalog.Acme,
            UpstreamModel = model.Id,
            Tag = "acme",
            Prices = model.IsFreeVariant ? PriceSheet.Free : new() { Prompt = NanoUsd.FromUsd((decimal)price / 10), Completion = NanoUsd.FromUsd((decimal)price / 2) },
            SupportedParameters = model.Id.StartsWith("a/", StringComparison.Ordinal) ? ["max_tokens"] : ["max_tokens", "tools"],
        };
    }
}
