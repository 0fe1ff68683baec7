using System.Text;

namespace Turnpike.TestKit;

/// <summary>One line block of an event stream: a comment, or the data of an event.</summary>
/// <param name="Event">What the event is called; null where it has no name.</param>
public readonly record struct SseItem(string? Comment, string? Data, string? Event = null)
{
    public bool IsDone => Data == "[DONE]";
}

/// <summary>Reads an event stream as its standard says, by hand and slowly: LF, CRLF or CR, comments, data in several lines.</summary>
public static class SseReader
{
    /// <summary>Gives comments and events as they come; ends with the stream. An event without its blank line is not given.</summary>
    public static async IAsyncEnumerable<SseItem> ReadAsync(
        Stream stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), leaveOpen: true);
        StringBuilder? data = null;
        string? name = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (data is not null)
                {
                    yield return new(null, data.ToString(), name);
                    data = null;
                }

                name = null;
            }
            else if (line[0] == ':')
            {
                yield return new(line[1..].TrimStart(' '), null);
            }
            else if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                name = line[6..].TrimStart(' ');
            }
            else if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                data = data?.Append('\n') ?? new();
                data.Append(line.AsSpan(line is ['d', 'a', 't', 'a', ':', ' ', ..] ? 6 : 5));
            }
        }
    }
}
