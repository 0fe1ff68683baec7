using Microsoft.Extensions.Logging.Abstractions;
using Turnpike.Benchmarks.Stubs;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Storage;
using Turnpike.Storage.Journal;

namespace Turnpike.Benchmarks.Operations;

/// <summary>The money of one request: its hold, its record, its posting, through the real book and a real journal on disk. The journal is
/// taken over by its real applier, in batches and on this thread, for a store that keeps nothing.</summary>
internal sealed class HoldAndPost : IOperation
{
    private const long JournalBytes = 16 << 20;

    /// <summary>Requests between two batches; far less than the journal has room for.</summary>
    private const int BatchRequests = 1024;

    private static readonly HoldRequest Wanted = new(NanoUsd.FromUsd(0.01m), new(1000), new(1_000_000), IsElastic: false);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);
    private static readonly NanoUsd Cost = new(4_123_000);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("turnpike-bench-");
    private readonly RingJournal _journal = new(DurabilityLevel.Process);
    private readonly JournalFile _file;
    private readonly JournalApplier _applier;
    private readonly Book _book;
    private readonly KeyState _key = new(Samples.Key.Key, Samples.Key.Spent, new AccountState(Samples.Key.Account, noticeSequence: 0));
    private readonly GenerationId _id = new("gen-1785585600-0123456789abcdefghij");
    private readonly TokenUsage _usage = new(1180, 312) { CachedTokens = 1024, ReasoningTokens = 64 };
    private int _sinceBatch;

    public HoldAndPost()
    {
        _file = JournalFile.Open(Path.Combine(_folder.FullName, "journal.bin"), JournalBytes);
        _journal.Recover(_file, stored: null);
        _journal.Begin(_file);
        _applier = new(_journal, _file, new NoBookStore(), new StorageHealth(_journal, TimeProvider.System), NullLogger.Instance, records: null);
        _book = new Book(_journal);
    }

    public long Run()
    {
        var held = _book.TryHold(_id, _key, Wanted, Samples.Now, Lease, Samples.Endpoint.Model.Id, externalUser: null);
        if (held.Hold is not { } hold || _book.Settle(hold, SettlementKind.Post, Cost, Record()) is not { } charged)
        {
            throw new InvalidOperationException("The book did not take it.");
        }

        if (++_sinceBatch == BatchRequests)
        {
            _sinceBatch = 0;
            _applier.ApplyAll();
        }

        return charged.Value;
    }

    public void Dispose()
    {
        _journal.Close();
        _file.Dispose();
        _folder.Delete(recursive: true);
    }

    // As settlement makes it for an answer of the first endpoint.
    private GenerationRecord Record() => new()
    {
        Id = _id,
        AccountId = _key.Account.Id,
        KeyHash = _key.Key.Hash,
        CreatedAt = Samples.Now,
        Model = Samples.Endpoint.Model.Id,
        ProviderName = Samples.Endpoint.Provider.Name,
        EndpointId = Samples.Endpoint.Id,
        Streamed = true,
        FinishReason = "stop",
        NativeFinishReason = "stop",
        Usage = _usage,
        Basis = BillingBasis.ProviderUsage,
        Cost = Cost,
        PromptCost = new(1_475_000),
        LatencyMs = 312,
        GenerationMs = 2_411,
        UpstreamId = "chatcmpl-C4kRtq1Zx8bV9nWm3YpLs7TfGh2Jd",
        UserAgent = "OpenAI/Python 2.8.1",
        RequestId = "0HN0123456789:00000001",
        Attempts = [new(Samples.Endpoint.Id, Samples.Endpoint.Provider.Name, 200, 312, null)],
    };
}
