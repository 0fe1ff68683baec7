namespace Turnpike.Configuration;

/// <summary>What settings were read from, so that the same can be read again when a file changes.</summary>
internal sealed record SettingsOrigin
{
    public required CommandLineSettings CommandLine { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    public required SettingsSources Sources { get; init; }

    /// <summary>The full path of turnpike.json, which is read when it appears.</summary>
    public required string ConfigFile { get; init; }
}
