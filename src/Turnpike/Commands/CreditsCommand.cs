using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using Turnpike.Commands.Output;
using Turnpike.Core.Accounts;
using Turnpike.Core.Money;
using Turnpike.Hosting;

namespace Turnpike.Commands;

/// <summary><c>turnpike credits</c>: grants credit and shows it.</summary>
internal static class CreditsCommand
{
    private const int ReferenceLengthMax = 200;

    private static readonly Option<string> Amount = new("--amount")
    {
        Description = "Dollars, more than 0, with at most nine decimals",
        HelpName = "USD",
        Required = true,
    };

    private static readonly Option<string> AccountOption = new("--account")
    {
        Description = "The account, by id or name. Default: the only one",
        HelpName = "ID",
    };

    private static readonly Option<string> Reference = new("--reference")
    {
        Description = "Names this grant, such as an invoice's number: the same reference is booked once. Default: a new one",
        HelpName = "TEXT",
    };

    public static Command Build() => new("credits", "Grant credit and show it") { BuildGrant(), BuildShow() };

    private static Command BuildGrant()
    {
        Amount.Require(static said => MoneyText.Read(said) is { Value: > 0 }, "is more than 0 dollars, with at most nine decimals");
        Reference.Require(static said => said.Trim().Length is > 0 and <= ReferenceLengthMax, $"has 1 to {ReferenceLengthMax} characters");
        var command = new Command("grant", "Add credit to an account, exactly once per reference") { Amount, AccountOption, Reference };
        command.SetStoreAction(GrantAsync);
        return command;
    }

    private static Command BuildShow()
    {
        var command = new Command("show", "Show what accounts were granted, have used and have left") { AccountOption };
        command.SetReadingAction(async (session, parse) =>
        {
            IReadOnlyList<Account> accounts = parse.GetValue(AccountOption) is { } said
                ? [await session.AccountAsync(said)]
                : await session.Store.ListAccountsAsync(session.Cancellation);
            session.Printer.Answer(new { Data = accounts.Select(AccountListing.Of) }, () => ShowText(accounts));
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<int> GrantAsync(CommandSession session, ParseResult parse)
    {
        NanoUsd amount = MoneyText.Read(parse.GetRequiredValue(Amount)) ?? throw new UnreachableException();
        var reference = parse.GetValue(Reference)?.Trim() ?? "grant-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var before = await session.AccountAsync(parse.GetValue(AccountOption));
        var after = await session.Store.GrantAsync(before.Id, amount, reference, session.Now, session.Cancellation)
            ?? throw new CommandException($"there is no account {before.Id} any more.");
        var isNew = after.Granted != before.Granted;
        session.Printer.Answer(
            new { Booked = isNew, Amount = amount.ToUsd(), Reference = reference, Data = AccountListing.Of(after) },
            () => $"""
                {(isNew ? $"{MoneyText.Show(amount)} granted, reference {reference}." : $"Reference {reference} was booked before; nothing was added.")}
                Account {after.Id} ({after.Name}) has {MoneyText.Show(after.Balance)}.
                """);
        return ExitCodes.Success;
    }

    private static string ShowText(IReadOnlyList<Account> accounts)
    {
        if (accounts.Count == 0)
        {
            return "There is no account yet. Start the server once: it makes the owner's account and keys.";
        }

        var table = new Table("ACCOUNT", "NAME", "GRANTED", "USED", "HELD", "AVAILABLE", "SINCE");
        foreach (var account in accounts)
        {
            table.Add(
                account.Id.ToString(),
                account.Name,
                MoneyText.Show(account.Granted),
                MoneyText.Show(account.Used),
                MoneyText.Show(account.Granted - account.Used - account.Balance),
                MoneyText.Show(account.Balance),
                TimeText.Show(account.CreatedAt));
        }

        return table.ToString();
    }
}
