using System.CommandLine;
using Turnpike.Core.Accounts;
using Turnpike.Gateway.Routing;
using Turnpike.Gateway.Routing.Records;
using Turnpike.Hosting;

namespace Turnpike.Commands;

/// <summary><c>turnpike route</c>: sets what keys and accounts have by default, and makes recorded decisions again.</summary>
internal static class RouteCommand
{
    /// <summary>The longest record that is read, bytes.</summary>
    private const long BytesMax = 16 << 20;

    private static readonly Argument<string> File = new("FILE") { Description = "What POST /route/explain or GET /generation/{id}/route answered" };

    private static readonly Argument<string> Defaults = new("JSON") { Description = "A provider object such as '{\"zdr\":true}'; 'none' removes it" };

    private static readonly Argument<string> Mode = new("MODE") { Description = "off, error, continue or restart; 'none' for what the configuration says" };

    private static readonly Option<string> RescuedKey = new("--key") { Description = "The key", HelpName = "KEY", Required = true };

    private static readonly Option<string> Key = new("--key") { Description = "The key whose default it is. Default: the account's", HelpName = "KEY" };

    private static readonly Option<string> AccountOption = new("--account") { Description = "The account, by id or name. Default: the only one", HelpName = "ID" };

    public static Command Build() => new("route", "Set routing defaults, and make recorded decisions again") { BuildDefaults(), BuildRescue(), BuildReplay() };

    private static Command BuildDefaults()
    {
        var command = new Command("defaults", "Set the provider object that holds for every request of an account, or of a key") { Defaults, Key, AccountOption };
        command.SetStoreAction(SetDefaultsAsync);
        return command;
    }

    private static async Task<int> SetDefaultsAsync(CommandSession session, ParseResult parse)
    {
        var said = parse.GetRequiredValue(Defaults);
        var json = said == "none" ? null : said;
        if (json is not null && ProviderDefaults.Fault(json) is { } fault)
        {
            throw new CommandException(fault);
        }

        string whose;
        if (parse.GetValue(Key) is { } selector)
        {
            var key = (await session.KeyAsync(selector)).Key;
            whose = $"the key {key.Label}";
            if (!await session.Store.UpdateKeyAsync(key with { ProviderDefaults = json }, session.Now, session.Cancellation))
            {
                throw new CommandException($"{whose} was deleted meanwhile.");
            }
        }
        else
        {
            var account = await session.AccountAsync(parse.GetValue(AccountOption));
            whose = $"account {account.Id} ({account.Name})";
            await session.Store.SetProviderDefaultsAsync(account.Id, json, session.Cancellation);
        }

        session.Printer.Answer(new { Whose = whose, Provider = json }, () => $"Every request of {whose} has the provider defaults {json ?? "none"}.");
        return ExitCodes.Success;
    }

    private static Command BuildRescue()
    {
        var command = new Command("rescue", "Set what is done with streams of a key that break") { Mode, RescuedKey };
        command.SetStoreAction(SetRescueAsync);
        return command;
    }

    private static async Task<int> SetRescueAsync(CommandSession session, ParseResult parse)
    {
        var said = parse.GetRequiredValue(Mode);
        if (said != "none" && !ApiKey.RescueWords.Contains(said))
        {
            throw new CommandException($"'{said}' is none of {string.Join(", ", ApiKey.RescueWords)} and none.");
        }

        var key = (await session.KeyAsync(parse.GetRequiredValue(RescuedKey))).Key;
        var mode = said == "none" ? null : said;
        if (!await session.Store.UpdateKeyAsync(key with { Rescue = mode }, session.Now, session.Cancellation))
        {
            throw new CommandException($"the key {key.Label} was deleted meanwhile.");
        }

        session.Printer.Answer(new { Key = key.Label, Rescue = mode }, () => $"Streams of the key {key.Label} that break: {mode ?? "as the configuration says"}.");
        return ExitCodes.Success;
    }

    private static Command BuildReplay()
    {
        var command = new Command("replay", "Decide again from a record alone; the exit code is 0 when the order is the same") { File };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var printer = CommandRunner.PrinterOf(parse);
            try
            {
                var replayed = RouteReplay.Run(await ReadAsync(parse.GetValue(File)!, cancellationToken)); // required
                printer.Answer(
                    new { Same = replayed.IsSame, replayed.Recorded, replayed.Replayed, replayed.Summary },
                    () => $"{(replayed.IsSame ? "The same order" : "ANOTHER ORDER")}: {string.Join(", ", replayed.Replayed)}\n{replayed.Summary}");
                return replayed.IsSame ? ExitCodes.Success : ExitCodes.Failure;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                printer.Fail(e.Message);
                return ExitCodes.Failure;
            }
        });
        return command;
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken) =>
        new FileInfo(path) is { Exists: true, Length: > BytesMax }
            ? throw new FormatException($"{path} has more than {BytesMax} bytes; no record is so long.")
            : await System.IO.File.ReadAllTextAsync(path, cancellationToken);
}
