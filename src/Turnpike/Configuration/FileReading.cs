namespace Turnpike.Configuration;

/// <summary>What came of reading a file once: its content or why there is none, and the stamp of exactly that.</summary>
/// <remarks>Because content and stamp are of the same bytes, a change after the reading cannot be taken for what was read.</remarks>
internal sealed class FileReading
{
    /// <summary>The largest file that is read, bytes.</summary>
    public const int BytesMax = 16 << 20;

    private FileReading(FileStamp stamp) => Stamp = stamp;

    public FileStamp Stamp { get; }

    /// <summary>Null when the file could not be read or is larger than <see cref="BytesMax"/>.</summary>
    public byte[]? Content { get; private init; }

    /// <summary>Why the file could not be read: <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/> and their kind.</summary>
    public Exception? Fault { get; private init; }

    /// <param name="path">A full path; links are followed.</param>
    public static FileReading Of(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > BytesMax)
            {
                return new(FileStamp.TooLarge(path, stream.Length));
            }

            var bytes = new byte[stream.Length];
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var content = bytes[..count];
            return new(FileStamp.Of(path, content)) { Content = content };
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(FileStamp.Absent(path)) { Fault = exception };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // NotSupportedException: a pipe or a terminal, which has no length and cannot be read twice.
            return new(FileStamp.Unreadable(path)) { Fault = exception };
        }
    }
}
