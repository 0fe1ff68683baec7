using Turnpike.Configuration;

namespace Turnpike.Configuration.Tests;

/// <summary>A folder of one test, with a turnpike.json in it; deleted at the end.</summary>
internal sealed class Folder : IDisposable
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public string Path { get; } = Directory.CreateTempSubdirectory("turnpike-configuration-").FullName;

    public string ConfigFile => File("turnpike.json");

    public CommandLineSettings CommandLine { get; set; } = CommandLineSettings.None;

    public SettingsSources Sources { get; set; } = SettingsSources.Default;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public Folder With(string config)
    {
        System.IO.File.WriteAllText(ConfigFile, config);
        return this;
    }

    public Folder WithFile(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return this;
    }

    /// <summary>Puts another file in the place of one, at once.</summary>
    /// <param name="changedUtc">When the new one is said to have changed; now where it is null.</param>
    public void Replace(string name, string text, DateTime? changedUtc = null)
    {
        var next = File(name + ".new");
        System.IO.File.WriteAllText(next, text);
        if (changedUtc is { } time)
        {
            System.IO.File.SetLastWriteTimeUtc(next, time);
        }

        System.IO.File.Move(next, File(name), overwrite: true);
    }

    public Folder WithVariable(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    public SettingsResult Load() => SettingsLoader.Load(CommandLine, _environment, Path, Sources);

    /// <summary>The settings of a folder that has no fault.</summary>
    public TurnpikeSettings Settings()
    {
        var result = Load();
        Assert.Empty(result.Faults.Select(static f => f.ToString()));
        return result.Settings!;
    }

    /// <summary>The faults as they are printed.</summary>
    public string[] Faults()
    {
        var result = Load();
        Assert.Null(result.Settings);
        return [.. result.Faults.Select(static f => f.ToString())];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
