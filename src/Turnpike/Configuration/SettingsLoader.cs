using System.Collections.Immutable;
using Turnpike.Catalog;
using Turnpike.Catalog.Shipped;
using Turnpike.Configuration.Documents;
using Turnpike.Configuration.Values;
using Turnpike.Storage;

namespace Turnpike.Configuration;

/// <summary>Puts the settings together: command line over environment over file over defaults.</summary>
internal static class SettingsLoader
{
    public const string FileName = "turnpike.json";

    private static readonly StorageOptions StorageDefaults = new() { DataDirectory = "" };

    /// <summary>Reads everything and reports every fault at once.</summary>
    /// <param name="environment">The process's variables; those of providers enable them.</param>
    /// <param name="workingDirectory">A full path, against which the paths of the command line and the environment are resolved.</param>
    public static SettingsResult Load(
        CommandLineSettings overrides, IReadOnlyDictionary<string, string> environment, string workingDirectory) =>
        Load(overrides, environment, workingDirectory, SettingsSources.Default);

    /// <summary>Reads again what <paramref name="origin"/> was read from.</summary>
    public static SettingsResult Load(SettingsOrigin origin) =>
        Load(origin.CommandLine, origin.Environment, origin.WorkingDirectory, origin.Sources);

    public static SettingsResult Load(
        CommandLineSettings overrides, IReadOnlyDictionary<string, string> environment, string workingDirectory, SettingsSources sources)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        ArgumentNullException.ThrowIfNull(environment);
        var faults = new FaultList();
        var variables = EnvironmentSettings.Read(environment, faults);
        var named = overrides.Config ?? variables.Config;
        var configFile = Path.GetFullPath(named ?? FileName, workingDirectory);
        var origin = new SettingsOrigin
        {
            CommandLine = overrides,
            Environment = environment,
            WorkingDirectory = workingDirectory,
            Sources = sources,
            ConfigFile = configFile,
        };

        var folder = Path.GetDirectoryName(origin.ConfigFile) ?? workingDirectory;
        var context = new ReadingContext { Faults = faults, Secrets = new(environment, folder) { AreNeeded = sources.NeedsSecrets }, Today = sources.Today };
        var reading = FileReading.Of(configFile);
        var document = Parse(named, reading, faults);
        var root = document is null ? null : new ObjectReader(document, context);
        var file = root is null ? new() : ConfigurationReader.Read(root, folder);

        var settings = Settings(origin, variables, file, faults);
        var assembly = new CatalogAssembly(ShippedCatalog.Open(sources.CatalogDirectory, context), environment, context) { EveryProvider = sources.EveryProvider };
        var overlay = FileReading.Of(CatalogOverlay.PathIn(settings.Storage.DataDirectory));
        var catalog = assembly.Build(sources.BuiltIn, CatalogOverlay.Read(overlay, context), root);
        var quality = QualityReader.Read(sources.CatalogDirectory, context);
        root?.Done();
        ImmutableArray<FileStamp> files = [reading.Stamp, overlay.Stamp, .. context.Secrets.Files];
        return new()
        {
            Settings = faults.Count > 0 ? null : settings with { Catalog = catalog, Quality = quality, Notices = assembly.Notices, Files = files },
            Faults = faults.InOrder(),
            Files = files,
        };
    }

    /// <summary>Parses the file; null where there is none or it is no JSON.</summary>
    private static DocumentNode? Parse(string? named, FileReading reading, FaultList faults)
    {
        var name = named ?? FileName;
        if (reading.Content is { } content)
        {
            return DocumentParser.Parse(new(name, content), faults, new());
        }

        if (!reading.Stamp.Exists)
        {
            if (named is not null)
            {
                faults.Add(ConfigurationFault.Of(name, "is not there"));
            }
        }
        else
        {
            faults.Add(ConfigurationFault.Of(name, reading.Fault is { } fault
                ? "cannot be read: " + fault.Message
                : $"is larger than {FileReading.BytesMax >> 20} MiB"));
        }

        return null;
    }

    private static TurnpikeSettings Settings(SettingsOrigin origin, CommandLineSettings variables, FileSettings file, FaultList faults)
    {
        var line = origin.CommandLine;
        var urls = Addresses(line.Urls, "--urls", variables.Urls, "TURNPIKE_URLS", faults) ?? file.Urls ?? [TurnpikeSettings.DefaultUrl];
        var adminUrls = Addresses(line.AdminUrls, "--admin-urls", variables.AdminUrls, "TURNPIKE_ADMIN_URLS", faults) ?? file.AdminUrls ?? [];
        if (urls.Intersect(adminUrls, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } both)
        {
            faults.Add(ConfigurationFault.Of("adminUrls", $"must differ from urls, but both have {both}"));
        }

        var data = line.Data ?? variables.Data;
        return new()
        {
            Gateway = file.Gateway with { AdminUrls = adminUrls },
            Storage = new()
            {
                DataDirectory = data is null ? file.Data ?? Path.Combine(origin.WorkingDirectory, "data") : Path.GetFullPath(data, origin.WorkingDirectory),
                Database = Database(line.Database, "--database", origin.WorkingDirectory, faults)
                    ?? Database(variables.Database, "TURNPIKE_DATABASE", origin.WorkingDirectory, faults)
                    ?? file.Database,
                JournalBytes = file.JournalBytes ?? StorageDefaults.JournalBytes,
                Durability = line.Durability ?? variables.Durability ?? file.Durability ?? StorageDefaults.Durability,
            },
            StartingCredit = file.StartingCredit ?? TurnpikeSettings.DefaultStartingCredit,
            Urls = urls,
            LocalEngines = line.LocalEngines ?? variables.LocalEngines ?? file.LocalEngines ?? false,
            LogLevel = line.LogLevel ?? variables.LogLevel ?? file.LogLevel ?? LogLevel.Information,
            Origin = origin,
        };
    }

    private static ImmutableArray<string>? Addresses(
        IReadOnlyList<string>? line, string option, IReadOnlyList<string>? variables, string variable, FaultList faults)
    {
        if ((line ?? variables) is not { } texts)
        {
            return null;
        }

        var addresses = ListenAddresses.Split(texts);
        if (addresses.Length == 0)
        {
            faults.Add(ConfigurationFault.Of(line is null ? variable : option, "must have at least one address"));
        }

        foreach (var address in addresses)
        {
            if (ListenAddresses.Fault(address) is { } fault)
            {
                faults.Add(ConfigurationFault.Of(line is null ? variable : option, $"{fault}, but is {DocumentNode.ShownText(address)}"));
            }
        }

        return addresses;
    }

    private static string? Database(string? name, string source, string folder, FaultList faults)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        if (DatabaseName.Fault(name) is { } fault)
        {
            faults.Add(ConfigurationFault.Of(source, fault));
            return null;
        }

        return DatabaseName.Resolve(name, folder);
    }
}
