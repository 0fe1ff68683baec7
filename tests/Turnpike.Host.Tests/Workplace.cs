namespace Turnpike.Host.Tests;

/// <summary>A folder of its own for one test, and the programs that were started in it.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private readonly List<TurnpikeProcess> _processes = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("turnpike-host-").FullName;

    /// <summary>Starts a program; it is killed at the end of the test when it still runs.</summary>
    public TurnpikeProcess Start(params IEnumerable<string> arguments)
    {
        var process = new TurnpikeProcess(Folder, arguments);
        _processes.Add(process);
        return process;
    }

    /// <summary>Starts a server on a free port and waits until it has announced itself.</summary>
    public Task<RunningServer> ServeAsync(params IEnumerable<string> arguments) =>
        RunningServer.WaitAsync(Start([.. arguments, "--urls", "http://127.0.0.1:0"]));

    /// <summary>Runs a command to its end.</summary>
    public Task<CommandResult> RunAsync(params IEnumerable<string> arguments) => Start(arguments).ResultAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
