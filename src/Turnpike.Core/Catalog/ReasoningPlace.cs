namespace Turnpike.Core.Catalog;

/// <summary>Where a provider puts the text of reasoning.</summary>
public enum ReasoningPlace
{
    /// <summary>It is not told.</summary>
    None,

    /// <summary><c>reasoning_content</c> beside <c>content</c>.</summary>
    ReasoningContent,

    /// <summary><c>reasoning</c> beside <c>content</c>.</summary>
    Reasoning,

    /// <summary><c>reasoning_details</c>, a list, with <c>reasoning</c> as its text.</summary>
    ReasoningDetails,

    /// <summary>In the content, between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c>.</summary>
    ThinkTags,

    /// <summary>In a part of the type <c>thinking</c> of a content that is then a list.</summary>
    ThinkingParts,
}
