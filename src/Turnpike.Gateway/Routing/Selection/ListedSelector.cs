using System.Collections.Immutable;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Routing.Selection;

/// <summary>Puts a selector into the form of a model, for lists.</summary>
internal static class ListedSelector
{
    /// <param name="listed">Id, name, description and day.</param>
    /// <param name="models">What it chooses from.</param>
    public static ModelEntry? Of(Model listed, IReadOnlyCollection<ModelEntry> models, ImmutableArray<Endpoint> endpoints) => models.Count == 0 ? null
        : new(
            listed with
            {
                ContextLength = models.Max(static m => m.ContextLength),
                MaxCompletionTokens = models.Max(static m => m.Model.MaxCompletionTokens),
                InputModalities = [.. models.SelectMany(static m => m.Model.InputModalities).Distinct(StringComparer.Ordinal)],
                SupportedParameters = [.. models.SelectMany(static m => m.SupportedParameters).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                Tokenizer = "Router",
            },
            endpoints);
}
