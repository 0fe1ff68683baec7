using Turnpike.Storage;

namespace Turnpike.Configuration;

/// <summary>Names of databases: nothing, a path, <c>sqlite:PATH</c> or <c>postgres://…</c>. May hold a password and is never shown.</summary>
internal static class DatabaseName
{
    private const string SqlitePrefix = "sqlite:";

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Fault(string name) =>
        IsPostgres(name) ? StoreFactory.AddressFault(name)
        : name.Contains("://", StringComparison.Ordinal) ? "must be a path, sqlite:PATH or postgres://…"
        : name == SqlitePrefix ? "must name a file after \"sqlite:\""
        : null;

    /// <summary>The name with a full path where it has one.</summary>
    public static string Resolve(string name, string folder) =>
        IsPostgres(name) ? name
        : name.StartsWith(SqlitePrefix, StringComparison.Ordinal) ? SqlitePrefix + Path.GetFullPath(name[SqlitePrefix.Length..], folder)
        : Path.GetFullPath(name, folder);

    private static bool IsPostgres(string name) =>
        name.StartsWith("postgres://", StringComparison.Ordinal) || name.StartsWith("postgresql://", StringComparison.Ordinal);
}
