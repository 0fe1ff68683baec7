namespace Turnpike.Storage.Journal;

/// <summary>Brings the journal to the disk for those who wait for it, one flush for all who came before it. Only where the installation
/// asks for <see cref="DurabilityLevel.Disk"/>; a thread of its own.</summary>
internal sealed class JournalFlusher(RingJournal journal, JournalFile file, StorageHealth health, ILogger log)
{
    private Thread? _thread;
    private volatile bool _stopping;

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "turnpike flush" };
        _thread.Start();
    }

    public void Stop()
    {
        _stopping = true;
        journal.FlushWanted.Set();
        _thread?.Join();
    }

    private void Run()
    {
        while (!_stopping)
        {
            journal.FlushWanted.WaitOne();
            if (!journal.Durable.Any)
            {
                continue;
            }

            var tail = journal.TailSequence;
            try
            {
                file.Flush();
                journal.MarkDurable(tail);
            }
            catch (IOException e)
            {
                // After a failed flush the kernel may have dropped the pages: nobody may be told that they are on the disk.
                health.Failed(e.Message);
                log.FlushFails(e);
                journal.Durable.Fail(e);
            }
        }
    }
}
