namespace Turnpike.Configuration;

/// <summary>What settings were read from, so that the same can be read again when the file changes.</summary>
internal sealed record SettingsOrigin
{
    public required CommandLineSettings CommandLine { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>The full path of the file that is read, or would be when it appears.</summary>
    public required string ConfigFile { get; init; }
}
