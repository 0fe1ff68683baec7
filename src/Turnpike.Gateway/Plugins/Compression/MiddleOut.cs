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
        if (before > tokensMax)
        {
            RemoveMiddle(messages, before - tokensMax);
        }

        if (TokensOf(messages) > tokensMax)
        {
            Truncate(messages, tokensMax);
        }

        return before - TokensOf(messages);
    }

    private static long TokensOf(List<Message> messages) => messages.Sum(TokensOf);

    private static long TokensOf(Message message) => TokensPerMessage + message.Parts.Sum(TokensOf);

    private static long TokensOf(Part part) => part switch
    {
        TextPart text => (System.Text.Encoding.UTF8.GetByteCount(text.Text) + BytesPerToken - 1) / BytesPerToken,
        ToolResultPart result => result.Content.Sum(TokensOf),
        ToolCallPart call => (call.Arguments.Length + BytesPerToken - 1) / BytesPerToken,
        MediaPart => 1000,
        _ => 0,
    };

    // From the middle outwards, each message with the tools' answers to it: neither a system's nor the last of all, and one of the others stays.
    private static void RemoveMiddle(List<Message> messages, long excess)
    {
        var turns = Turns(messages);
        var (from, to) = (turns.Count / 2, turns.Count / 2); // those between go
        while (excess > 0 && from + turns.Count - to >= 2)
        {
            var turn = turns[from > turns.Count - to ? --from : to++];
            excess -= turn.Sum(i => TokensOf(messages[i]));
        }

        var gone = turns[from..to].SelectMany(static t => t).ToHashSet();
        var index = 0;
        messages.RemoveAll(_ => gone.Contains(index++));
    }

    private static List<List<int>> Turns(List<Message> messages)
    {
        var turns = new List<List<int>>();
        var isOpen = false; // a tool's answer behind a system's message is the system's
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role == Role.Tool && isOpen)
            {
                turns[^1].Add(i);
            }
            else
            {
                isOpen = messages[i].Role is not (Role.System or Role.Developer or Role.Tool);
                if (isOpen)
                {
                    turns.Add([i]);
                }
            }
        }

        if (turns.Count > 0 && turns[^1][^1] == messages.Count - 1)
        {
            turns.RemoveAt(turns.Count - 1);
        }

        return turns;
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
