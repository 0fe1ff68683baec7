using System.Collections.Immutable;

namespace Turnpike.Core.Catalog;

/// <summary>What a caller who named a model that is not there may have meant.</summary>
public static class ModelNames
{
    /// <summary>Names suggested at most.</summary>
    private const int NearMax = 3;

    /// <summary>Longer names are not compared: nobody mistypes one, and the comparison is quadratic.</summary>
    private const int LengthMax = 128;

    /// <summary>The ids nearest to a name, the nearest first: those that share its bare slug, then those a few typing errors away.</summary>
    public static ImmutableArray<string> Near(CatalogSnapshot catalog, string name)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > LengthMax)
        {
            return [];
        }

        var wanted = name.ToLowerInvariant();
        var found = new List<(int Distance, string Id)>();
        foreach (var entry in catalog.Models)
        {
            var id = entry.Model.Id;
            if (Distance(wanted, id.ToLowerInvariant()) is { } distance)
            {
                found.Add((distance, id));
            }
        }

        return [.. found.OrderBy(static f => f.Distance).ThenBy(static f => f.Id.Length).ThenBy(static f => f.Id, StringComparer.Ordinal)
            .Take(NearMax).Select(static f => f.Id)];
    }

    /// <summary>How far two names are apart: whole names, or their slugs where that is nearer; null when they are different names.</summary>
    private static int? Distance(string wanted, string id)
    {
        var wantedSlug = Slug(wanted);
        var slug = Slug(id);
        if (slug.SequenceEqual(wantedSlug))
        {
            return 0;
        }

        // A wrong author or a missing variant is a nearer miss than a misspelled slug.
        if (slug.Length > wantedSlug.Length && slug.StartsWith(wantedSlug) && (wantedSlug.Length >= 4 || slug[wantedSlug.Length] is ':' or '-'))
        {
            return 1;
        }

        var tolerated = Math.Max(1, wantedSlug.Length / 3);
        var edits = IsSwap(wantedSlug, slug) ? 1 : Edits(wantedSlug, slug, tolerated);
        return edits <= tolerated ? edits + 1 : null;
    }

    private static ReadOnlySpan<char> Slug(string name) => name.AsSpan(name.IndexOf('/') + 1);

    /// <summary>The commonest slip of the fingers: two letters beside each other in the wrong order.</summary>
    private static bool IsSwap(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var at = a.CommonPrefixLength(b);
        return a.Length == b.Length && at + 1 < a.Length && a[at] == b[at + 1] && a[at + 1] == b[at] && a[(at + 2)..].SequenceEqual(b[(at + 2)..]);
    }

    /// <summary>Insertions, deletions and replacements from one to the other; anything above <paramref name="max"/> once it is certain.</summary>
    private static int Edits(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int max)
    {
        if (Math.Abs(a.Length - b.Length) > max || b.Length > LengthMax)
        {
            return max + 1;
        }

        Span<int> row = stackalloc int[LengthMax + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            var least = row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
                least = Math.Min(least, row[j]);
            }

            if (least > max)
            {
                return max + 1;
            }
        }

        return row[b.Length];
    }
}
