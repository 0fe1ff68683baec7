using Turnpike.Core.Ledger;

namespace Turnpike.Storage.Journal;

/// <summary>Carries the journal's records into the store, in order and in groups, on a thread of its own.</summary>
/// <remarks>Under load it gathers for <see cref="Gather"/> before it takes a batch, or until somebody waits; idle it sleeps without a
/// timer. When the store fails, records stay where they are and it tries again for as long as the process lives.</remarks>
internal sealed class JournalApplier(
    RingJournal journal, JournalFile file, IBookStore store, StorageHealth health, ILogger log, IRouteRecords? records)
{
    /// <summary>How long records may wait for others, when nobody waits for them. The caller's booking is safe already; this is when the
    /// disk has it. Ten times as long as a flush takes, so that a page of the database is written once for many records.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    /// <summary>Records in one transaction at most, so that operators' commands find their turn to write.</summary>
    private const int BatchMax = 4096;

    private static readonly TimeSpan RetryFirst = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(2);

    private readonly JournalBatch _batch = new(journal);
    private readonly ManualResetEvent _stop = new(false);
    private Thread? _thread;
    private IReadOnlyList<RouteBlock> _routes = []; // taken, and not in the store yet
    private volatile bool _stopping;
    private volatile bool _giveUp;

    /// <summary>Applies all there is, now, on the caller's thread: recovery.</summary>
    /// <exception cref="StoreUnavailableException">The store failed; nothing is lost.</exception>
    public void ApplyAll()
    {
        while (_batch.Fill(journal.Head, BatchMax))
        {
            store.Apply(file.Header.Id, _batch, []);
            journal.Release(file, _batch.End);
        }
    }

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "turnpike journal" };
        _thread.Start();
    }

    /// <summary>Applies what is left and ends. When <paramref name="deadline"/> comes first, what is left stays for the next start.</summary>
    public async Task StopAsync(CancellationToken deadline)
    {
        _stopping = true;
        journal.Wake.Set();
        if (_thread is null)
        {
            return;
        }

        try
        {
            await journal.WaitAppliedAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            log.NotDrained(journal.UnappliedRecords);
        }

        Abandon();
    }

    /// <summary>Ends after the batch in hand; what is left stays in the journal.</summary>
    public void Abandon()
    {
        _giveUp = true;
        _stop.Set();
        journal.Wake.Set();
        _thread?.Join();
        _thread = null;
    }

    private void Run()
    {
        var retry = RetryFirst;
        while (!_giveUp)
        {
            if (journal.UnappliedRecords == 0)
            {
                if (journal.TrySleep())
                {
                    journal.Wake.WaitOne();
                }

                continue;
            }

            if (_batch.Count < BatchMax && !_stopping && !journal.Applied.Any)
            {
                journal.Wake.WaitOne(Gather);
            }

            if (TryApply())
            {
                retry = RetryFirst;
                continue;
            }

            _stop.WaitOne(retry);
            retry = retry * 2 < RetryMax ? retry * 2 : RetryMax;
        }
    }

    private bool TryApply()
    {
        try
        {
            if (!_batch.Fill(journal.Head, BatchMax))
            {
                throw new InvalidDataException("A record in the journal is not what was written to it.");
            }

            TakeRoutes();
            store.Apply(file.Header.Id, _batch, _routes);
            _routes = [];
            journal.Release(file, _batch.End);
            if (health.Recovered())
            {
                log.StoreBack();
            }

            health.Applied(_batch.Count);
            return true;
        }
        catch (Exception e)
        {
            if (health.Failed(e.Message))
            {
                log.StoreFails(e);
            }

            return false;
        }
    }

    // After the batch is filled: the record of a route is there before its generation's end is, so both come in one transaction at the latest.
    private void TakeRoutes()
    {
        if (_routes.Count > 0 || records is null)
        {
            return;
        }

        try
        {
            _routes = records.Take();
        }
        catch (Exception e)
        {
            log.RoutesFail(e); // money goes on
        }
    }
}
