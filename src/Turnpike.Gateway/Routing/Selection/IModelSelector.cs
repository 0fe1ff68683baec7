using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Selection;

/// <summary>Stands behind a model's name that is no model: chooses the models that may answer a request, best first.</summary>
/// <remarks>Quick: it calls nobody, and the same query gives the same choice, but for what a session has been given before and how endpoints fare. Registered with its
/// ids, it is asked wherever a request names one of them.</remarks>
internal interface IModelSelector
{
    /// <summary>The names that callers use: <c>openrouter/auto</c>.</summary>
    ImmutableArray<string> Ids { get; }

    /// <summary>How it stands in lists of models: by its first id, with what the models that it chooses from can do together, and with endpoints
    /// where all cost the same. Null where there are none to choose from.</summary>
    ModelEntry? Listed(CatalogSnapshot catalog);

    /// <summary>Models by their ids in the catalogue, the best first; or the error to tell: its options are wrong, or no model fits.</summary>
    (ImmutableArray<SelectedModel> Models, GatewayError? Error) Select(in SelectionQuery query);
}

/// <summary>A request that left the choice of the model to us.</summary>
/// <param name="Body">The caller's bytes, for the features of the prompt; they are not kept.</param>
internal readonly record struct SelectionQuery(
    string Id, InferenceRequest Request, ReadOnlyMemory<byte> Body, CatalogSnapshot Catalog, KeyState Key)
{
    /// <summary>The session that the request belongs to; null when it names none.</summary>
    public string? Session { get; init; }

    /// <summary>What request, key and account wish of providers: a model that they leave no endpoint is not chosen.</summary>
    public LayeredWishes Wishes { get; init; } = LayeredWishes.None;

    /// <summary>Nothing will be sent: the choice is not remembered.</summary>
    public bool IsDry { get; init; }
}

/// <summary>A model that was chosen, and why, in words for people.</summary>
internal sealed record SelectedModel(string Id, string Reason);
