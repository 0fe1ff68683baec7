using System.Collections;
using System.CommandLine;
using Turnpike.Commands.Output;
using Turnpike.Configuration;
using Turnpike.Hosting;
using Turnpike.Storage;

namespace Turnpike.Commands;

/// <summary>Runs an operator's command: settings first, then the store, then the command; what goes wrong is one sentence and an
/// exit code.</summary>
internal static class CommandRunner
{
    // A command that works with the store sends nothing to providers.
    private static readonly SettingsSources WithoutSecrets = SettingsSources.Default with { NeedsSecrets = false };

    /// <summary>Gives a command that changes the store; it brings its schema up to date, as a start of the server does.</summary>
    public static void SetStoreAction(this Command command, Func<CommandSession, ParseResult, Task<int>> run) =>
        command.SetAction(WithoutSecrets, async (settings, printer, parse, cancellationToken) =>
        {
            RequireFolder(settings.Storage);
            await using var store = await StoreFactory.OpenAsync(settings.Storage, TimeProvider.System, cancellationToken);
            return await run(new(settings, store, TimeProvider.System, printer, cancellationToken), parse);
        });

    /// <summary>Gives a command that only reads the store, and leaves its schema as it is.</summary>
    public static void SetReadingAction(this Command command, Func<CommandSession, ParseResult, Task<int>> run) =>
        command.SetAction(WithoutSecrets, async (settings, printer, parse, cancellationToken) =>
        {
            RequireFolder(settings.Storage);
            await using var store = await StoreFactory.FindAsync(settings.Storage, TimeProvider.System, cancellationToken)
                ?? throw new CommandException("nothing is stored there yet; start the server once, it makes the owner's account and keys.");
            return await run(new(settings, store, TimeProvider.System, printer, cancellationToken), parse);
        });

    private static void RequireFolder(StorageOptions storage)
    {
        if (storage.Database is null && !Directory.Exists(storage.DataDirectory))
        {
            throw new CommandException($"there is no data folder {storage.DataDirectory}; say the server's with --data DIR, or start the server once.");
        }
    }

    /// <summary>Gives a command that works with the settings alone.</summary>
    public static void SetSettingsAction(
        this Command command, Func<TurnpikeSettings, Printer, ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction(SettingsSources.Default, run);

    private static void SetAction(
        this Command command, SettingsSources sources, Func<TurnpikeSettings, Printer, ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parse, cancellationToken) =>
        {
            var printer = PrinterOf(parse);
            try
            {
                var loaded = Load(CommandOptions.Settings(parse), sources);
                if (loaded.Settings is not { } settings)
                {
                    printer.Fail(string.Join('\n', loaded.Faults));
                    return ExitCodes.Usage;
                }

                return await run(settings, printer, parse, cancellationToken);
            }
            catch (CommandException e)
            {
                printer.Fail(e.Message);
                return e.ExitCode;
            }
            catch (Exception e) when (StartFault.Explain(e) is { } sentence)
            {
                printer.Fail(sentence);
                return ExitCodes.Failure;
            }
        });

    public static Printer PrinterOf(ParseResult parse) =>
        new(parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error, parse.GetValue(CommandOptions.Json));

    /// <summary>Puts the settings together as the server does.</summary>
    public static SettingsResult Load(CommandLineSettings said) => Load(said, SettingsSources.Default);

    private static SettingsResult Load(CommandLineSettings said, SettingsSources sources) =>
        SettingsLoader.Load(said, EnvironmentVariables(), Environment.CurrentDirectory, sources);

    // A loop and no query: it runs at each start of a server, where code that must be compiled first is what costs.
    private static Dictionary<string, string> EnvironmentVariables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return variables;
    }
}
