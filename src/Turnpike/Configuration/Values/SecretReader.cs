using System.Collections.Immutable;
using Turnpike.Core.Shared;

namespace Turnpike.Configuration.Values;

/// <summary>Follows <c>env:NAME</c> and <c>file:PATH</c> to a secret; anything else is the secret itself.</summary>
/// <param name="environment">The process's variables.</param>
/// <param name="folder">The folder that paths are relative to.</param>
internal sealed class SecretReader(IReadOnlyDictionary<string, string> environment, string folder)
{
    /// <summary>The largest file that a secret is read from, bytes.</summary>
    private const int FileBytesMax = 64 << 10;

    private static readonly Secret OutOfReach = new("");

    private readonly List<FileStamp> _files = [];

    /// <summary>Whether one that cannot be read is a fault. Where it is not, an empty one stands in its place.</summary>
    public bool AreNeeded { get; init; } = true;

    /// <summary>The files as they were read, each once, so that a change in one is noticed.</summary>
    public ImmutableArray<FileStamp> Files => [.. _files.DistinctBy(static f => f.Path)];

    /// <returns>The secret, or what is wrong, without the secret in it.</returns>
    public (Secret? Secret, string? Fault) Read(string text)
    {
        var (secret, fault) = Follow(text);
        return fault is null || AreNeeded ? (secret, fault) : (OutOfReach, null);
    }

    private (Secret? Secret, string? Fault) Follow(string text)
    {
        if (text.StartsWith("env:", StringComparison.Ordinal))
        {
            var name = text[4..].Trim();
            return environment.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value)
                ? Checked(value, $"the environment variable {name}")
                : (null, $"names the environment variable {name}, which is not set");
        }

        return text.StartsWith("file:", StringComparison.Ordinal) ? ReadFile(text[5..].Trim()) : Checked(text, "the value");
    }

    /// <summary>Takes a secret as it is, without white space around it.</summary>
    public static (Secret? Secret, string? Fault) Checked(string value, string what)
    {
        var trimmed = value.Trim();
        return trimmed.Length == 0 ? (null, $"must not be empty, but {what} is")
            : trimmed.Any(static c => c is < ' ' or > '~') ? (null, $"must be printable ASCII on one line, but {what} is not")
            : (new(trimmed), null);
    }

    private (Secret? Secret, string? Fault) ReadFile(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
        {
            return (null, "must name a file after \"file:\"");
        }

        var full = Path.GetFullPath(path, folder);
        var reading = FileReading.Of(full);
        _files.Add(reading.Stamp);
        if (reading.Fault is { } fault)
        {
            return (null, $"names the file {path}, which cannot be read ({Reason(fault)})");
        }

        if (reading.Content is not { Length: <= FileBytesMax } content)
        {
            return (null, $"names the file {path}, which is larger than {FileBytesMax / 1024} KiB");
        }

        using var reader = new StreamReader(new MemoryStream(content));
        return Checked(reader.ReadToEnd(), $"the file {path}");
    }

    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it is not there",
        UnauthorizedAccessException => "access is denied",
        _ => "it cannot be opened",
    };
}
