namespace Turnpike.Core.Catalog;

/// <summary>Where the usage of a stream comes.</summary>
public enum UsagePlace
{
    /// <summary>In a last chunk without choices, when <c>stream_options.include_usage</c> asks for it.</summary>
    OnRequest,

    /// <summary>In the last chunk, asked for or not.</summary>
    LastChunk,

    /// <summary>In each chunk, as what was used until then: the last one counts.</summary>
    EveryChunk,

    /// <summary>In the last chunk, inside its choice at times.</summary>
    InChoice,
}
