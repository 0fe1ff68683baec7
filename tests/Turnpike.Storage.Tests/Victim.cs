using System.Diagnostics;
using System.Globalization;

namespace Turnpike.Storage.Tests;

/// <summary>A real server process that is killed without warning.</summary>
internal static class Victim
{
    /// <summary>Lets it give at least so many answers, kills it, and returns what it had told: generation id and charge.</summary>
    public static async Task<Dictionary<string, long>> RunAndKillAsync(StorageOptions options, string key, int answers)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Turnpike.Storage.Victim.dll"));
        start.ArgumentList.Add(options.DataDirectory);
        start.ArgumentList.Add(options.Database ?? "-");
        start.ArgumentList.Add(key);
        using var process = Process.Start(start)!;
        var told = new Dictionary<string, long>();
        // A line is one write of fewer bytes than a pipe takes whole, so the last one is not cut by the kill.
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Split(' ') is not [var id, var charged])
            {
                continue;
            }

            told[id] = long.Parse(charged, CultureInfo.InvariantCulture);
            if (told.Count == answers)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(told.Count >= answers, "The victim died by itself.");
        return told;
    }
}
