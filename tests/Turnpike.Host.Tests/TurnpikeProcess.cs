using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Turnpike.Host.Tests;

/// <summary>The real program in a process of its own, with nothing of our environment that could set it.</summary>
internal sealed partial class TurnpikeProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int SigInt = 2;

    private static readonly string Dll = typeof(TurnpikeProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(static a => a.Key == "TurnpikeDll").Value!;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    public TurnpikeProcess(string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Dll, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HTTP_PROXY"] = "http://127.0.0.1:9"; // nobody is there: what runs on this machine is not asked through it
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Take(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Take(_error, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Error => Text(_error);

    public bool HasExited => _process.HasExited;

    /// <summary>A line for each thread, as the system tells it (proc_pid_stat(5)).</summary>
    public IEnumerable<string> Threads()
    {
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{_process.Id}/task"))
        {
            var line = "";
            try
            {
                line = File.ReadAllText(Path.Combine(thread, "stat"));
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }

            yield return line;
        }
    }

    public void Terminate() => Send(SigTerm);

    public void Interrupt() => Send(SigInt);

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(Deadline.Token());
        return _process.ExitCode;
    }

    public async Task<CommandResult> ResultAsync()
    {
        var exitCode = await ExitCodeAsync();
        return new(exitCode, Output, Error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(Deadline.Token());
        }

        _process.Dispose();
    }

    private static bool IsOurs(string variable) =>
        variable.StartsWith("TURNPIKE_", StringComparison.Ordinal) || variable.EndsWith("_API_KEY", StringComparison.Ordinal);

    private static void Take(StringBuilder text, string? line)
    {
        lock (text)
        {
            _ = line is null ? text : text.AppendLine(line);
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private void Send(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
