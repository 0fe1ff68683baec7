using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Messages for providers that take turns in a certain order only (<c>strictTurns</c>): the system speaks before all others, behind a
/// tool's result the model does, and nobody's turn of the model's is empty.</summary>
internal static class ChatStrictTurns
{
    private static readonly Message Done = new(Role.Assistant, [new TextPart("Done.")]);

    /// <summary>The messages in that order: what the system says later is the user's text, and between a result and a user stands a word of
    /// the model's. Turns that say nothing are left out.</summary>
    public static IEnumerable<Message> Of(IEnumerable<Message> messages)
    {
        var isHead = true;
        Role? before = null;
        foreach (var message in messages)
        {
            var isSystem = message.Role is Role.System or Role.Developer;
            isHead &= isSystem;
            var role = isSystem && !isHead ? Role.User : message.Role;
            if (role == Role.Assistant && message.Parts.TrueForAll(IsNothing))
            {
                continue;
            }

            if (before == Role.Tool && role == Role.User)
            {
                yield return Done;
            }

            yield return role == message.Role ? message : message with { Role = role };
            before = role;
        }
    }

    private static bool IsNothing(Part part) => part is ReasoningPart or TextPart { IsBlank: true };
}
