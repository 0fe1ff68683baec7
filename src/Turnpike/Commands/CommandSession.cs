using Turnpike.Commands.Output;
using Turnpike.Configuration;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;

namespace Turnpike.Commands;

/// <summary>What a command works with: the settings, the open store, the clock and the printer.</summary>
internal sealed record CommandSession(
    TurnpikeSettings Settings, IStore Store, TimeProvider Time, Printer Printer, CancellationToken Cancellation)
{
    public DateTimeOffset Now => Time.GetUtcNow();

    public DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime);

    /// <summary>Finds the account that is meant: by id or name, or the only one when nothing is said.</summary>
    /// <exception cref="CommandException">There is none, or more than one fits.</exception>
    public async Task<Account> AccountAsync(string? said)
    {
        var accounts = await Store.ListAccountsAsync(Cancellation);
        if (accounts.Count == 0)
        {
            throw new CommandException("there is no account yet; start the server once, it makes the owner's account and keys.");
        }

        if (said is null)
        {
            return accounts.Count == 1
                ? accounts[0]
                : throw new CommandException($"there are {accounts.Count} accounts; say which one with --account ID.");
        }

        var found = accounts.FirstOrDefault(a => a.Id.ToString() == said) ?? accounts.FirstOrDefault(a => a.Name == said);
        return found ?? throw new CommandException($"there is no account '{said}'; 'turnpike credits show' lists them.");
    }

    /// <summary>Finds the one key that is meant: by its hash, a beginning of it, its label, its name, or its text.</summary>
    /// <exception cref="CommandException">There is none, or more than one fits.</exception>
    public async Task<StoredKey> KeyAsync(string said)
    {
        const int prefixLengthMin = 4;
        var keys = await Store.ListKeysAsync(null, Today, Cancellation);
        var hash = said.StartsWith(KeyText.AcceptedPrefix, StringComparison.Ordinal) && said.Length is > 40 and <= 256
            ? KeyHash.Of(said).ToString()
            : said;
        var found = keys.Where(k => k.Key.Hash.ToString() == hash).ToList();
        if (found.Count == 0 && hash.Length >= prefixLengthMin)
        {
            found = [.. keys.Where(k => k.Key.Hash.ToString().StartsWith(hash, StringComparison.OrdinalIgnoreCase))];
        }

        if (found.Count == 0)
        {
            found = [.. keys.Where(k => k.Key.Label == said || k.Key.Name == said)];
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new CommandException($"there is no key '{Shorten(said)}'; 'turnpike keys list' shows hashes, labels and names."),
            _ => throw new CommandException($"'{Shorten(said)}' fits {found.Count} keys; give more of the hash ('turnpike keys list')."),
        };
    }

    // Whatever was typed may be a key's text, which is not to be shown again.
    private static string Shorten(string said) => said.Length > 24 ? said[..16] + "…" : said;
}
