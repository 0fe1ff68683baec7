using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Dapper;
using Turnpike.Core.Ledger;

namespace Turnpike.Storage.Sql;

/// <summary>Brings a database to the schema that this version needs: numbered files, each once, in order, in one transaction.</summary>
internal sealed class Migrator(IDatabase database, TimeProvider time)
{
    /// <exception cref="SchemaTooNewException">A newer version has been at work on this database.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken);
        }
        catch (DbException e) when (database.IsUnavailable(e))
        {
            throw new StoreUnavailableException($"{database.Name} cannot be opened: {e.Message}", e);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.CreateAsync(cancellationToken);
        await using var transaction = await database.BeginWriteAsync(connection, cancellationToken);
        await connection.ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)",
            transaction: transaction);
        var current = await connection.ExecuteScalarAsync<long?>("SELECT max(version) FROM schema_version", transaction: transaction) ?? 0;
        var migrations = ReadAll(database.Migrations);
        var newest = migrations[^1].Version;
        if (current > newest)
        {
            throw new SchemaTooNewException(database.Name, current, newest);
        }

        foreach (var migration in migrations.Where(m => m.Version > current))
        {
            await connection.ExecuteAsync(migration.Sql, transaction: transaction);
            await connection.ExecuteAsync(
                "INSERT INTO schema_version (version, name, applied_at) VALUES (@Version, @Name, @At)",
                new { migration.Version, migration.Name, At = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) },
                transaction);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static List<Migration> ReadAll(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(folder + "/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(n => Read(assembly, n))];
    }

    private static Migration Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var name = resource[(resource.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return new(long.Parse(name[..4], CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }

    private sealed record Migration(long Version, string Name, string Sql);
}
