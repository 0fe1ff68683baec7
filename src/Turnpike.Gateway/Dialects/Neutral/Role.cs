namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Who says a message.</summary>
internal enum Role
{
    System,

    /// <summary>OpenAI's newer word for <see cref="System"/>; other dialects know no difference.</summary>
    Developer,
    User,
    Assistant,

    /// <summary>The result of one tool call.</summary>
    Tool,
}
