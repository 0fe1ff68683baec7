using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Leaves out the beginning of an answer that repeats what it was begun with. An answer that begins otherwise is told as it comes.</summary>
/// <param name="expected">UTF-8.</param>
internal sealed class RepeatedStart(ReadOnlyMemory<byte> expected)
{
    private readonly ByteText _held = new(); // escaped
    private int _matched;

    /// <summary>Nothing is left out any more.</summary>
    public bool IsPast { get; private set; }

    public void Take(int choice, ReadOnlySpan<byte> escaped, AnswerSink sink)
    {
        var piece = new PooledBuffer();
        JsonText.AppendMeaning(ref piece, escaped);
        var wanted = expected.Span[_matched..];
        var common = piece.Span.CommonPrefixLength(wanted);
        if (common == wanted.Length)
        {
            IsPast = true;
            sink.Text(choice, JsonText.Inside(piece.Span[common..]));
        }
        else if (common == piece.Length)
        {
            _matched += common;
            _held.Append(escaped);
        }
        else
        {
            End(choice, sink);
            sink.Text(choice, escaped);
        }

        piece.Dispose();
    }

    /// <summary>What was held back is told.</summary>
    public void End(int choice, AnswerSink sink)
    {
        if (!IsPast)
        {
            IsPast = true;
            sink.Text(choice, _held.Span);
        }
    }
}
