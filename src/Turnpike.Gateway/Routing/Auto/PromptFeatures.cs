namespace Turnpike.Gateway.Routing.Auto;

/// <summary>What is seen of a prompt without asking anyone: what it asks for, how hard that is, and what it needs.</summary>
internal readonly record struct PromptFeatures
{
    public TaskKind Kind { get; init; }

    /// <summary>How far the kind is ahead of the next one, from 0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>From 0 to 1; below 0.35 easy, from 0.6 on hard.</summary>
    public double Difficulty { get; init; }

    public PromptNeeds Needs { get; init; }

    /// <summary>Tokens of messages and tools, by rule: one for four bytes of text.</summary>
    public int PromptTokens { get; init; }

    /// <summary>The request's own limit on the answer; null when it sets none.</summary>
    public long? OutputLimit { get; init; }

    /// <summary>The prompt is not, or not only, in English.</summary>
    public bool IsForeign { get; init; }

    /// <summary>The band of the difficulty, as the labelled set has it.</summary>
    public string Band => Difficulty switch
    {
        < 0.35 => "easy",
        < 0.6 => "medium",
        _ => "hard",
    };

    /// <summary>Reads the body of a chat request in one forward pass, and classifies its last user message.</summary>
    /// <remarks>Pure and bounded: at most <see cref="PromptText.BytesMax"/> bytes of text are looked at, whatever the body has. A body that
    /// is no chat request has the features of an empty prompt.</remarks>
    public static PromptFeatures Read(ReadOnlySpan<byte> body) => TaskClassifier.Shipped.Classify(body);
}
