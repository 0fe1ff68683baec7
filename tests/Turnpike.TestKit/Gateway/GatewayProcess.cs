using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Turnpike.TestKit;

/// <summary>The real executable in a folder of its own: started, killed, stopped, started again, and its commands.</summary>
/// <remarks>The first start prints the keys; later starts use them again. Environment variables of the test run do not reach it.</remarks>
public sealed partial class GatewayProcess : IAsyncDisposable
{
    private static readonly string _executable = typeof(GatewayProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(static a => a.Key == "TurnpikeExecutable").Value!;

    private readonly TempFolder _folder = new();
    private readonly List<string> _output = [];
    private readonly Lock _gate = new();
    private Process? _process;

    private GatewayProcess(GatewayConfig? config)
    {
        if (config is not null)
        {
            File.WriteAllText(_folder.At("turnpike.json"), config.ToString());
        }
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1:1");

    /// <summary>The inference key that the first start printed.</summary>
    public string Key { get; private set; } = "";

    public string ManagementKey { get; private set; } = "";

    public string Folder => _folder.Path;

    public string Database => _folder.At("data/turnpike.db");

    /// <summary>Everything that was printed so far, by all starts.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public GatewayClient Client => new(Address, Key);

    public GatewayClient ManagementClient => new(Address, ManagementKey);

    public int ProcessId => _process?.Id ?? 0;

    /// <summary>Starts it and waits until it serves.</summary>
    public static async Task<GatewayProcess> StartAsync(GatewayConfig? config = null)
    {
        var gateway = new GatewayProcess(config);
        try
        {
            await gateway.StartAgainAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again over the same data.</summary>
    public async Task StartAgainAsync(params IEnumerable<string> arguments)
    {
        var serving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = New(["--urls", "http://127.0.0.1:0", .. arguments]);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => serving.TrySetException(new InvalidOperationException($"The gateway ended while it started:\n{Output}"));
        process.OutputDataReceived += (_, line) => Take(line.Data, serving);
        process.ErrorDataReceived += (_, line) => Take(line.Data, serving);
        _process = process;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await serving.Task.WaitAsync(Deadline.Default);
        var client = Client;
        await Deadline.UntilAsync(async () => (await client.GetAsync("/health/ready")).Status == 200, "the gateway to be ready");
    }

    /// <summary>kill -9: nothing of it runs on.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM; gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (kill(_process!.Id, 15) != 0)
        {
            throw new InvalidOperationException($"kill failed: {Marshal.GetLastPInvokeError()}");
        }

        await _process.WaitForExitAsync(Deadline.Token(TimeSpan.FromSeconds(60)));
        return _process.ExitCode;
    }

    /// <summary>Runs a command over the same data, beside the server or without it.</summary>
    public async Task<CommandResult> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = New(arguments);
        process.Start();
        var error = process.StandardError.ReadToEndAsync(Deadline.Token());
        var output = await process.StandardOutput.ReadToEndAsync(Deadline.Token());
        await process.WaitForExitAsync(Deadline.Token());
        return new(process.ExitCode, output, await error);
    }

    /// <summary>Runs a command with <c>--json</c> and gives its document.</summary>
    public async Task<JsonNode> RunJsonAsync(params IEnumerable<string> arguments)
    {
        var result = await RunAsync([.. arguments, "--json"]);
        return result.ExitCode == 0 ? JsonNode.Parse(result.Output)! : throw new InvalidOperationException(result.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    private Process New(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [_executable, .. arguments])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var path = Environment.GetEnvironmentVariable("PATH");
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["HOME"] = _folder.Path;
        if (root is not null)
        {
            start.Environment["DOTNET_ROOT"] = root;
        }

        return new() { StartInfo = start };
    }

    private void Take(string? line, TaskCompletionSource serving)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _output.Add(line);
        }

        if (AddressPattern().Match(line) is { Success: true } address)
        {
            Address = new(address.Groups[1].Value);
        }
        else if (KeyPattern().Match(line) is { Success: true } key)
        {
            Key = key.Groups[1].Value;
        }
        else if (ManagementKeyPattern().Match(line) is { Success: true } management)
        {
            ManagementKey = management.Groups[1].Value;
        }
        else if (line.StartsWith("  data ", StringComparison.Ordinal) && Key.Length > 0)
        {
            serving.TrySetResult();
        }

        if (ManagementKey.Length > 0 && line.StartsWith("curl ", StringComparison.Ordinal))
        {
            serving.TrySetResult();
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int pid, int signal);

    [GeneratedRegex(@"^  address +(http://\S+)")]
    private static partial Regex AddressPattern();

    [GeneratedRegex(@"^  API key +(sk-or-v1-[0-9a-f]{64})")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"^  management key +(sk-or-v1-[0-9a-f]{64})")]
    private static partial Regex ManagementKeyPattern();
}

/// <summary>What a command printed and its exit code.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error);
