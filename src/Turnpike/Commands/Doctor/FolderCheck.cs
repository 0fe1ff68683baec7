using System.Runtime.Versioning;
using Turnpike.Catalog;
using Turnpike.Configuration;

namespace Turnpike.Commands.Doctor;

/// <summary>Looks at the data folder and the configuration file as the file system has them.</summary>
internal static class FolderCheck
{
    private const long FreeBytesMin = 100L << 20;
    private const long FreeBytesComfortable = 1L << 30;

    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const UnixFileMode GroupAndOthers = Others | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Settings beside which secrets stand.</summary>
    private static readonly string[] SecretWords = ["\"key\"", "\"headers\"", "postgres:", "postgresql:"];

    public static IEnumerable<Finding> Run(TurnpikeSettings settings)
    {
        var folder = settings.Storage.DataDirectory;
        yield return Writable(folder);
        var exists = Directory.Exists(folder);
        if (exists)
        {
            yield return Space(folder);
        }

        if (!OperatingSystem.IsWindows() && exists)
        {
            yield return Permissions(folder);
        }

        var prices = CatalogOverlay.PathIn(folder);
        foreach (var file in settings.Files.Select(static f => f.Path).Where(File.Exists))
        {
            if (!OperatingSystem.IsWindows() && file != prices)
            {
                yield return SecretPermissions(file, holdsSecrets: file != settings.Origin.ConfigFile || MayHoldSecrets(file));
            }
        }
    }

    private static Finding Writable(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return Finding.Note("data folder", $"{folder} is not there yet; the first start makes it.");
        }

        var probe = Path.Combine(folder, $".doctor-{Environment.ProcessId}");
        try
        {
            File.WriteAllBytes(probe, [1]);
            File.Delete(probe);
            return Finding.Ok("data folder", $"{folder} can be written.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Fault("data folder", $"{folder} cannot be written ({e.Message}) Give it to the user that runs Turnpike.");
        }
    }

    private static Finding Space(string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = $"{free >> 20} MiB free in {folder}.";
        return free switch
        {
            < FreeBytesMin => Finding.Fault("disk space", $"{text} Make room: without it nothing can be booked, and requests are refused."),
            < FreeBytesComfortable => Finding.Note("disk space", $"{text} That is little."),
            _ => Finding.Ok("disk space", text),
        };
    }

    [UnsupportedOSPlatform("windows")]
    private static Finding Permissions(string folder) =>
        (File.GetUnixFileMode(folder) & Others) != 0 && Directory.EnumerateFiles(folder).Any(static f => (File.GetUnixFileMode(f) & Others) != 0)
            ? Finding.Note("permissions", $"Every user of this machine can read the books in {folder}. Close it with: chmod 700 {folder}")
            : Finding.Ok("permissions", $"{folder} is closed to other users.");

    [UnsupportedOSPlatform("windows")]
    private static Finding SecretPermissions(string file, bool holdsSecrets) =>
        (File.GetUnixFileMode(file) & GroupAndOthers) != 0 && holdsSecrets
            ? Finding.Note("permissions", $"{file} holds secrets and is not closed to other users. Close it with: chmod 600 {file}")
            : Finding.Ok("permissions", $"{file} holds no secrets, or is closed to other users.");

    private static bool MayHoldSecrets(string file)
    {
        var text = File.ReadAllText(file);
        return SecretWords.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
