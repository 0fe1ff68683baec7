using System.Runtime.InteropServices;

namespace Turnpike.Storage.Sqlite;

/// <summary>The few functions of SQLite that are called some forty times a request. The package's own wrappers count references of a safe
/// handle in each call; these do not, and those that only set a value also skip the switch to preemptive mode.</summary>
/// <remarks>Unsafe: the statement must be alive, and bound texts must stay where they are until the statement is reset or bound anew.
/// <see cref="SqliteStatement"/> sees to both.</remarks>
internal static unsafe partial class NativeSqlite
{
    /// <summary>The bytes are the caller's and do not move: SQLite need not copy them.</summary>
    public const nint Static = 0;

    [LibraryImport(SqliteLibrary.Name, EntryPoint = "sqlite3_bind_int64")]
    [SuppressGCTransition]
    public static partial int BindInt64(nint statement, int index, long value);

    [LibraryImport(SqliteLibrary.Name, EntryPoint = "sqlite3_bind_null")]
    [SuppressGCTransition]
    public static partial int BindNull(nint statement, int index);

    [LibraryImport(SqliteLibrary.Name, EntryPoint = "sqlite3_bind_text")]
    [SuppressGCTransition]
    public static partial int BindText(nint statement, int index, byte* text, int length, nint destructor);

    [LibraryImport(SqliteLibrary.Name, EntryPoint = "sqlite3_bind_blob")]
    [SuppressGCTransition]
    public static partial int BindBlob(nint statement, int index, byte* bytes, int length, nint destructor);

    [LibraryImport(SqliteLibrary.Name, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(SqliteLibrary.Name, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(SqliteLibrary.Name, EntryPoint = "sqlite3_changes")]
    [SuppressGCTransition]
    public static partial int Changes(nint database);
}
