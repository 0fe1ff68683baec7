namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>For dialects in which only users show images and their like: what an assistant, or a tool, shows beside its words follows as the user's,
/// behind all results of the turn. The model still sees it.</summary>
internal static class ShownMedia
{
    private static readonly TextPart Follows = new("The result follows.");

    /// <param name="ofTools">False for dialects whose tools show images themselves.</param>
    public static List<Message> Moved(List<Message> messages, bool ofTools = true) =>
        messages.Exists(static m => m.Role is Role.Assistant or Role.Tool && m.Parts.Exists(static p => p is MediaPart or ToolResultPart))
            ? [.. Move(messages, ofTools)]
            : messages;

    private static IEnumerable<Message> Move(List<Message> messages, bool ofTools)
    {
        List<Part> shown = [];
        foreach (var message in messages)
        {
            if (message.Role != Role.Tool && shown.Count > 0)
            {
                yield return new(Role.User, shown);
                shown = [];
            }

            yield return ofTools && message.Parts is [ToolResultPart result] ? message with { Parts = [Without(result, shown)] }
                : message.Role == Role.Assistant && message.Parts.Exists(static p => p is MediaPart) ? message with { Parts = Without(message.Parts, shown) }
                : message;
        }

        if (shown.Count > 0)
        {
            yield return new(Role.User, shown);
        }
    }

    private static ToolResultPart Without(ToolResultPart result, List<Part> shown)
    {
        var texts = Without(result.Content, shown);
        return texts.Count == result.Content.Count ? result : result with { Content = texts.Count > 0 ? texts : [Follows] };
    }

    private static List<Part> Without(IReadOnlyList<Part> parts, List<Part> shown)
    {
        shown.AddRange(parts.Where(static p => p is MediaPart));
        return [.. parts.Where(static p => p is not MediaPart)];
    }
}
