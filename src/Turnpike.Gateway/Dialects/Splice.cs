namespace Turnpike.Gateway.Dialects;

/// <summary>What a place of the caller's body becomes on its way to a provider.</summary>
internal enum SpliceKind
{
    /// <summary>A field of ours: left out.</summary>
    Cut,

    /// <summary>The model's name: the provider's own name for it.</summary>
    Model,

    /// <summary>The caller's <c>max_completion_tokens</c>: the one that its credit affords, where that is lower.</summary>
    OutputLimit,

    /// <summary>The same under its older name, <c>max_tokens</c>; the newer one where the provider knows only that.</summary>
    OlderOutputLimit,

    /// <summary>The caller's <c>user</c>: a hash of it with the account, so that no provider learns who it is.</summary>
    User,

    /// <summary>The caller's <c>prompt_cache_key</c>: a hash of it with the account, so that nobody meets another's cache.</summary>
    CacheKey,

    /// <summary><c>stream_options</c>: with usage asked for, or left out where the provider refuses the field.</summary>
    StreamOptions,

    /// <summary>A <c>max_uses</c> that is null, of a tool that searches the web: how often it may.</summary>
    SearchLimit,

    /// <summary>The beginning of such a tool, where none stands: the member with it.</summary>
    NoSearchLimit,

    /// <summary>An image's address that stands alone: in the object that providers want around it.</summary>
    BareImage,
}

/// <summary>A member of the body's outermost object that is not sent as it came.</summary>
/// <param name="Start">Where the member begins, the comma that goes with it included.</param>
/// <param name="End">Where it ends, the comma that goes with it included.</param>
/// <param name="ValueStart">Where its value begins.</param>
/// <param name="ValueEnd">Where its value ends.</param>
internal readonly record struct Splice(SpliceKind Kind, int Start, int End, int ValueStart, int ValueEnd);
