using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Turnpike.Core.Accounts;
using Turnpike.Storage.Journal;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Postgres;

/// <summary>A batch of the journal turned into rows, for PostgreSQL to take in a handful of statements.</summary>
internal sealed class PostgresBatch
{
    public List<EntryRow> Entries { get; } = [];

    public List<HoldRow> Opened { get; } = [];

    /// <summary>Holds of earlier batches that end in this one.</summary>
    public List<(long Account, string Id)> Closed { get; } = [];

    public List<SettlementRow> Generations { get; } = [];

    /// <summary>Sorted, so that two writers never wait for each other crosswise.</summary>
    public SortedDictionary<long, (long Balance, long Used)> Accounts { get; } = [];

    public Dictionary<(KeyHash Key, int Day), (long Charged, long Requests)> Days { get; } = [];

    /// <summary>Reads a batch, leaving out the entries that the database has already.</summary>
    public static PostgresBatch Read(JournalBatch batch, AttemptsJson attempts, HashSet<(string Reference, int Step)>? present = null)
    {
        var rows = new PostgresBatch();
        var at = batch.Start;
        while (batch.TryRead(ref at, out var record))
        {
            if (record.Type == RecordType.Hold)
            {
                rows.Add(record.Hold, batch.EndsHere(record.Sequence), present);
            }
            else
            {
                rows.Add(record.Settlement, batch, attempts, present);
            }
        }

        return rows;
    }

    public static string Day(int dayNumber) => DateOnly.FromDayNumber(dayNumber).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Add(in HoldView hold, bool endsHere, HashSet<(string, int)>? present)
    {
        var id = hold.Id.ToString()!;
        if (present?.Contains((id, EntryStep.Hold)) == true)
        {
            return;
        }

        Entries.Add(new(hold.AccountId, id, EntryStep.Hold, EntryKind.Hold, -hold.Amount, hold.At));
        Move(hold.AccountId, -hold.Amount, 0);
        if (!endsHere)
        {
            Opened.Add(new(
                hold.AccountId, id, hold.KeyHash.Span.ToArray(), hold.Amount, hold.At, hold.LeaseUntil, hold.Model.ToString()!, hold.ExternalUser.ToString()));
        }
    }

    private void Add(in SettlementView end, JournalBatch batch, AttemptsJson attempts, HashSet<(string, int)>? present)
    {
        var id = end.Id.ToString()!;
        if (present?.Contains((id, EntryStep.End)) == true)
        {
            return;
        }

        var returned = checked(end.HoldAmount - end.Charged);
        Entries.Add(new(end.AccountId, id, EntryStep.End, EntryStep.KindOf(end.Kind), returned, end.EndedAt));
        Move(end.AccountId, returned, end.Charged);
        ref var day = ref CollectionsMarshal.GetValueRefOrAddDefault(Days, (KeyHash.FromBytes(end.KeyHash.Span), end.Day), out _);
        day = (checked(day.Charged + end.Charged), day.Requests + 1);
        if (!batch.Contains(end.HoldSequence))
        {
            Closed.Add((end.AccountId, id));
        }

        var reader = end.Texts;
        var texts = new string?[SettlementView.TextCount];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.Text().ToString();
        }

        var json = end.Attempts == 0 ? null : Encoding.UTF8.GetString(attempts.Write(ref reader, end.Attempts));
        Generations.Add(new(end, id, end.KeyHash.Span.ToArray(), texts, json));
    }

    private void Move(long account, long balance, long used)
    {
        Accounts.TryGetValue(account, out var sum);
        Accounts[account] = (checked(sum.Balance + balance), checked(sum.Used + used));
    }

    internal readonly record struct EntryRow(long Account, string Reference, int Step, EntryKind Kind, long Amount, long At);

    internal sealed record HoldRow(long Account, string Id, byte[] KeyHash, long Amount, long At, long LeaseUntil, string Model, string? ExternalUser);

    /// <summary>The numbers are read from the ring when they are written; the batch is released after that.</summary>
    internal readonly struct SettlementRow(in SettlementView view, string id, byte[] keyHash, string?[] texts, string? attempts)
    {
        public SettlementView View { get; } = view;

        public string Id { get; } = id;

        public byte[] KeyHash { get; } = keyHash;

        public string?[] Texts { get; } = texts;

        public string? Attempts { get; } = attempts;
    }
}
