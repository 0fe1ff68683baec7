namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>The way of an answer's text to the sink: without what the answer was begun with where a provider repeats that, and without a
/// thought at its beginning that stands between tags.</summary>
/// <param name="thinksInTags">Thoughts are looked for.</param>
/// <param name="repeated">What the answer was begun with, UTF-8; empty where it is not repeated.</param>
internal sealed class ChatText(bool thinksInTags, ReadOnlyMemory<byte> repeated)
{
    private static readonly ChatText Plain = new(thinksInTags: false, repeated: default); // remembers nothing

    private readonly List<(int Choice, ExpectedStart? Start, ThinkTags? Tags)> _choices = [];
    private readonly bool _isPlain = !thinksInTags && repeated.IsEmpty;

    /// <summary>One for an answer.</summary>
    public static ChatText For(bool thinksInTags, ReadOnlyMemory<byte> repeated) =>
        thinksInTags || !repeated.IsEmpty ? new(thinksInTags, repeated) : Plain;

    /// <param name="escaped">The inside of a JSON string.</param>
    public void Take(int choice, ReadOnlySpan<byte> escaped, AnswerSink sink)
    {
        if (_isPlain)
        {
            sink.Text(choice, escaped);
            return;
        }

        var (start, tags) = Of(choice);
        if (start is { IsPast: false })
        {
            TakeStart(start, choice, escaped, sink);
        }
        else if (tags is not null)
        {
            tags.Take(escaped, sink);
        }
        else
        {
            sink.Text(choice, escaped);
        }
    }

    /// <summary>The choice has ended: what was held back is told.</summary>
    public void End(int choice, AnswerSink sink)
    {
        if (!_isPlain)
        {
            var (start, tags) = Of(choice);
            sink.Text(choice, start is null ? default : start.Leave());
            tags?.End(sink);
        }
    }

    // An answer that begins otherwise is told as it comes.
    private static void TakeStart(ExpectedStart start, int choice, ReadOnlySpan<byte> escaped, AnswerSink sink)
    {
        switch (start.Take(escaped, out var rest))
        {
            case StartStep.Held:
                break;
            case StartStep.Complete:
                sink.Text(choice, rest);
                break;
            case StartStep.Differs:
                sink.Text(choice, start.Leave());
                sink.Text(choice, escaped);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private (ExpectedStart? Start, ThinkTags? Tags) Of(int choice)
    {
        foreach (var known in _choices)
        {
            if (known.Choice == choice)
            {
                return (known.Start, known.Tags);
            }
        }

        var start = repeated.IsEmpty ? null : new ExpectedStart(repeated);
        var tags = thinksInTags && start is null ? new ThinkTags(choice) : null; // what was begun in text is past its thoughts
        _choices.Add((choice, start, tags));
        return (start, tags);
    }
}
