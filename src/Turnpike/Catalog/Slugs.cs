using System.Text.RegularExpressions;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog;

/// <summary>What providers and models may be called.</summary>
internal static partial class Slugs
{
    private const int CharsMax = 128;

    /// <summary>What is wrong with a provider's id; null when nothing is.</summary>
    public static string? ProviderFault(string id) => id.Length <= CharsMax && ProviderId().IsMatch(id)
        ? null
        : "must be lower case letters, digits and hyphens";

    /// <summary>What is wrong with a model's id; null when nothing is.</summary>
    public static string? ModelFault(string id)
    {
        if (id.Length > CharsMax || !ModelId().IsMatch(id))
        {
            return "must be author/slug (letters, digits, dot, hyphen, underscore; perhaps with a variant as in :free)";
        }

        var variant = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..];

        // Part of a name that callers add, never of a name in the catalogue: such an entry could not be reached.
        return ModelName.RoutingVariantWords.Contains(variant) ? $"must not end in :{variant}, which chooses a route and is no model" : null;
    }

    /// <summary>What is wrong with a preset's slug; null when nothing is.</summary>
    public static string? PresetFault(string slug) => Core.Accounts.PresetLimits.IsSlug(slug)
        ? null
        : "must be named with lower case letters, digits and hyphens";

    /// <summary>The author: what stands before the first slash.</summary>
    public static string AuthorOf(string modelId) => modelId[..Math.Max(0, modelId.IndexOf('/', StringComparison.Ordinal))];

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex ProviderId();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+(:[a-z0-9-]+)?\z")]
    private static partial Regex ModelId();
}
