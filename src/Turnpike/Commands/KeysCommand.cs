using System.CommandLine;
using Turnpike.Commands.Output;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Hosting;

namespace Turnpike.Commands;

/// <summary><c>turnpike keys</c>: makes, lists, disables, enables and deletes keys. In force in a running server within a
/// second.</summary>
internal static class KeysCommand
{
    private const int NameLengthMax = 200;

    private static readonly Option<string> Name = new("--name") { Description = "What the key is for", HelpName = "NAME", Required = true };

    private static readonly Option<string> AccountOption = new("--account")
    {
        Description = "The account, by id or name. Default: the only one",
        HelpName = "ID",
    };

    private static readonly Option<string> Limit = new("--limit")
    {
        Description = "The most that the key may spend, in dollars. Default: no limit",
        HelpName = "USD",
    };

    private static readonly Option<LimitReset?> Reset = new("--reset")
    {
        Description = "When the limit starts anew, at midnight UTC: none, daily, weekly (Monday) or monthly. Default: none",
        CustomParser = CommandOptions.Word<LimitReset>,
        HelpName = "PERIOD",
    };

    private static readonly Option<bool> Management = new("--management")
    {
        Description = "Make a key that manages the account and cannot call models",
    };

    private static readonly Option<string> Expires = new("--expires")
    {
        Description = "When the key ends: a date or time (UTC), or days from now such as 30d. Default: never",
        HelpName = "DATE",
    };

    private static readonly Argument<string> Selector = new("KEY")
    {
        Description = "The key's hash, a beginning of it (4 characters or more), its label or its name",
    };

    private static readonly Argument<string> Which = new("WHICH") { Description = "all: but those to requests that say 'store': false. asked: those to requests that say 'store': true" };

    public static Command Build() => new("keys", "Make, list, disable, enable and delete API keys")
    {
        BuildCreate(),
        BuildList(),
        BuildChange("disable", "Refuse a key from now on; 'enable' takes that back", static key => key with { Disabled = true }),
        BuildChange("enable", "Accept a disabled key again", static key => key with { Disabled = false }),
        BuildResponses(),
        BuildDelete(),
    };

    private static Command BuildCreate()
    {
        Name.Require(static said => said.Trim().Length is > 0 and <= NameLengthMax, $"has 1 to {NameLengthMax} characters");
        Limit.Require(
            static said => MoneyText.Read(said) is { IsNegative: false }, "is an amount in dollars, at least 0, with at most nine decimals");
        Expires.Require(
            static said => TimeText.Read(said, TimeProvider.System.GetUtcNow()) > TimeProvider.System.GetUtcNow(),
            "is a date in the future (2030-01-31) or days from now (30d)");
        var command = new Command("create", "Make a key and print it, once") { Name, AccountOption, Limit, Reset, Management, Expires };
        command.Validators.Add(static result =>
        {
            // By what was written: to ask for the value of an option that is wrong throws.
            if (result.GetResult(Reset) is { Tokens: [{ Value: var period }] }
                && !period.Equals(nameof(LimitReset.None), StringComparison.OrdinalIgnoreCase) && result.GetResult(Limit) is null)
            {
                result.AddError("'--reset' says when a limit starts anew: say the limit with --limit USD.");
            }
        });
        command.SetStoreAction(CreateAsync);
        return command;
    }

    private static Command BuildList()
    {
        var command = new Command("list", "List the keys with what they have spent") { AccountOption };
        command.SetReadingAction(async (session, parse) =>
        {
            var account = parse.GetValue(AccountOption) is { } said ? await session.AccountAsync(said) : null;
            var keys = await session.Store.ListKeysAsync(account?.Id, session.Today, session.Cancellation);
            session.Printer.Answer(new { Data = keys.Select(k => KeyListing.Of(k, session.Today)) }, () => ListText(keys, session.Today));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command BuildChange(string name, string description, Func<ApiKey, ApiKey> change)
    {
        var command = new Command(name, description) { Selector };
        command.SetStoreAction((session, parse) => ChangeAsync(session, parse, change, changed => $"{changed.Label} ({changed.Name}) is {name}d."));
        return command;
    }

    private static Command BuildResponses()
    {
        var command = new Command("responses", "Say which responses are kept for a key, where the gateway keeps any (responses.store)") { Which, Selector };
        command.SetStoreAction((session, parse) =>
        {
            var which = parse.GetRequiredValue(Which);
            if (which is not ("all" or "asked"))
            {
                throw new CommandException($"'{which}' is none of all and asked.");
            }

            return ChangeAsync(session, parse, key => key with { KeepsResponses = which == "all" }, static changed => changed.KeepsResponses
                ? $"Responses to {changed.Label} ({changed.Name}) are kept unless a request says 'store': false."
                : $"Responses to {changed.Label} ({changed.Name}) are kept where a request says 'store': true.");
        });
        return command;
    }

    private static async Task<int> ChangeAsync(CommandSession session, ParseResult parse, Func<ApiKey, ApiKey> change, Func<ApiKey, string> words)
    {
        var stored = await session.KeyAsync(parse.GetRequiredValue(Selector));
        var changed = change(stored.Key);
        if (!await session.Store.UpdateKeyAsync(changed, session.Now, session.Cancellation))
        {
            throw new CommandException($"the key {stored.Key.Label} was deleted meanwhile.");
        }

        session.Printer.Answer(new { Data = KeyListing.Of(stored with { Key = changed }, session.Today) }, () => words(changed));
        return ExitCodes.Success;
    }

    private static Command BuildDelete()
    {
        var command = new Command("delete", "Delete a key for good; its history stays") { Selector };
        command.SetStoreAction(async (session, parse) =>
        {
            var key = (await session.KeyAsync(parse.GetRequiredValue(Selector))).Key;
            if (!await session.Store.DeleteKeyAsync(key.Hash, session.Now, session.Cancellation))
            {
                throw new CommandException($"the key {key.Label} was deleted meanwhile.");
            }

            session.Printer.Answer(
                new { Deleted = true, Data = new { Hash = key.Hash.ToString(), key.Name, key.Label } },
                () => $"{key.Label} ({key.Name}) is deleted.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<int> CreateAsync(CommandSession session, ParseResult parse)
    {
        NanoUsd? limit = parse.GetValue(Limit) is { } amount ? MoneyText.Read(amount) : null;
        DateTimeOffset? expires = parse.GetValue(Expires) is { } date ? TimeText.Read(date, session.Now) : null;
        var kind = parse.GetValue(Management) ? KeyKind.Management : KeyKind.Inference;
        var account = await session.AccountAsync(parse.GetValue(AccountOption));
        var text = KeyText.New();
        var made = await session.Store.CreateKeyAsync(
            account.Id,
            new(KeyHash.Of(text), KeyText.Label(text), parse.GetRequiredValue(Name).Trim(), kind, limit, parse.GetValue(Reset) ?? LimitReset.None, expires),
            session.Now,
            session.Cancellation);
        var view = KeyListing.Of(made, new SpendCounters(session.Today, NanoUsd.Zero, NanoUsd.Zero, NanoUsd.Zero, NanoUsd.Zero));
        session.Printer.Answer(new { Key = text, Data = view }, () => $"""
            {text}

            This is the {(kind is KeyKind.Management ? "management key" : "API key")} '{made.Name}' of account {account.Id} ({account.Name}).
            It is shown once, now: keep it.
            limit    {LimitText(made)}
            expires  {TimeText.Show(made.ExpiresAt)}
            hash     {made.Hash}
            """);
        return ExitCodes.Success;
    }

    private static string ListText(IReadOnlyList<StoredKey> keys, DateOnly today)
    {
        if (keys.Count == 0)
        {
            return "There are no keys. Make one with 'turnpike keys create --name NAME'.";
        }

        var table = new Table("HASH", "LABEL", "NAME", "KIND", "STATE", "ACCOUNT", "SPENT", "TODAY", "LIMIT", "EXPIRES");
        foreach (var (key, spent, account, _) in keys)
        {
            var counters = spent.On(today);
            table.Add(
                key.Hash.ToString()[..12],
                key.Label,
                key.Name,
                key.Kind is KeyKind.Management ? "management" : "inference",
                key.Disabled ? "disabled" : "enabled",
                account.Id.ToString(),
                MoneyText.Show(counters.Total),
                MoneyText.Show(counters.Daily),
                LimitText(key),
                TimeText.Show(key.ExpiresAt));
        }

        return table.ToString();
    }

    private static string LimitText(ApiKey key) => key switch
    {
        { Limit: null } => "-",
        { Limit: { } limit, Reset: LimitReset.None } => MoneyText.Show(limit),
        { Limit: { } limit } => $"{MoneyText.Show(limit)} {key.Reset.ToString().ToLowerInvariant()}",
    };
}
