namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>How a provider of OpenAI's formats is told which beginnings of a prompt to keep.</summary>
internal enum CacheMarkForm
{
    /// <summary>Not at all: it keeps what it likes, and may refuse to be told.</summary>
    None,

    /// <summary>Anthropic's <c>cache_control</c>, as hosts of several makers' models take it.</summary>
    CacheControl,

    /// <summary>OpenAI's own <c>prompt_cache_breakpoint</c>. How long is said for a whole request there, not by a mark.</summary>
    Breakpoint,
}
