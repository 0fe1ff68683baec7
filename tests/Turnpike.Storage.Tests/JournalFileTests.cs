using System.Security.Cryptography;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Tests;

/// <summary>What the journal finds again in its file, whatever has happened to it.</summary>
public sealed class JournalFileTests : IDisposable
{
    private const long RingBytes = 1 << 20;

    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private readonly Random _random = new(1);

    private string FilePath => Path.Combine(_directory.Path, "journal.bin");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_that_was_written_and_not_closed_gives_everything_back()
    {
        Write(holds: 3, settle: 2);

        Assert.Equal(5, Recover());
    }

    [Fact]
    public void A_record_torn_at_any_place_is_not_taken_and_those_before_it_are()
    {
        var (start, length) = Write(holds: 3, settle: 1);
        var whole = File.ReadAllBytes(FilePath);
        for (var cut = 0; cut < length; cut++)
        {
            var torn = (byte[])whole.Clone();
            torn.AsSpan(start + cut, length - cut).Clear();
            // The padding at a record's end is zero anyway, so a cut in it tears nothing.
            var isTorn = !torn.AsSpan().SequenceEqual(whole);
            File.WriteAllBytes(FilePath, torn);

            Assert.Equal(isTorn ? 3 : 4, Recover());
        }
    }

    [Fact]
    public void A_single_wrong_bit_anywhere_in_a_record_is_noticed()
    {
        var (start, length) = Write(holds: 2, settle: 1);
        var whole = File.ReadAllBytes(FilePath);
        for (var bit = 0; bit < length * 8; bit++)
        {
            var wrong = (byte[])whole.Clone();
            wrong[start + (bit / 8)] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(FilePath, wrong);

            Assert.Equal(2, Recover());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void One_torn_header_leaves_the_other(int slot)
    {
        Write(holds: 1, settle: 1);
        var bytes = File.ReadAllBytes(FilePath);
        bytes.AsSpan(slot * JournalFormat.HeaderSlotBytes, 20).Clear();
        File.WriteAllBytes(FilePath, bytes);

        using var file = JournalFile.Open(FilePath, RingBytes);
        Assert.Equal(RingBytes, file.RingBytes);
    }

    [Fact]
    public void A_file_that_is_no_journal_is_refused_and_left_as_it_is()
    {
        File.WriteAllText(FilePath, new string('x', 100_000));

        Assert.Throws<InvalidDataException>(() => JournalFile.Open(FilePath, RingBytes));
        Assert.Equal(100_000, new FileInfo(FilePath).Length);
    }

    [Fact]
    public void What_an_earlier_epoch_left_behind_is_not_taken_for_new()
    {
        Write(holds: 3, settle: 3);
        using (var file = JournalFile.Open(FilePath, RingBytes))
        {
            var journal = new RingJournal(DurabilityLevel.Process);
            journal.Recover(file, stored: null);
            journal.Release(file, TakeAll(journal).End);
            journal.Begin(file);
            var key = Key();
            // The same bytes long as the first record of the epoch before, so that its second one follows in the file.
            Assert.NotNull(Hold(new Book(journal), key));
            journal.Close();
        }

        Assert.Equal(1, Recover());
    }

    [Fact]
    public void A_database_that_is_ahead_of_the_header_is_believed()
    {
        Write(holds: 2, settle: 2);
        using var file = JournalFile.Open(FilePath, RingBytes);
        var journal = new RingJournal(DurabilityLevel.Process);
        journal.Recover(file, stored: null);
        var batch = new JournalBatch(journal);
        batch.Fill(journal.Head, countMax: 3);

        Assert.Equal(1, new RingJournal(DurabilityLevel.Process).Recover(file, batch.End));
    }

    [Fact]
    public void What_records_say_is_what_they_said_when_this_journals_magic_was_chosen()
    {
        using var file = JournalFile.Open(FilePath, RingBytes);
        var journal = new RingJournal(DurabilityLevel.Process);
        journal.Recover(file, stored: null);
        journal.Begin(file);
        var hold = Hold(new Book(journal), Key())!;
        var record = Widest(hold) with { PriceRow = "2026-01-01", Details = new() { Router = "openrouter/auto" }, Streamed = true };
        var bytes = new byte[JournalFormat.RecordBytesMax];
        var settled = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, RecordCodec.WriteSettlement(bytes, hold, SettlementKind.Post, new(1), record, TextLimits.Wide))));
        var held = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, RecordCodec.WriteHold(bytes, hold, "test/model", "somebody"))));

        // Other figures are another shape: an older journal must then be told by its magic or by RecordShape, or it is read as what it is not.
        Assert.Equal(("37c7bfd1ad3beb3f", "2b607e53c993820a"), (held[..16], settled[..16]));
    }

    [Fact]
    public async Task Records_of_an_older_shape_are_refused_before_the_schema_is_raised()
    {
        // Before the row of the prices and the details, a settlement ended with the texts before them: what was missing is padding here.
        var (start, length) = Write(holds: 1, settle: 1, static r => r with { Attempts = [] });
        var bytes = File.ReadAllBytes(FilePath);
        Span<byte> record = bytes.AsSpan(start, length);
        var end = record.LastIndexOf([byte.MaxValue, byte.MaxValue, byte.MaxValue, byte.MaxValue]);
        record[end..].Clear();
        BitConverter.TryWriteBytes(record, Checksum.Of(record[JournalFormat.LengthAt..]));
        File.WriteAllBytes(FilePath, bytes);

        var options = new StorageOptions { DataDirectory = _directory.Path };
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => StoreFactory.OpenAsync(options, TimeProvider.System, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidDataException>(() => TestServer.StartAsync(options, TimeProvider.System));

        Assert.Contains("another version", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_directory.Path, "turnpike.db")));
    }

    [Fact]
    public void The_widest_records_are_known_again()
    {
        Write(holds: 2, settle: 2, static r => r with { PriceRow = new string('w', 200), Details = new() { DroppedParameters = [.. Enumerable.Repeat("frequency_penalty", 190)] } });

        Assert.Equal(4, Recover());
    }

    [Fact]
    public void A_full_ring_refuses_holds_and_still_takes_the_end_of_each_that_is_open()
    {
        using var file = JournalFile.Open(FilePath, RingBytes);
        var journal = new RingJournal(DurabilityLevel.Process);
        journal.Recover(file, stored: null);
        journal.Begin(file);
        var book = new Book(journal);
        var key = Key();
        var open = new List<Hold>();
        while (Hold(book, key) is { } hold)
        {
            open.Add(hold);
        }

        Assert.InRange(open.Count, 700, 1_024);
        Assert.All(open, hold => Assert.NotNull(book.Settle(hold, SettlementKind.Post, new(1), Widest(hold))));
        Assert.InRange(journal.UnappliedBytes, 0, RingBytes);
        Assert.Equal(open.Count * 2, TakeAll(journal).Count);
    }

    [Fact]
    public void Records_of_every_size_survive_many_turns_of_the_ring()
    {
        using var file = JournalFile.Open(FilePath, RingBytes);
        var journal = new RingJournal(DurabilityLevel.Process);
        journal.Recover(file, stored: null);
        journal.Begin(file);
        var book = new Book(journal);
        var key = Key();
        var records = 0L;
        for (var i = 0; i < 5_000; i++)
        {
            var hold = Hold(book, key);
            Assert.NotNull(hold);
            var record = Widest(hold) with { UserAgent = new string('x', _random.Next(300)), AppTitle = new string('é', _random.Next(200)) };
            book.Settle(hold, SettlementKind.Post, new(1), i % 3 == 0 ? record : record with { Attempts = [] });
            records += 2;
            if (_random.Next(20) == 0)
            {
                journal.Release(file, TakeAll(journal).End);
            }
        }

        Assert.Equal(records, TakeAll(journal).End.Sequence);
        Assert.Equal(0, journal.OpenHolds);
    }

    [Fact]
    public void Appending_allocates_nothing()
    {
        using var file = JournalFile.Open(FilePath, RingBytes);
        var journal = new RingJournal(DurabilityLevel.Process);
        journal.Recover(file, stored: null);
        journal.Begin(file);
        var key = Key();
        var hold = Hold(new Book(journal), key)!;
        var record = Widest(hold);
        Append(journal, hold, record);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Append(journal, hold, record);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Append(RingJournal journal, Hold hold, GenerationRecord record)
    {
        for (var i = 0; i < 20; i++)
        {
            journal.TryAppendHold(hold, "test/model", "somebody");
            journal.AppendSettlement(hold, SettlementKind.Post, new(1), record);
        }
    }

    private static JournalBatch TakeAll(RingJournal journal)
    {
        var batch = new JournalBatch(journal);
        batch.Fill(journal.Head, int.MaxValue);
        return batch;
    }

    /// <summary>Writes and leaves the file as a killed process leaves it; answers where in the file the last record stands.</summary>
    private (int Start, int Length) Write(int holds, int settle, Func<GenerationRecord, GenerationRecord>? change = null)
    {
        using var file = JournalFile.Open(FilePath, RingBytes);
        var journal = new RingJournal(DurabilityLevel.Process);
        journal.Recover(file, stored: null);
        journal.Begin(file);
        var book = new Book(journal);
        var key = Key();
        Hold[] open = [.. Enumerable.Range(0, holds).Select(_ => Hold(book, key)!)];
        var before = 0L;
        foreach (var hold in open.Take(settle))
        {
            before = journal.UnappliedBytes;
            book.Settle(hold, SettlementKind.Post, new(1), change is null ? TestServer.Record(hold, new(1)) : change(Widest(hold)));
        }

        var length = (int)(journal.UnappliedBytes - before);
        journal.Close();
        return (JournalFormat.HeaderBytes + (int)before, length);
    }

    private long Recover()
    {
        using var file = JournalFile.Open(FilePath, RingBytes);
        return new RingJournal(DurabilityLevel.Process).Recover(file, stored: null);
    }

    private static KeyState Key()
    {
        var account = new Account(new(1), "one", Noon, NanoUsd.FromUsd(1_000), NanoUsd.FromUsd(1_000), default);
        var key = new ApiKey
        {
            Hash = KeyHash.Of("sk-or-v1-a"), AccountId = account.Id, Name = "n", Label = "l", Kind = KeyKind.Inference, CreatedAt = Noon,
        };
        return new(key, new(new(2026, 3, 4), default, default, default, default), new(account, 0));
    }

    private Hold? Hold(Book book, KeyState key) => book.TryHold(
        GenerationId.New(Noon, _random), key, new(new(10), new(10), new(10), IsElastic: false), Noon, TimeSpan.FromMinutes(5), "test/model", null).Hold;

    private static GenerationRecord Widest(Hold hold)
    {
        var text = new string('w', 2_000);
        return TestServer.Record(hold, new(1)) with
        {
            Model = text,
            ProviderName = text,
            EndpointId = text,
            ApiType = text,
            FinishReason = text,
            NativeFinishReason = text,
            UpstreamId = text,
            ServiceTier = text,
            ExternalUser = text,
            SessionId = text,
            HttpReferer = text,
            AppTitle = text,
            UserAgent = text,
            RequestId = text,
            ErrorType = text,
            Attempts = [.. Enumerable.Repeat(new Attempt(text, text, 500, 1, text), 40)],
        };
    }
}
