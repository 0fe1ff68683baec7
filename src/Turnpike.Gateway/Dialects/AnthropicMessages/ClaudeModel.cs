namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>What a generation of Claude takes and refuses, read from the provider's name for the model. A model that is no Claude has
/// version zero: it is sent what the oldest took.</summary>
internal readonly record struct ClaudeModel
{
    private readonly string _family;
    private readonly int _version;

    private ClaudeModel(string family, int version) => (_family, _version) = (family, version);

    /// <summary>It refuses temperature, top_p and top_k.</summary>
    public bool RefusesSampling => _version >= 500 || (IsOpus && _version >= 407);

    /// <summary>It takes temperature or top_p, not both.</summary>
    public bool TakesOneOfTemperatureAndTopP => _version >= 401;

    /// <summary>It decides itself how long it thinks, guided by an effort; the ones before take a budget.</summary>
    public bool ThinksAdaptively => _version >= 406;

    public bool KnowsXhigh => _version >= 500 || (IsOpus && _version >= 407);

    /// <summary>It thinks whatever is asked; switching it off is refused.</summary>
    public bool AlwaysThinks => IsFable || (IsOpus && _version >= 505);

    /// <summary>Where it is not to think it is told to do so between calls of tools only; switching it off is refused.</summary>
    public bool ThinksBetweenTools => _family == "sonnet" && _version >= 505;

    /// <summary>It can be made to call a tool, any or a certain one.</summary>
    public bool TakesForcedTool => _version < (IsFable ? 501 : IsOpus || _family == "sonnet" ? 505 : int.MaxValue);

    /// <summary>It goes on with an answer that the caller began.</summary>
    public bool TakesPrefill => _version < 406;

    /// <summary>Its answers can be bound to a JSON schema.</summary>
    public bool TakesSchema => _version >= 405 || (IsOpus && _version >= 401);

    /// <summary>Prefixes of its prompts can be marked for a cache, at hosts other than Anthropic too.</summary>
    public bool TakesCacheMarks => _version >= 307;

    /// <summary>Of the generation from which on other hosts know marks for an hour and answers bound to a schema.</summary>
    public bool IsFrom45 => _version >= 405;

    /// <summary>The longest answer of its generation; null where that is not known.</summary>
    public int? OutputMax => _version switch
    {
        >= 406 => 128_000,
        >= 405 => 64_000,
        >= 400 => IsOpus ? 32_000 : 64_000,
        >= 307 => 64_000,
        >= 305 => 8_192,
        > 0 => 4_096,
        _ => null,
    };

    private bool IsOpus => _family == "opus";

    // The same model under two names; the second was there before as a preview without a number.
    private bool IsFable => _family is "fable" or "mythos";

    /// <summary>Reads the forms that hosts use: claude-opus-4-5-20251101, claude-3-7-sonnet, eu.anthropic.claude-sonnet-4-6-v1:0,
    /// anthropic/claude-opus-4.8, claude-haiku-4-5@20251001.</summary>
    public static ClaudeModel Of(string name)
    {
        var at = name.IndexOf("claude", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return new("", 0);
        }

        var family = "";
        int? major = null;
        int? minor = null;
        var previous = "";
        foreach (var word in name[at..].ToLowerInvariant().Split('-', '.', '@', ':', '/', '_'))
        {
            if (word is "opus" or "sonnet" or "haiku" or "fable" or "mythos" or "instant")
            {
                family = word;
            }
            else if (word.Length is 1 or 2 && int.TryParse(word, out var number))
            {
                minor ??= major is not null && int.TryParse(previous, out _) ? number : null;
                major ??= number > 0 ? number : null; // a zero is the end of a revision (v1:0)
            }

            previous = word;
        }

        return new(family, ((major ?? (family == "mythos" ? 5 : 0)) * 100) + (minor ?? 0));
    }
}
