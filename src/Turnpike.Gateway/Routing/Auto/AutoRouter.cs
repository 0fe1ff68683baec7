using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Selection;
using Turnpike.Gateway.Routing.Strategies;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary><c>openrouter/auto</c> and <c>turnpike/auto</c>: the best quality per dollar for what the prompt asks.</summary>
/// <remarks>The same query gives the same choice while endpoints fare the same, but for a session that has a model already: it keeps it while that can serve.</remarks>
internal sealed class AutoRouter(QualityTable quality, HealthBoard health, TimeProvider time) : IModelSelector
{
    private readonly AutoSelector _selector = new(quality);
    private readonly StickyModels _sticky = new(time);

    public ImmutableArray<string> Ids { get; } = ["openrouter/auto", "turnpike/auto"];

    public ModelEntry? Listed(CatalogSnapshot catalog) => ListedSelector.Of(
        new()
        {
            Id = Ids[0],
            Name = "Auto Router",
            Description = "Chooses the model with the best quality per dollar for what the prompt asks. The answer names the model, whose prices hold.",
            Created = new(2023, 11, 8, 0, 0, 0, TimeSpan.Zero),
        },
        [.. catalog.Models.Where(m => quality.IsForChat(m.Model))],
        []);

    public (ImmutableArray<SelectedModel> Models, GatewayError? Error) Select(in SelectionQuery query)
    {
        var body = query.Body.Span;
        if (!AutoWishes.TryRead(body, out var wishes, out var wrong))
        {
            return ([], wrong);
        }

        var features = PromptFeatures.Read(body);
        var models = query.Catalog.Models;
        var open = new OpenEndpoints(query, health);
        var ranked = _selector.Select(features, models, wishes, open);
        var wanted = AutoSelector.Explain(features, wishes) + open.Told();
        if (ranked.IsEmpty)
        {
            return ([], GatewayErrors.NothingToSelect(query.Id, wanted));
        }

        if (query.Session is not { } session || !wishes.KeepsModel)
        {
            return (Named(ranked, wanted, isKept: false), null);
        }

        var key = $"{query.Key.Account.Id}\n{session}";
        var again = _sticky.Find(key) is { } kept ? Again(features, [.. models.Where(m => m.Model.Id == kept)], wishes, open) : null;
        if (again is not null)
        {
            ranked = [again, .. ranked.Where(r => r.Model.Id != again.Model.Id).Take(AutoSelector.RankedMax - 1)];
        }

        if (!query.IsDry)
        {
            _sticky.Keep(key, ranked[0].Model.Id);
        }

        return (Named(ranked, wanted, again is not null), null);
    }

    // The session's model goes first while it can still serve the request; it need not be among the best any more.
    private RankedModel? Again(in PromptFeatures features, ImmutableArray<ModelEntry> kept, AutoWishes wishes, OpenEndpoints open) =>
        _selector.Select(features, kept, wishes with { Tier = null }, open) is [var again] && !MeasuredBalance.IsSick(health.Figures(again.Endpoint)) ? again : null;

    private static ImmutableArray<SelectedModel> Named(ImmutableArray<RankedModel> ranked, string wanted, bool isKept) =>
    [
        .. ranked.Select((m, i) => new SelectedModel(
            m.Model.Id,
            $"{(i > 0 ? "fallback; " : isKept ? "the session keeps its model; " : "")}{AutoSelector.Explain(m)}; {wanted}")),
    ];
}
