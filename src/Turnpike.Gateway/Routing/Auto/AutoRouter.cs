using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Routing.Selection;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary><c>openrouter/auto</c> and <c>turnpike/auto</c>: the best quality per dollar for what the prompt asks.</summary>
/// <remarks>The same query gives the same choice, but for a session that has a model already: it keeps it while that can serve.</remarks>
internal sealed class AutoRouter(QualityTable quality, TimeProvider time) : IModelSelector
{
    private readonly AutoSelector _selector = new(quality);
    private readonly StickyModels _sticky = new(time);

    public ImmutableArray<string> Ids { get; } = ["openrouter/auto", "turnpike/auto"];

    public (ImmutableArray<SelectedModel> Models, GatewayError? Error) Select(in SelectionQuery query)
    {
        var body = query.Body.Span;
        if (!AutoWishes.TryRead(body, out var wishes, out var wrong))
        {
            return ([], wrong);
        }

        var features = PromptFeatures.Read(body);
        var models = query.Catalog.Models;
        var ranked = _selector.Select(features, models, wishes);
        if (ranked.IsEmpty)
        {
            return ([], GatewayErrors.NothingToSelect(query.Id, AutoSelector.Explain(features, wishes)));
        }

        if (query.Session is not { } session || !wishes.KeepsModel)
        {
            return (Named(ranked, AutoSelector.Explain(features, wishes), isKept: false), null);
        }

        var key = $"{query.Key.Account.Id}\n{session}";
        var again = Again(_sticky.Find(key), models, features, wishes);
        if (again is not null)
        {
            ranked = [again, .. ranked.Where(r => r.Entry.Model.Id != again.Entry.Model.Id).Take(AutoSelector.RankedMax - 1)];
        }

        if (!query.IsDry)
        {
            _sticky.Keep(key, ranked[0].Entry.Model.Id);
        }

        return (Named(ranked, AutoSelector.Explain(features, wishes), again is not null), null);
    }

    // The session's model goes first while it can still serve the request; it need not be among the best any more.
    private RankedModel? Again(string? id, ImmutableArray<ModelEntry> models, in PromptFeatures features, AutoWishes wishes) =>
        id is not null && _selector.Select(features, [.. models.Where(m => m.Model.Id == id)], wishes with { Tier = null }) is [var again] ? again : null;

    private static ImmutableArray<SelectedModel> Named(ImmutableArray<RankedModel> ranked, string wanted, bool isKept) =>
    [
        .. ranked.Select((m, i) => new SelectedModel(
            m.Entry.Model.Id,
            $"{(i > 0 ? "fallback; " : isKept ? "the session keeps its model; " : "")}{AutoSelector.Explain(m)}; {wanted}")),
    ];
}
