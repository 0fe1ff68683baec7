namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>What is remembered of an answer that is rewritten, from chunk to chunk.</summary>
/// <param name="looksForTags">Its text may begin with a thought between tags.</param>
internal sealed class ChatProgress(bool looksForTags)
{
    /// <summary>False once the text has begun otherwise.</summary>
    public bool LooksForTags { get; set; } = looksForTags;

    /// <summary>The role has been told.</summary>
    public bool ToldRole { get; set; }

    /// <summary>What the chunks say of when they were made, unix seconds; zero while none has been told.</summary>
    public long Created { get; set; }

    /// <summary>The tool calls so far. Most answers have none.</summary>
    public ChatCalls Calls => field ??= new();

    public bool HasCalls { get; set; }
}
