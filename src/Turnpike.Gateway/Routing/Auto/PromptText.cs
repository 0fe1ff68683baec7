using System.Globalization;
using System.Text;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>The text that is looked at: unescaped, in lower case, accents taken off, in a buffer of the caller's.</summary>
/// <remarks>Of a long text its beginning and its end: what is asked stands there, and what it is asked about between.</remarks>
internal ref struct PromptText(Span<byte> buffer)
{
    /// <summary>The most that is looked at, bytes.</summary>
    public const int BytesMax = 8192;

    // UTF-8's C3 80 to C3 BF, the letters of Western Europe, without their marks.
    private static ReadOnlySpan<byte> WithoutMarks => "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"u8;

    private readonly Span<byte> _buffer = buffer;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Bytes => _buffer[..Length];

    /// <summary>Adds texts of a body, each on a line of its own, as far as the buffer goes.</summary>
    public void Append(ReadOnlySpan<byte> body, in TextRanges texts)
    {
        for (var i = 0; i < texts.Count && Length < _buffer.Length; i++)
        {
            var (start, length) = texts[i];
            AppendEnds(body.Slice(start, length));
            Put((byte)'\n');
        }
    }

    /// <summary>Adds a text as it stands in a data file.</summary>
    public void AppendPlain(scoped ReadOnlySpan<byte> text)
    {
        var i = 0;
        while (i < text.Length)
        {
            i += PutFolded(text[i..]);
        }
    }

    private void AppendEnds(scoped ReadOnlySpan<byte> escaped)
    {
        var room = _buffer.Length - Length;
        if (escaped.Length <= room)
        {
            AppendEscaped(escaped);
            return;
        }

        AppendEscaped(escaped[..(room / 2)]);
        AppendEscaped(escaped[^(room / 2)..]);
    }

    private void AppendEscaped(scoped ReadOnlySpan<byte> escaped)
    {
        var i = 0;
        while (i < escaped.Length)
        {
            i += escaped[i] == '\\' ? PutEscape(escaped[i..]) : PutFolded(escaped[i..]);
        }
    }

    /// <returns>How many bytes were read.</returns>
    private int PutEscape(scoped ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
        {
            return text.Length;
        }

        if (text[1] != 'u')
        {
            Put(text[1] is (byte)'n' or (byte)'r' or (byte)'t' ? (byte)'\n' : text[1]);
            return 2;
        }

        if (text.Length < 6 || !ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
        {
            return text.Length < 6 ? text.Length : 6;
        }

        Span<byte> utf8 = stackalloc byte[3];
        var rune = new Rune(char.IsSurrogate((char)unit) ? '\uFFFD' : (char)unit); // what pairs of surrogates write is no word of ours
        AppendPlain(utf8[..rune.EncodeToUtf8(utf8)]);
        return 6;
    }

    private int PutFolded(scoped ReadOnlySpan<byte> text)
    {
        var first = text[0];
        if (first < 0x80)
        {
            Put(first is >= (byte)'A' and <= (byte)'Z' ? (byte)(first | 0x20) : first);
            return 1;
        }

        if (first == 0xC3 && text.Length > 1)
        {
            Put(WithoutMarks[text[1] & 0x3F]);
            return 2;
        }

        if (first == 0xC2 && text.Length > 1)
        {
            Put((byte)' '); // marks and signs of Latin-1: no-break spaces, inverted question marks, guillemets
            return 2;
        }

        if (IsQuote(text))
        {
            Put((byte)'\'');
            return 3;
        }

        Put(first);
        return 1;
    }

    // ’ as phones and word processors write it.
    private static bool IsQuote(scoped ReadOnlySpan<byte> text) => text.Length > 2 && text[0] == 0xE2 && text[1] == 0x80 && text[2] == 0x99;

    private void Put(byte value)
    {
        if (Length < _buffer.Length)
        {
            _buffer[Length++] = value;
        }
    }
}
