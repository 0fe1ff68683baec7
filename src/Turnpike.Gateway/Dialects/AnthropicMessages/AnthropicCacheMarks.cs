using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Decides which parts of a prompt carry <c>cache_control</c>. The caller's own marks stand; where it set none, the ends of the tools, of the
/// system's words and of the last two turns of the user are marked, so that the next request of a conversation finds its prefix.</summary>
internal static class AnthropicCacheMarks
{
    /// <summary>Anthropic refuses more.</summary>
    public const int Max = 4;

    private const string Hour = "1h";

    private static readonly CacheMark Usual = new();
    private static readonly CacheMark OfHour = new(Hour);

    /// <returns>The marks of the tools, by their place.</returns>
    public static CacheMark?[] Place(NeutralRequest request, IReadOnlyList<Tool> tools, AnthropicPrompt prompt)
    {
        var marks = tools.Select(static t => t.Cache).ToArray();
        var blocks = prompt.System.Concat(prompt.Turns.SelectMany(static t => t.Blocks)).ToList();
        if (request.Cache is { } whole && blocks.FindLast(static b => b.TakesMark) is { } last)
        {
            last.Mark ??= whole;
        }

        var count = marks.Count(static m => m is not null) + blocks.Count(static b => b.Mark is not null);
        if (count == 0)
        {
            PlaceUsual(marks, prompt);
        }

        // The later a mark, the longer the prefix that it keeps: of too many the first go.
        for (var i = 0; i < marks.Length && count > Max; i++)
        {
            count -= marks[i] is null ? 0 : 1;
            marks[i] = null;
        }

        foreach (var block in blocks.Where(static b => b.Mark is not null).Take(Math.Max(0, count - Max)))
        {
            block.Mark = null;
        }

        Lengthen(marks, blocks);
        return marks;
    }

    // A mark of an hour behind one of five minutes is refused; what is kept for an hour is kept with all that stands before it.
    private static void Lengthen(CacheMark?[] tools, List<AnthropicBlock> blocks)
    {
        var last = blocks.FindLastIndex(static b => b.Mark is { Ttl: Hour });
        foreach (var block in blocks.Take(Math.Max(0, last)).Where(static b => b.Mark is not null))
        {
            block.Mark = OfHour;
        }

        var lastTool = last >= 0 ? tools.Length : Array.FindLastIndex(tools, static t => t is { Ttl: Hour });
        for (var i = 0; i < lastTool; i++)
        {
            tools[i] = tools[i] is null ? null : OfHour;
        }
    }

    private static void PlaceUsual(CacheMark?[] tools, AnthropicPrompt prompt)
    {
        if (tools.Length > 0)
        {
            tools[^1] = Usual;
        }

        Mark(prompt.System);
        foreach (var turn in prompt.Turns.Where(static t => !t.IsAssistant).TakeLast(2))
        {
            Mark(turn.Blocks);
        }
    }

    private static void Mark(List<AnthropicBlock> blocks)
    {
        if (blocks.FindLast(static b => b.TakesMark) is { } last)
        {
            last.Mark = Usual;
        }
    }
}
