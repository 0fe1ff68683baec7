namespace Turnpike.Configuration.Documents;

/// <summary>Guesses what was meant by a name that nobody knows.</summary>
internal static class Suggestion
{
    private const int NameCharsMax = 64;

    /// <summary><c>; did you mean "baseUrl"?</c>, or nothing where no known name is near.</summary>
    public static string For(string name, IEnumerable<string> known) => Nearest(name, known) is { } near ? $"; did you mean \"{near}\"?" : "";

    private static string? Nearest(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > NameCharsMax)
        {
            return null;
        }

        var plain = Plain(name);
        string? best = null;
        var bestDistance = (plain.Length <= 3 ? 1 : Math.Max(2, plain.Length / 3)) + 1;
        foreach (var candidate in known)
        {
            var plainCandidate = Plain(candidate);
            if (plainCandidate.Length > NameCharsMax)
            {
                continue;
            }

            var distance = plainCandidate.Length >= 3 && plain.EndsWith(plainCandidate, StringComparison.Ordinal) ? 1 : Distance(plain, plainCandidate);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>So that <c>base_url</c>, <c>BaseURL</c> and <c>baseUrl</c> are one.</summary>
    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
