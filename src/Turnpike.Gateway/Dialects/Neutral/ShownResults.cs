namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>What tools show beside their texts, where a tool's message takes texts only: it follows as the user's, behind all results.</summary>
internal static class ShownResults
{
    /// <summary>The messages with results of text alone; the same where no result shows anything.</summary>
    public static List<Message> Apart(List<Message> messages)
    {
        if (!messages.Exists(static m => m.Parts.Exists(static p => p is ToolResultPart result && result.Content.Any(static c => c is MediaPart))))
        {
            return messages;
        }

        var apart = new List<Message>(messages.Count + 1);
        var shown = new List<Part>();
        for (var i = 0; i < messages.Count; i++)
        {
            shown.AddRange(messages[i].Parts.OfType<ToolResultPart>().SelectMany(static r => r.Content.Where(static p => p is MediaPart)));
            apart.Add(messages[i] with { Parts = messages[i].Parts.ConvertAll(static p => p is ToolResultPart result ? TextsOf(result) : p) });
            var isBetweenResults = i + 1 < messages.Count && messages[i + 1].Role == Role.Tool;
            if (shown.Count > 0 && !isBetweenResults)
            {
                apart.Add(new(Role.User, shown));
                shown = [];
            }
        }

        return apart;
    }

    private static ToolResultPart TextsOf(ToolResultPart result)
    {
        var texts = result.Content.Where(static p => p is not MediaPart).ToList();
        return result with { Content = texts.Count > 0 || result.Content.Count == 0 ? texts : [new TextPart("The result follows.")] };
    }
}
