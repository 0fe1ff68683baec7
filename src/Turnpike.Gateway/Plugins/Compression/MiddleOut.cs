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

    // What is left is one long message or two: the longest texts lose their middles, those of tools' answers too.
    private static void Truncate(List<Message> messages, long tokensMax)
    {
        for (var rounds = 0; rounds < 64 && TokensOf(messages) is var tokens && tokens > tokensMax; rounds++)
        {
            var (message, index, text) = messages.SelectMany(static m => m.Parts.Select((part, i) => (Message: m, Index: i, Text: LongestOf(part))))
                .MaxBy(static at => at.Text?.Text.Length ?? 0);
            if (text is null)
            {
                return;
            }

            var shorter = text with { Text = Shorten(text.Text, (tokens - tokensMax) * BytesPerToken) };
            message.Parts[index] = message.Parts[index] is ToolResultPart result
                ? result with { Content = [.. result.Content.Select(c => ReferenceEquals(c, text) ? shorter : c)] }
                : shorter;
        }
    }

    private static TextPart? LongestOf(Part part) => part switch
    {
        TextPart { Text.Length: > 16 } text => text,
        ToolResultPart result => result.Content.Select(LongestOf).MaxBy(static t => t?.Text.Length ?? 0),
        _ => null,
    };

    // By its share of bytes, of which a letter has up to four; none is cut in two.
    private static string Shorten(string text, long excess)
    {
        long bytes = System.Text.Encoding.UTF8.GetByteCount(text);
        var left = Math.Max(0, bytes - excess - System.Text.Encoding.UTF8.GetByteCount(Gap));
        var keep = (int)Math.Clamp(text.Length * left / bytes, 8, text.Length - 8);
        var (head, tail) = (keep / 2, text.Length - (keep - (keep / 2)));
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return text[..head] + Gap + text[tail..];
    }
}
