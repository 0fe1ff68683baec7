namespace Turnpike.Core.Accounts;

/// <summary>What presets may be: all of an account's stand in memory once one of them is used.</summary>
public static class PresetLimits
{
    /// <summary>Presets of an account.</summary>
    public const int CountMax = 100;

    /// <summary>Versions that are kept of each.</summary>
    public const int VersionsMax = 100;

    /// <summary>System prompt and config together, bytes of UTF-8.</summary>
    public const int BytesMax = 32 << 10;

    public const int SlugCharsMax = 128;

    /// <summary>True for lower-case letters and digits, in groups with a hyphen between them.</summary>
    public static bool IsSlug(string slug)
    {
        ArgumentNullException.ThrowIfNull(slug);
        var wasHyphen = true;
        foreach (var c in slug)
        {
            if (c == '-' ? wasHyphen : c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9')))
            {
                return false;
            }

            wasHyphen = c == '-';
        }

        return slug.Length <= SlugCharsMax && !wasHyphen;
    }
}
