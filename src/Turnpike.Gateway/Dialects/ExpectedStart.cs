using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>Compares the beginning of a text, in whatever pieces it comes, with the one that is expected, and holds back what agrees.</summary>
/// <param name="expected">UTF-8.</param>
internal sealed class ExpectedStart(ReadOnlyMemory<byte> expected)
{
    private readonly ByteText _held = new(); // escaped
    private int _matched;

    /// <summary>The beginning is over, as expected or otherwise: nothing is held back any more.</summary>
    public bool IsPast { get; private set; } = expected.IsEmpty;

    /// <summary>Takes the next piece of a beginning that is not over.</summary>
    /// <param name="escaped">The inside of a JSON string.</param>
    /// <param name="rest">What follows the expected beginning where the piece completes it, as the inside of a JSON string.</param>
    public StartStep Take(ReadOnlySpan<byte> escaped, out byte[] rest)
    {
        rest = [];
        var piece = new PooledBuffer();
        try
        {
            JsonText.AppendMeaning(ref piece, escaped);
            var wanted = expected.Span[_matched..];
            var common = piece.Span.CommonPrefixLength(wanted);
            if (common == wanted.Length)
            {
                IsPast = true;
                rest = JsonText.Inside(piece.Span[common..]);
                return StartStep.Complete;
            }

            if (common < piece.Length)
            {
                return StartStep.Differs;
            }

            _matched += common;
            _held.Append(escaped);
            return StartStep.Held;
        }
        finally
        {
            piece.Dispose();
        }
    }

    /// <summary>Ends a beginning that is not the expected one, and gives what was held back of it; nothing where it is over.</summary>
    public ReadOnlySpan<byte> Leave()
    {
        if (IsPast)
        {
            return default;
        }

        IsPast = true;
        return _held.Span;
    }
}
