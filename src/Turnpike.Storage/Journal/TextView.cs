using System.Text;

namespace Turnpike.Storage.Journal;

/// <summary>A text as it stands in the ring; a null <see cref="Start"/> is no text. Valid until its record is released.</summary>
internal readonly unsafe struct TextView(byte* start, int length)
{
    public byte* Start { get; } = start;

    public int Length { get; } = length;

    public bool IsNull => Start is null;

    public ReadOnlySpan<byte> Span => new(Start, Length);

    public override string? ToString() => IsNull ? null : Encoding.UTF8.GetString(Span);
}
