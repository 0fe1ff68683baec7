namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Which names of tools a provider takes: letters, digits, <c>_</c> and what is said here.</summary>
/// <param name="LengthMax">In characters.</param>
/// <param name="Others">What else may stand in a name.</param>
/// <param name="BeginsWithLetter">A letter or <c>_</c> stands first.</param>
internal sealed record ToolNameRule(int LengthMax, string Others, bool BeginsWithLetter = false)
{
    /// <summary>OpenAI's, and of most others.</summary>
    public static ToolNameRule Usual { get; } = new(64, "-");

    public static ToolNameRule Anthropic { get; } = new(128, "-");

    public static ToolNameRule Gemini { get; } = new(64, "-.", BeginsWithLetter: true);

    public static ToolNameRule Cohere { get; } = new(64, "", BeginsWithLetter: true);

    /// <summary>Where any name is taken.</summary>
    public static ToolNameRule None { get; } = new(int.MaxValue, "");

    public bool Takes(string name)
    {
        if (this == None)
        {
            return true;
        }

        foreach (var letter in name)
        {
            if (!Takes(letter))
            {
                return false;
            }
        }

        return name.Length > 0 && name.Length <= LengthMax && !(BeginsWithLetter && !IsFirst(name[0]));
    }

    /// <summary>A name that is taken, as near as can be: the same for the same name.</summary>
    /// <param name="mark">Letters that tell it from others; empty where none are needed.</param>
    public string Fitted(string name, string mark)
    {
        var fitted = string.Concat(name.Select(c => Takes(c) ? c : '_'));
        fitted = fitted.Length == 0 || (BeginsWithLetter && !IsFirst(fitted[0])) ? "_" + fitted : fitted;
        return mark.Length == 0 ? fitted : fitted[..Math.Min(fitted.Length, LengthMax - mark.Length - 1)] + "_" + mark;
    }

    private bool Takes(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_' || Others.Contains(letter, StringComparison.Ordinal);

    private static bool IsFirst(char letter) => char.IsAsciiLetter(letter) || letter == '_';
}
