using Turnpike.Commands;
using Turnpike.Configuration;
using Turnpike.Core.Ledger;
using Turnpike.Hosting.Logging;

namespace Turnpike.Hosting;

/// <summary>Runs the gateway from its command line to its exit code.</summary>
internal static partial class Server
{
    /// <summary>Starts, announces, serves until it is told to stop, drains. What keeps it from starting is told in a sentence,
    /// without a trace.</summary>
    public static async Task<int> RunAsync(ServerArguments arguments)
    {
        var loaded = CommandRunner.Load(arguments.Settings);
        if (loaded.Settings is not { } settings)
        {
            Console.Error.WriteLine("turnpike: the configuration is wrong; nothing was started.");
            foreach (var fault in loaded.Faults)
            {
                Console.Error.WriteLine($"  {fault}");
            }

            return ExitCodes.Usage;
        }

        var format = arguments.LogFormat ?? (Console.IsErrorRedirected ? LogFormat.Json : LogFormat.Text);
        using var sink = new LogSink(Console.OpenStandardError());
        try
        {
            MakeDataFolder(settings.Storage.DataDirectory);
            await using var app = ServerBuilder.Build(settings, new LogWriter(sink, format, TimeProvider.System));
            try
            {
                await app.StartAsync();
                SocketThreads.TakeTurns();
                await AnnounceAsync(app, settings);
            }
            catch
            {
                await app.StopAsync(); // What had started by then closes in order: the store keeps what it has.
                throw;
            }

            await app.WaitForShutdownAsync();
            return ExitCodes.Success;
        }
        catch (Exception e) when (StartFault.Explain(e, settings) is { } sentence)
        {
            Console.Error.WriteLine($"turnpike: {sentence}");
            return ExitCodes.Failure;
        }
    }

    private static void MakeDataFolder(string folder)
    {
        // The books are nobody else's business. A folder that is there keeps the mode that its owner gave it.
        if (!OperatingSystem.IsWindows() && !Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static async Task AnnounceAsync(WebApplication app, TurnpikeSettings settings)
    {
        // After Kestrel has its addresses: keys are made only by a server that runs, and printed with the address that it got.
        var store = app.Services.GetRequiredService<IStore>();
        var keys = await FirstStart.EnsureOwnerAsync(store, settings.StartingCredit, TimeProvider.System, app.Lifetime.ApplicationStopping);
        Console.Out.WriteLine(Announcement.Text(settings, app.Urls, keys));
        LogStarted(app.Logger, ProductVersion.Full, string.Join(' ', app.Urls), settings.Storage.DataDirectory);
        app.Lifetime.ApplicationStopping.Register(() => LogStopping(app.Logger, settings.Gateway.Drain.TotalSeconds));
        app.Lifetime.ApplicationStopped.Register(() => LogStopped(app.Logger));
    }

    [LoggerMessage(
        EventId = 10, EventName = "Started", Level = LogLevel.Information,
        Message = "Turnpike {Version} serves {Addresses}, data in {Folder}")]
    private static partial void LogStarted(ILogger logger, string version, string addresses, string folder);

    [LoggerMessage(
        EventId = 11, EventName = "Stopping", Level = LogLevel.Information,
        Message = "Stopping: running requests have {Seconds} s to end")]
    private static partial void LogStopping(ILogger logger, double seconds);

    [LoggerMessage(
        EventId = 12, EventName = "Stopped", Level = LogLevel.Information,
        Message = "Stopped")]
    private static partial void LogStopped(ILogger logger);
}
