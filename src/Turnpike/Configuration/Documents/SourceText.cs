using System.Text;

namespace Turnpike.Configuration.Documents;

/// <summary>The bytes of a configuration file, and where a byte stands in it.</summary>
/// <param name="name">The file as the operator names it; faults print it.</param>
/// <param name="utf8">The text without a byte order mark.</param>
internal sealed class SourceText(string name, byte[] utf8)
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    public string Name { get; } = name;

    public byte[] Utf8 { get; } = utf8.AsSpan().StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8;

    /// <summary>The line and the column of a byte, both from 1; the column counts UTF-16 units as editors do.</summary>
    public (int Line, int Column) PositionOf(int offset)
    {
        var before = Utf8.AsSpan(0, Math.Clamp(offset, 0, Utf8.Length));
        var line = before.Count((byte)'\n') + 1;
        var start = before.LastIndexOf((byte)'\n') + 1;
        return (line, Encoding.UTF8.GetCharCount(before[start..]) + 1);
    }

    public ConfigurationFault FaultAt(int offset, string path, string message)
    {
        var (line, column) = PositionOf(offset);
        return new(Name, line, column, path, message);
    }
}
