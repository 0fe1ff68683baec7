using System.Diagnostics;
using Npgsql;

[assembly: AssemblyFixture(typeof(Turnpike.Storage.Tests.PostgresCluster))]

namespace Turnpike.Storage.Tests;

/// <summary>A PostgreSQL of this test run's own, on a socket in a directory of its own; started by the first who needs it.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "turnpike-pg-" + Path.GetRandomFileName());
    private readonly SemaphoreSlim _gate = new(1);
    private string? _binaries;
    private string? _missing;
    private int _databases;

    /// <summary>Makes an empty database; answers its address. Skips the test where PostgreSQL is not installed.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_binaries is null && _missing is null)
            {
                Start();
            }
        }
        finally
        {
            _gate.Release();
        }

        Assert.SkipWhen(_missing is not null, _missing ?? "");
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await using var source = NpgsqlDataSource.Create($"Host={_directory};Username=postgres;Database=postgres;Pooling=false");
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return $"postgres://postgres@/{name}?host={_directory}";
    }

    /// <summary>Ends every session of a database, as a restart of the server would.</summary>
    public async Task DisconnectAllAsync(string address)
    {
        var name = address.Split('/', '?')[3];
        await using var source = NpgsqlDataSource.Create($"Host={_directory};Username=postgres;Database=postgres;Pooling=false");
        await using var command = source.CreateCommand($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        if (_binaries is not null)
        {
            Run("pg_ctl", "-s", "-D", _directory, "-m", "immediate", "stop");
            Directory.Delete(_directory, recursive: true);
        }

        _gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Start()
    {
        _binaries = FindBinaries();
        if (_binaries is null)
        {
            _missing = "PostgreSQL is not installed (initdb was found neither under /usr/lib/postgresql nor on PATH).";
            return;
        }

        Run("initdb", "-D", _directory, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync");
        Run("pg_ctl", "-s", "-D", _directory, "-w", "-l", Path.Combine(_directory, "log"), "-o", $"-k {_directory} -h '' -F", "start");
    }

    private static string? FindBinaries()
    {
        const string debian = "/usr/lib/postgresql";
        var candidates = Directory.Exists(debian) ? Directory.GetDirectories(debian).Order().Reverse().Select(static d => Path.Combine(d, "bin")) : [];
        candidates = candidates.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
        return candidates.FirstOrDefault(static d => File.Exists(Path.Combine(d, "initdb")));
    }

    private void Run(string program, params string[] arguments)
    {
        // PostgreSQL does not run as root.
        string[] asPostgres = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        string[] command = [.. asPostgres, Path.Combine(_binaries!, program), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = program == "initdb" };
        using var process = Process.Start(start)!;
        // Only of a program that ends: the server that pg_ctl starts would keep the pipe open.
        var output = start.RedirectStandardOutput ? process.StandardOutput.ReadToEnd() : "";
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} failed. {output}");
    }
}
