using System.Globalization;

namespace Turnpike.Storage.Journal;

/// <summary>Keeps a data directory for one server. The operating system lets go of it when the process dies, however it dies.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private const string LockName = "server.lock";
    private const string HolderName = "server.pid";
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="DataDirectoryInUseException">Another server has it.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        FileStream file;
        try
        {
            file = new FileStream(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new DataDirectoryInUseException(directory, Holder(directory), e);
        }

        File.WriteAllText(Path.Combine(directory, HolderName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new(file);
    }

    public void Dispose() => _file.Dispose();

    private static string? Holder(string directory)
    {
        var path = Path.Combine(directory, HolderName);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }
}
