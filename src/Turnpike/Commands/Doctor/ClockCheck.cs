using System.Globalization;
using Turnpike.Configuration;

namespace Turnpike.Commands.Doctor;

/// <summary>Looks whether the machine's clock can be right: not before this program was built, nor before the books were last
/// written.</summary>
internal static class ClockCheck
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static Finding Run(TurnpikeSettings settings, DateTimeOffset now)
    {
        var built = File.Exists(Environment.ProcessPath) ? File.GetLastWriteTimeUtc(Environment.ProcessPath) : DateTime.UnixEpoch;
        var written = Directory.Exists(settings.Storage.DataDirectory)
            ? Directory.EnumerateFiles(settings.Storage.DataDirectory).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty(DateTime.UnixEpoch).Max()
            : DateTime.UnixEpoch;
        var earliest = built > written ? built : written;
        var text = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return now.UtcDateTime + Tolerance < earliest
            ? Finding.Fault(
                "clock", $"The clock says {text}, but files here are from {earliest:yyyy-MM-dd HH:mm:ss'Z'}. Set it: limits and prices go by it.")
            : Finding.Ok("clock", $"{text}.");
    }
}
