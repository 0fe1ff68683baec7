using System.Diagnostics.CodeAnalysis;
using Turnpike.Storage.Postgres;
using Turnpike.Storage.Sql;
using Turnpike.Storage.Sqlite;

namespace Turnpike.Storage;

/// <summary>Reads which database the options name.</summary>
internal static class DatabaseChoice
{
    private const string SqlitePrefix = "sqlite:";
    private const string FileName = "turnpike.db";

    public static IDatabase Open(StorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var text = options.Database;
        if (IsPostgres(text))
        {
            return new PostgresDatabase(text);
        }

        var path = text is null ? Path.Combine(options.DataDirectory, FileName)
            : text.StartsWith(SqlitePrefix, StringComparison.OrdinalIgnoreCase) ? text[SqlitePrefix.Length..] : text;
        return new SqliteDatabase(Path.GetFullPath(path));
    }

    private static bool IsPostgres([NotNullWhen(true)] string? text) => text is not null
        && (text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase));
}
