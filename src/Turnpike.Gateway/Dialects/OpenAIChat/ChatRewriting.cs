namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>What became of an answer, or a chunk, on its way to a caller of the same dialect.</summary>
internal enum ChatRewriting
{
    /// <summary>It was appended, or there is nothing to tell of it.</summary>
    Done,

    /// <summary>It is none of the dialect.</summary>
    Garbage,

    /// <summary>It says something in a way that callers would not understand. Nothing was appended or counted.</summary>
    Deviates,
}
