using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Turnpike.Storage.Sqlite;

/// <summary>Decides which SQLite is used: the system's, kept up to date by its owner, or else the one that ships with us.</summary>
internal static class SqliteLibrary
{
    /// <summary>The name by which the packages, and <see cref="NativeSqlite"/>, ask for it.</summary>
    public const string Name = "e_sqlite3";

    /// <summary>3.35: UPDATE … RETURNING. The bundled one has it.</summary>
    private const int VersionLeast = 3_035_000;

    private static readonly string[] SystemNames = OperatingSystem.IsWindows() ? ["winsqlite3.dll"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"] : ["libsqlite3.so.0"];

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>Loads SQLite once for the process. Answers its version.</summary>
    public static string EnsureLoaded() => Loaded.Value;

    /// <summary>Whose library was loaded: <c>the system's</c> or <c>bundled</c>. Null before it was.</summary>
    public static string? Origin { get; private set; }

    private static string Load()
    {
        var system = FindSystem();
        Origin = system != 0 ? "the system's" : "bundled";
        if (system != 0)
        {
            DllImportResolver resolver = (name, _, _) => name == Name ? system : 0;
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, resolver);
            NativeLibrary.SetDllImportResolver(typeof(SqliteLibrary).Assembly, resolver);
        }

        Batteries_V2.Init();
        // Statistics of memory cost a lock in each allocation, and nobody reads them.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        return raw.sqlite3_libversion().utf8_to_string();
    }

    private static unsafe nint FindSystem()
    {
        foreach (var name in SystemNames)
        {
            if (!NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), DllImportSearchPath.SafeDirectories, out var library))
            {
                continue;
            }

            if (NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var export)
                && ((delegate* unmanaged[Cdecl]<int>)export)() >= VersionLeast)
            {
                return library;
            }
        }

        return 0;
    }
}
