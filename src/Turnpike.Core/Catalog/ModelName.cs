using System.Collections.Immutable;

namespace Turnpike.Core.Catalog;

/// <summary>The name of a model as a caller writes it, in its parts:
/// <c>["~"] author/slug (":" variant)* ["@preset/" preset]</c>, or <c>@preset/preset</c> alone.</summary>
/// <remarks>Only taken apart: whether there is such a model, <see cref="CatalogSnapshot.Find(ModelName)"/> says. Any text is a name; what
/// does not fit the grammar is a slug that no model has.</remarks>
public sealed record ModelName
{
    private const string PresetMark = "@preset/";
    private const string LatestSuffix = "-latest";

    /// <summary>Variants that steer the route of a request and are no entries of the catalogue.</summary>
    public static ImmutableArray<string> RoutingVariantWords { get; } = ["nitro", "floor", "exacto", "online"];

    /// <summary>Variants that are entries of the catalogue, of the models that have them.</summary>
    public static ImmutableArray<string> CatalogVariantWords { get; } = ["free", "batch", "thinking", "extended"];

    /// <summary>Variants that old clients send. Where there is no entry of the name, the model without them is meant.</summary>
    public static ImmutableArray<string> DispensableVariantWords { get; } = ["thinking", "extended", "beta"];

    /// <summary>Author and slug, or the slug alone, without variants; empty where only a preset is named.</summary>
    public required string Slug { get; init; }

    /// <summary>What makes it another entry of the catalogue: <c>free</c>, <c>batch</c>, <c>thinking</c> …; null for none. Two of them, which no
    /// entry has, stand here with a colon between.</summary>
    public string? CatalogVariant { get; init; }

    /// <summary><c>nitro</c>, <c>floor</c>, <c>exacto</c>, <c>online</c>, in the order written; of those that sort, the last counts.</summary>
    public ImmutableArray<string> RoutingVariants { get; init; } = [];

    /// <summary>True for <c>~author/family-latest</c>: the newest model of a family is meant.</summary>
    public bool IsLatest { get; init; }

    /// <summary>The preset that is named too; null for none.</summary>
    public string? Preset { get; init; }

    /// <summary>The name that the catalogue may have an entry of: <c>author/slug</c>, with <c>:free</c> and the like.</summary>
    public string CatalogName => CatalogVariant is null ? Slug : $"{Slug}:{CatalogVariant}";

    /// <summary><c>author/family</c> of a <c>~author/family-latest</c>; null for other names.</summary>
    public string? Family => IsLatest && Slug.EndsWith(LatestSuffix, StringComparison.Ordinal) ? Slug[..^LatestSuffix.Length] : null;

    /// <summary>Takes a name apart.</summary>
    public static ModelName Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var presetAt = name.IndexOf(PresetMark, StringComparison.Ordinal);
        var preset = presetAt < 0 ? null : name[(presetAt + PresetMark.Length)..];
        var rest = presetAt < 0 ? name : name[..presetAt];
        var isLatest = rest.StartsWith('~');
        var parts = (isLatest ? rest[1..] : rest).Split(':');
        var routing = ImmutableArray.CreateBuilder<string>();
        string? variant = null;
        foreach (var part in parts.AsSpan(1))
        {
            if (RoutingVariantWords.Contains(part))
            {
                routing.Add(part);
            }
            else
            {
                variant = variant is null ? part : $"{variant}:{part}";
            }
        }

        return new() { Slug = parts[0], CatalogVariant = variant, RoutingVariants = routing.ToImmutable(), IsLatest = isLatest, Preset = preset };
    }

    /// <summary>The same name without <see cref="DispensableVariantWords"/>; the same object where it has none.</summary>
    internal ModelName WithoutDispensable()
    {
        if (CatalogVariant is null)
        {
            return this;
        }

        var words = CatalogVariant.Split(':');
        var kept = words.Where(static w => !DispensableVariantWords.Contains(w)).ToArray();
        return kept.Length == words.Length ? this : this with { CatalogVariant = kept.Length == 0 ? null : string.Join(':', kept) };
    }
}
