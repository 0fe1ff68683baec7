using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Routing.Selection;

/// <summary>Stands behind a model's name that is no model: chooses the models that may answer a request, best first.</summary>
/// <remarks>Pure and quick: it calls nobody, and the same query gives the same choice. Registered with its ids, it is asked wherever a
/// request names one of them.</remarks>
internal interface IModelSelector
{
    /// <summary>The names that callers use: <c>openrouter/auto</c>.</summary>
    ImmutableArray<string> Ids { get; }

    /// <summary>Models by their ids in the catalogue, the best first; empty when none fits.</summary>
    ImmutableArray<SelectedModel> Select(in SelectionQuery query);
}

/// <summary>A request that left the choice of the model to us.</summary>
/// <param name="Body">The caller's bytes, for the features of the prompt; they are not kept.</param>
internal readonly record struct SelectionQuery(string Id, InferenceRequest Request, ReadOnlyMemory<byte> Body, CatalogSnapshot Catalog, KeyState Key);

/// <summary>A model that was chosen, and why, in words for people.</summary>
internal sealed record SelectedModel(string Id, string Reason);
