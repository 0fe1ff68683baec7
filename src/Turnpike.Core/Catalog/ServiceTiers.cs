namespace Turnpike.Core.Catalog;

/// <summary>The service tiers that endpoints of their own stand for.</summary>
public static class ServiceTiers
{
    public const string Priority = "priority";

    public const string Fast = "fast";

    public const string Flex = "flex";

    /// <summary>The tier that a tag ends with; null when it ends with none.</summary>
    public static string? OfTag(ReadOnlySpan<char> tag) =>
        tag.EndsWith("/priority", StringComparison.Ordinal) ? Priority
        : tag.EndsWith("/fast", StringComparison.Ordinal) ? Fast
        : tag.EndsWith("/flex", StringComparison.Ordinal) ? Flex
        : null;
}
