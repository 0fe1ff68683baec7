using Turnpike.Core.Ledger;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage;

/// <summary>Opens the store alone, for operators' commands; the server may run beside it.</summary>
public static class StoreFactory
{
    /// <summary>Opens the store and brings its schema up to date. Whoever calls disposes.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    /// <exception cref="SchemaTooNewException">A newer version has been at work on it.</exception>
    public static async Task<IOpenStore> OpenAsync(StorageOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var database = DatabaseChoice.Open(options);
        var store = new SqlStore(database);
        try
        {
            await new Migrator(database, time).MigrateAsync(cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }
}
