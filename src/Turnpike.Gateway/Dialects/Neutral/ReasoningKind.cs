namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>What a piece of reasoning consists of.</summary>
internal enum ReasoningKind
{
    Text,
    Summary,
    Encrypted,
}
