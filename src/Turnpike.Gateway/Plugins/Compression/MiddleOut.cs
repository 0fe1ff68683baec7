using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Plugins.Compression;

/// <summary>Shortens a conversation from its middle: models heed beginnings and ends most. Pure.</summary>
/// <remarks>System messages and the last message stay whole while anything else is there to shorten; a tool's answer goes with its call.</remarks>
internal static class MiddleOut
{
    private const int BytesPerToken = 4;
    private const int TokensPerMessage = 4;
    private const string Gap = "\n…\n";

    /// <summary>Shortens until the conversation fits, by the rule of four bytes a token. Answers how many tokens went.</summary>
    public static long Compress(List<Message> messages, long tokensMax)
    {
        var before = TokensOf(messages);
        while (TokensOf(messages) > tokensMax && Middle(messages) is { } middle)
        {
            RemoveWithAnswers(messages, middle);
        }

        if (TokensOf(messages) > tokensMax)
        {
            Truncate(messages, tokensMax);
        }

        return before - TokensOf(messages);
    }

    private static long TokensOf(List<Message> messages) => messages.Sum(static m => TokensPerMessage + m.Parts.Sum(TokensOf));

    private static long TokensOf(Part part) => part switch
    {
        TextPart text => (System.Text.Encoding.UTF8.GetByteCount(text.Text) + BytesPerToken - 1) / BytesPerToken,
        ToolResultPart result => result.Content.Sum(TokensOf),
        ToolCallPart call => (call.Arguments.Length + BytesPerToken - 1) / BytesPerToken,
        MediaPart => 1000,
        _ => 0,
    };

    // The message nearest to the middle that may go: neither the system's, nor the first or last of the others.
    private static int? Middle(List<Message> messages)
    {
        var free = Enumerable.Range(0, messages.Count - 1).Where(i => messages[i].Role is not (Role.System or Role.Developer)).ToList();
        return free.Count < 2 ? null : free[free.Count / 2];
    }

    private static void RemoveWithAnswers(List<Message> messages, int index)
    {
        // A tool's answer is found with the call before it, so that neither is left alone.
        while (index > 0 && messages[index].Role == Role.Tool)
        {
            index--;
        }

        var count = 1;
        while (index + count < messages.Count - 1 && messages[index + count].Role == Role.Tool)
        {
            count++;
        }

        messages.RemoveRange(index, count);
    }

    // What is left is one long message or two: the longest texts lose their middles.
    private static void Truncate(List<Message> messages, long tokensMax)
    {
        for (var rounds = 0; rounds < 64 && TokensOf(messages) > tokensMax; rounds++)
        {
            var (message, index) = messages.SelectMany(static m => m.Parts.Select((_, i) => (Message: m, Index: i)))
                .Where(static at => at.Message.Parts[at.Index] is TextPart { Text.Length: > 16 })
                .OrderByDescending(static at => ((TextPart)at.Message.Parts[at.Index]).Text.Length)
                .FirstOrDefault();
            if (message is null)
            {
                return;
            }

            var text = (TextPart)message.Parts[index];
            var excess = (TokensOf(messages) - tokensMax) * BytesPerToken;
            var keep = (int)Math.Max(8, Math.Min(text.Text.Length - excess - Gap.Length, text.Text.Length - 8));
            message.Parts[index] = text with { Text = text.Text[..(keep / 2)] + Gap + text.Text[^(keep - (keep / 2))..] };
        }
    }
}
