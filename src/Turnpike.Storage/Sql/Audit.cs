using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sql;

/// <summary>Checks the books from the entries up: nothing that follows from them is believed.</summary>
internal static class Audit
{
    /// <summary>Faults named one by one of each kind; the rest is counted.</summary>
    private const int NamedMax = 20;

    /// <summary>An overdue hold is a fault only after the sweeper and the journal had their time.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private const string Accounts = """
        SELECT a.id AS Id, a.balance AS Balance, a.granted AS Granted, a.used AS Used,
          CAST(coalesce(e.total, 0) AS BIGINT) AS Total, CAST(coalesce(e.grants, 0) AS BIGINT) AS Grants,
          CAST(coalesce(o.held, 0) AS BIGINT) AS Held, CAST(coalesce(g.charged, 0) AS BIGINT) AS Charged
        FROM account a
        LEFT JOIN (SELECT account_id, sum(amount) AS total, sum(CASE WHEN step = 0 THEN amount ELSE 0 END) AS grants FROM entry GROUP BY account_id) e
          ON e.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(amount) AS held FROM open_hold GROUP BY account_id) o ON o.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(charged) AS charged FROM generation GROUP BY account_id) g ON g.account_id = a.id
        ORDER BY a.id
        """;

    /// <summary>Queries that find nothing in sound books: each answers account and reference.</summary>
    private static readonly (string Fault, string Sql)[] Checks =
    [
        ("an entry of no account", "SELECT e.account_id AS Account, e.reference AS Reference FROM entry e WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = e.account_id)"),
        ("an end without its hold", """
            SELECT e.account_id AS Account, e.reference AS Reference FROM entry e WHERE e.step = 2
            AND NOT EXISTS (SELECT 1 FROM entry h WHERE h.account_id = e.account_id AND h.reference = e.reference AND h.step = 1)
            """),
        ("an end without its generation", """
            SELECT e.account_id AS Account, e.reference AS Reference FROM entry e WHERE e.step = 2
            AND NOT EXISTS (SELECT 1 FROM generation g WHERE g.account_id = e.account_id AND g.id = e.reference)
            """),
        ("a generation without its end", """
            SELECT g.account_id AS Account, g.id AS Reference FROM generation g
            WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.account_id = g.account_id AND e.reference = g.id AND e.step = 2)
            """),
        ("a generation whose charge is not what its entries took", """
            SELECT g.account_id AS Account, g.id AS Reference FROM generation g
            JOIN entry h ON h.account_id = g.account_id AND h.reference = g.id AND h.step = 1
            JOIN entry e ON e.account_id = g.account_id AND e.reference = g.id AND e.step = 2
            WHERE h.amount + e.amount <> -g.charged
            """),
        ("a hold without an end that is not among the open ones", """
            SELECT h.account_id AS Account, h.reference AS Reference FROM entry h WHERE h.step = 1
            AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.account_id = h.account_id AND e.reference = h.reference AND e.step = 2)
            AND NOT EXISTS (SELECT 1 FROM open_hold o WHERE o.account_id = h.account_id AND o.generation_id = h.reference AND o.amount = -h.amount)
            """),
        ("an open hold that has ended or never began", """
            SELECT o.account_id AS Account, o.generation_id AS Reference FROM open_hold o
            WHERE EXISTS (SELECT 1 FROM entry e WHERE e.account_id = o.account_id AND e.reference = o.generation_id AND e.step = 2)
            OR NOT EXISTS (SELECT 1 FROM entry h WHERE h.account_id = o.account_id AND h.reference = o.generation_id AND h.step = 1)
            """),
        ("an open hold beyond its lease", "SELECT account_id AS Account, generation_id AS Reference FROM open_hold WHERE lease_until < @overdue"),
        ("a key whose days do not add up to its generations", """
            SELECT k.account_id AS Account, k.label AS Reference FROM api_key k
            WHERE (SELECT coalesce(sum(d.charged), 0) FROM key_day d WHERE d.key_hash = k.hash)
            <> (SELECT coalesce(sum(g.charged), 0) FROM generation g WHERE g.account_id = k.account_id AND g.key_hash = k.hash)
            """),
    ];

    public static async Task<AuditReport> RunAsync(SqlWork work, DateTimeOffset now)
    {
        var faults = new List<string>();
        var accounts = await work.QueryAsync<AccountSums>(Accounts);
        foreach (var account in accounts)
        {
            Judge(account, faults);
        }

        var parameters = new { overdue = MicroTime.From(now - Grace) };
        foreach (var (fault, sql) in Checks)
        {
            var found = await work.QueryAsync<Finding>(sql, parameters);
            faults.AddRange(found.Take(NamedMax).Select(f => $"Account {f.Account}, {f.Reference}: {fault}."));
            if (found.Count > NamedMax)
            {
                faults.Add($"{found.Count - NamedMax} more of: {fault}.");
            }
        }

        return new(
            accounts.Count,
            await work.SingleAsync<long>("SELECT count(*) FROM entry"),
            await work.SingleAsync<long>("SELECT count(*) FROM open_hold"),
            new(accounts.Sum(static a => a.Balance)),
            faults);
    }

    private static void Judge(AccountSums account, List<string> faults)
    {
        Compare(account.Id, "balance", account.Balance, "the sum of its entries", account.Total, faults);
        Compare(account.Id, "granted", account.Granted, "the sum of its grants", account.Grants, faults);
        Compare(account.Id, "used", account.Used, "the charges of its generations", account.Charged, faults);
        Compare(account.Id, "granted - used - held", account.Granted - account.Used - account.Held, "its balance", account.Balance, faults);
        if (account.Balance < 0)
        {
            faults.Add($"Account {account.Id}: the balance is negative ({new NanoUsd(account.Balance)}).");
        }
    }

    private static void Compare(long account, string what, long value, string other, long expected, List<string> faults)
    {
        if (value != expected)
        {
            faults.Add($"Account {account}: {what} is {new NanoUsd(value)} and {other} is {new NanoUsd(expected)}.");
        }
    }

    private sealed class AccountSums
    {
        public long Id { get; set; }

        public long Balance { get; set; }

        public long Granted { get; set; }

        public long Used { get; set; }

        public long Total { get; set; }

        public long Grants { get; set; }

        public long Held { get; set; }

        public long Charged { get; set; }
    }

    private sealed class Finding
    {
        public long Account { get; set; }

        public string Reference { get; set; } = "";
    }
}
