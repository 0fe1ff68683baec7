namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>The names of speakers, said before their words: for providers whose messages have no place for a name.</summary>
internal static class SpokenNames
{
    /// <summary>The request with names as words; the same where nobody has a name.</summary>
    public static NeutralRequest Of(NeutralRequest request) => request.Messages.Exists(static m => m.Name is not null)
        ? request with { Messages = [.. request.Messages.Select((m, i) => Said(m, i == request.Messages.Count - 1))] }
        : request;

    private static Message Said(Message message, bool isLast)
    {
        // An answer that the model is to go on with, or that its thoughts may be signed with, stays as it is.
        if (message.Name is not { Length: > 0 } name || (message.Role == Role.Assistant && (isLast || message.Parts.Exists(static p => p is ReasoningPart))))
        {
            return message with { Name = null };
        }

        var parts = message.Parts.ToList();
        var at = parts.FindIndex(static p => p is TextPart { IsEmpty: false });
        if (at >= 0)
        {
            var text = (TextPart)parts[at];
            parts[at] = text with { Text = $"{name}: {text.Text}" };
        }
        else if (parts.Exists(static p => p is MediaPart))
        {
            parts.Insert(0, new TextPart($"{name}:"));
        }

        return message with { Name = null, Parts = parts };
    }
}
