using Turnpike.Core.Ledger;
using Turnpike.Storage.Journal;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage;

/// <summary>Opens the book before anything is served and closes it after everything has ended.</summary>
/// <remarks>Start: lock, look at the journal, migrate, apply what the journal holds, expire what a dead process left open, begin. Stop: drain, close, unlock.</remarks>
internal sealed class StorageService(
    StorageOptions options, SqlStore store, RingJournal journal, StorageHealth health, NoticeWatcher watcher, IEnumerable<IRouteRecords> records,
    TimeProvider time, ILogger<StorageService> log) : IHostedLifecycleService, IDisposable
{
    private readonly IRouteRecords? _records = records.SingleOrDefault();
    private DataDirectoryLock? _lock;
    private JournalFile? _file;
    private IBookStore? _book;
    private JournalApplier? _applier;
    private JournalFlusher? _flusher;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.DataDirectory);
        _lock = DataDirectoryLock.Take(options.DataDirectory);
        RingJournal.EnsureReadable(options.DataDirectory);
        await new Migrator(store.Database, time).MigrateAsync(cancellationToken);
        _book = store.Database.OpenBook();
        _file = JournalFile.Open(JournalPath, options.JournalBytes);
        Recover(_book);
        await watcher.BeginAsync(cancellationToken);
        _applier!.Start();
        if (options.Durability == DurabilityLevel.Disk)
        {
            _flusher = new(journal, _file, health, log);
            _flusher.Start();
        }

        health.Opened();
        log.Opened(store.Database.Name, _file.RingBytes);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Last of all: every request has ended, or has been given up.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_applier is null)
        {
            return;
        }

        await _applier.StopAsync(cancellationToken);
        health.Stopped();
        log.Closed(journal.UnappliedRecords);
        Dispose();
    }

    public void Dispose()
    {
        journal.Close();
        _applier?.Abandon();
        _flusher?.Stop();
        _flusher = null;
        _applier = null;
        _file?.Dispose();
        _file = null;
        _book?.Dispose();
        _book = null;
        _lock?.Dispose();
        _lock = null;
    }

    private string JournalPath => JournalFile.PathIn(options.DataDirectory);

    private void Recover(IBookStore book)
    {
        var file = _file!;
        var stored = book.ReadPosition(file.Header.Id);
        var records = journal.Recover(file, stored);
        Reconcile(book, file, stored, records);
        _applier = new(journal, file, book, health, log, _records);
        _applier.ApplyAll();
        var expired = book.ExpireOpenHolds(time.GetUtcNow());
        if (records > 0 || expired > 0)
        {
            log.Recovered(records, expired);
        }

        if (file.RingBytes != JournalFile.RoundedRingBytes(options.JournalBytes))
        {
            file = Replace(book);
        }

        book.WritePosition(file.Header.Id, journal.Begin(file));
    }

    /// <summary>Deals with a database that does not know the journal as far as the journal says it does.</summary>
    private void Reconcile(IBookStore book, JournalFile file, JournalPosition? stored, long records)
    {
        var reached = stored?.Sequence ?? 0;
        var applied = file.Header.Applied;
        if (stored is not null && reached >= applied.Sequence)
        {
            return;
        }

        if (records > 0 && reached < applied.Sequence)
        {
            throw new InvalidDataException(
                $"The journal {JournalPath} holds {records} records that belong on a database which had taken {applied.Sequence} before, and this one "
                + $"had taken {reached}: it is another one, or was restored from a backup. Start with the database that belongs to the journal, or move the journal away.");
        }

        if (stored is not null)
        {
            log.DatabaseBehind(reached + 1, applied.Sequence);
        }

        book.WritePosition(file.Header.Id, applied);
    }

    /// <summary>Makes the file anew in the size that is asked for; it is empty.</summary>
    private JournalFile Replace(IBookStore book)
    {
        _file!.Dispose();
        File.Delete(JournalPath);
        var file = JournalFile.Open(JournalPath, options.JournalBytes);
        _file = file;
        journal.Recover(file, book.ReadPosition(file.Header.Id));
        _applier = new(journal, file, book, health, log, _records);
        return file;
    }
}
