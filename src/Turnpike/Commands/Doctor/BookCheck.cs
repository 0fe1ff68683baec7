using System.Diagnostics;
using System.Globalization;
using Turnpike.Commands.Output;
using Turnpike.Configuration;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Hosting;
using Turnpike.Storage;

namespace Turnpike.Commands.Doctor;

/// <summary>Looks whether the store can be reached and the books in it balance.</summary>
internal static class BookCheck
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        TurnpikeSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await using var store = await StoreFactory.FindAsync(settings.Storage, time, cancellationToken);
            if (store is null)
            {
                return [Finding.Note("store", "Nothing is stored yet; the first start makes the book and the owner's account.")];
            }

            await store.PingAsync(cancellationToken);
            return
            [
                StoreFinding(await store.DescribeAsync(cancellationToken), settings.Storage.DataDirectory),
                .. await LookAsync(store, time.GetUtcNow(), cancellationToken),
            ];
        }
        catch (Exception e) when (StartFault.Explain(e) is { } sentence)
        {
            return [Finding.Fault("store", sentence)];
        }
    }

    private static Finding StoreFinding(string description, string folder) => description.Contains("(bundled)", StringComparison.Ordinal)
        ? Finding.Note("store", $"{description}. This SQLite came with the program and is old: install the system's (libsqlite3-0), it is used then.")
        : Finding.Ok("store", $"{description}. {ServerSentence(folder)}");

    // The file that names the server's process, and not its lock: taking that, if only to look, could refuse a server its start.
    private static string ServerSentence(string folder)
    {
        var file = Path.Combine(folder, "server.pid");
        var isThere = File.Exists(file)
            && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var id)
            && Environment.ProcessId != id
            && Process.GetProcesses().Any(p => p.Id == id);
        return isThere ? $"A server (process {File.ReadAllText(file).Trim()}) has it open, which is fine." : "No server has it open.";
    }

    private static async Task<IEnumerable<Finding>> LookAsync(IStore store, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var audit = await store.AuditAsync(now, cancellationToken);
        var keys = await store.ListKeysAsync(null, DateOnly.FromDateTime(now.UtcDateTime), cancellationToken);
        return
        [
            audit.Faults.Count == 0
                ? Finding.Ok(
                    "books",
                    $"They balance: {audit.Accounts} accounts, {audit.Entries} entries, {audit.OpenHolds} open holds, {MoneyText.Show(audit.Balance)}.")
                : Finding.Fault("books", $"They do not balance: {string.Join(' ', audit.Faults)} Keep a copy of the data folder and report this."),
            KeysFinding(audit.Accounts, keys, now),
        ];
    }

    private static Finding KeysFinding(int accounts, IReadOnlyList<StoredKey> keys, DateTimeOffset now)
    {
        var usable = keys.Count(k => k.Key is { Kind: KeyKind.Inference, Disabled: false } && (k.Key.ExpiresAt is not { } end || end > now));
        return accounts == 0
            ? Finding.Note("keys", "There is no account yet; the first start makes the owner's account and prints its keys.")
            : usable == 0
                ? Finding.Note("keys", "No key can call models. Make one with: turnpike keys create --name NAME")
                : Finding.Ok("keys", $"{usable} of {keys.Count} can call models.");
    }
}
