using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>Keeps the text that a caller was sent, so that another endpoint can go on with it.</summary>
/// <remarks>Not thread-safe; dispose it once.</remarks>
internal sealed class TextTap : IDisposable
{
    /// <summary>A longer text is not kept: it would have to be sent as a prompt.</summary>
    private const int BytesMax = 256 << 10;

    private PooledBuffer _text;

    /// <summary>Something has come that cannot be gone on with: a tool call, an image, a second choice, or too much text.</summary>
    public bool IsSpoilt { get; private set; }

    /// <summary>The inside of a JSON string.</summary>
    public ReadOnlySpan<byte> Escaped => _text.Span;

    /// <summary>Pieces that it came in; each has at least one token.</summary>
    public int Pieces { get; private set; }

    public void Append(ReadOnlySpan<byte> escaped)
    {
        if (IsSpoilt)
        {
            return;
        }

        if (_text.Length + escaped.Length > BytesMax)
        {
            Spoil();
            return;
        }

        _text.Append(escaped);
        Pieces++;
    }

    public void Spoil()
    {
        IsSpoilt = true;
        _text.Dispose();
    }

    public void Dispose() => _text.Dispose();
}
