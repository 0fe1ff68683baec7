using Turnpike.Core.Ledger;
using Turnpike.Storage.Journal;
using Turnpike.Storage.Postgres;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage;

/// <summary>Opens the store alone, for operators' commands; the server may run beside it.</summary>
public static class StoreFactory
{
    /// <summary>What is wrong with the address of a PostgreSQL database, without what may be a password; null when nothing is.</summary>
    public static string? AddressFault(string address)
    {
        try
        {
            PostgresAddress.Parse(address);
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Opens the store and brings its schema up to date. Whoever calls disposes.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    /// <exception cref="SchemaUnknownException">Another version has been at work on it.</exception>
    /// <exception cref="InvalidDataException">Its journal holds what another version must take over first.</exception>
    public static async Task<IOpenStore> OpenAsync(StorageOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Directory.CreateDirectory(options.DataDirectory);
        var database = DatabaseChoice.Open(options);
        var store = new SqlStore(database);
        try
        {
            RingJournal.EnsureReadable(options.DataDirectory);
            await new Migrator(database, time).MigrateAsync(cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the store for one who only reads: neither is it made, nor its schema changed, which a server of an older version may be at
    /// work with. Whoever calls disposes.</summary>
    /// <returns>Null where nothing has been stored yet.</returns>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    /// <exception cref="SchemaOutdatedException">An older version has made it.</exception>
    /// <exception cref="SchemaUnknownException">Another version has been at work on it.</exception>
    public static async Task<IOpenStore?> FindAsync(StorageOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var database = DatabaseChoice.Open(options);
        var store = new SqlStore(database);
        try
        {
            if (await new Migrator(database, time).IsThereAsync(cancellationToken))
            {
                return store;
            }
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }

        await store.DisposeAsync();
        return null;
    }
}
