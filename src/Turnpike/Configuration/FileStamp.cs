using System.Security.Cryptography;

namespace Turnpike.Configuration;

/// <summary>A file as it was at one moment, to know a change by. Two of one path that are equal have the same content.</summary>
/// <remarks>The content is compared and not the time of the last change: a file that another of the same length replaces within a tick of
/// the file system's clock, or with its time kept, has changed.</remarks>
/// <param name="Path">The full path; links are followed.</param>
/// <param name="Exists">Whether something was there; false too where that could not be seen.</param>
/// <param name="Bytes">Its length; 0 when it could not be read.</param>
/// <param name="Sha256">Of the content, in hexadecimal; empty when it could not be read or was too large.</param>
internal readonly record struct FileStamp(string Path, bool Exists, long Bytes, string Sha256)
{
    /// <summary>Whether the file is still, or again, as it was. Reads it.</summary>
    public bool IsCurrent() => FileReading.Of(Path).Stamp == this;

    public static FileStamp Absent(string path) => new(path, false, 0, "");

    public static FileStamp Unreadable(string path) => new(path, true, 0, "");

    public static FileStamp TooLarge(string path, long bytes) => new(path, true, bytes, "");

    public static FileStamp Of(string path, ReadOnlySpan<byte> content) => new(path, true, content.Length, Convert.ToHexString(SHA256.HashData(content)));
}
