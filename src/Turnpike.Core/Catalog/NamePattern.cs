namespace Turnpike.Core.Catalog;

/// <summary>A name in which <c>*</c> stands for any characters, also none. Without regard to case.</summary>
/// <remarks>Linear in text times stars: it goes back only to the last star.</remarks>
public readonly record struct NamePattern(string Text)
{
    public bool Matches(ReadOnlySpan<char> name)
    {
        var pattern = Text.AsSpan();
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && char.ToLowerInvariant(pattern[p]) == char.ToLowerInvariant(name[n]))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].Trim('*').IsEmpty;
    }
}
