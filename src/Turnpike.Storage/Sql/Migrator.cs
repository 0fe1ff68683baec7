using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Dapper;
using Turnpike.Core.Ledger;

namespace Turnpike.Storage.Sql;

/// <summary>Brings a database to the schema that this version needs: numbered files, each once, in order, in one transaction.</summary>
/// <remarks>What is missing is run, wherever its number stands: two lines of work that come together late may bring a lower one after a higher.</remarks>
internal sealed class Migrator(IDatabase database, TimeProvider time)
{
    /// <exception cref="SchemaUnknownException">Another version has been at work on this database.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public Task MigrateAsync(CancellationToken cancellationToken) => ReachAsync(() => RunAsync(cancellationToken));

    /// <summary>Looks whether the schema is the one that this version needs, and changes nothing.</summary>
    /// <returns>False where no schema is there at all.</returns>
    /// <exception cref="SchemaOutdatedException">An older version has made it.</exception>
    /// <exception cref="SchemaUnknownException">Another version has been at work on this database.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public Task<bool> IsThereAsync(CancellationToken cancellationToken) => ReachAsync(() => LookAsync(cancellationToken));

    private async Task<bool> ReachAsync(Func<Task<bool>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException e) when (database.IsUnavailable(e))
        {
            throw new StoreUnavailableException($"{database.Name} cannot be opened: {e.Message}", e);
        }
    }

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.FindAsync(cancellationToken);
        if (connection is null)
        {
            return false;
        }

        var missing = await MissingAsync(connection, transaction: null);
        if (missing is [])
        {
            return true;
        }

        var found = await connection.ExecuteScalarAsync<long>("SELECT coalesce(max(version), 0) FROM schema_version");
        throw new SchemaOutdatedException(database.Name, found, [.. missing.Select(static m => m.Name)]);
    }

    private async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.CreateAsync(cancellationToken);
        await using var transaction = await database.BeginWriteAsync(connection, cancellationToken);
        await connection.ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)",
            transaction: transaction);
        foreach (var migration in await MissingAsync(connection, transaction))
        {
            await connection.ExecuteAsync(migration.Sql, transaction: transaction);
            await connection.ExecuteAsync(
                "INSERT INTO schema_version (version, name, applied_at) VALUES (@Version, @Name, @At)",
                new { migration.Version, migration.Name, At = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) },
                transaction);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task<List<Migration>> MissingAsync(DbConnection connection, DbTransaction? transaction)
    {
        var applied = (await connection.QueryAsync<(long Version, string Name)>("SELECT version, name FROM schema_version ORDER BY version", transaction: transaction))
            .ToDictionary(static a => a.Version, static a => a.Name);
        var migrations = ReadAll(database.Migrations);
        Refuse(applied, migrations);
        return [.. migrations.Where(m => !applied.ContainsKey(m.Version))];
    }

    private void Refuse(Dictionary<long, string> applied, List<Migration> migrations)
    {
        var known = migrations.ToDictionary(static m => m.Version, static m => m.Name);
        foreach (var (version, name) in applied)
        {
            if (!known.TryGetValue(version, out var ours))
            {
                throw new SchemaUnknownException(database.Name, version, migrations[^1].Version);
            }

            if (ours != name)
            {
                throw new SchemaUnknownException(database.Name, name, ours);
            }
        }
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
