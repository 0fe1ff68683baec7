using System.Buffers;

namespace Turnpike.Gateway.Shared;

/// <summary>Text that is gathered piece by piece, as UTF-8 bytes.</summary>
internal sealed class ByteText
{
    private ArrayBufferWriter<byte>? _bytes;

    public bool IsEmpty => _bytes is null || _bytes.WrittenCount == 0;

    public ReadOnlySpan<byte> Span => _bytes is null ? default : _bytes.WrittenSpan;

    public void Append(ReadOnlySpan<byte> piece)
    {
        if (!piece.IsEmpty)
        {
            (_bytes ??= new()).Write(piece);
        }
    }

    public void Clear() => _bytes?.ResetWrittenCount();
}
