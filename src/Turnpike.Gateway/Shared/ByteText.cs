namespace Turnpike.Gateway.Shared;

/// <summary>Text that is gathered piece by piece, as UTF-8 bytes. A text of one piece takes no more room than that.</summary>
internal sealed class ByteText
{
    private byte[] _bytes = [];
    private int _length;

    public int Length => _length;

    public bool IsEmpty => _length == 0;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    public void Append(ReadOnlySpan<byte> piece)
    {
        if (_bytes.Length - _length < piece.Length)
        {
            var wanted = checked(_length + piece.Length);
            Array.Resize(ref _bytes, _length == 0 ? wanted : (int)Math.Min(Array.MaxLength, Math.Max(wanted, 2L * _bytes.Length)));
        }

        piece.CopyTo(_bytes.AsSpan(_length));
        _length += piece.Length;
    }

    public void Clear() => _length = 0;
}
