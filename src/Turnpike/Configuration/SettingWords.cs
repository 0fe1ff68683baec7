using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Turnpike.Storage;

namespace Turnpike.Configuration;

/// <summary>The words of settings that take one of a few.</summary>
internal static class SettingWords
{
    public static FrozenDictionary<string, DurabilityLevel> Durabilities { get; } = new Dictionary<string, DurabilityLevel>
    {
        ["process"] = DurabilityLevel.Process,
        ["disk"] = DurabilityLevel.Disk,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, LogLevel> LogLevels { get; } = new Dictionary<string, LogLevel>
    {
        ["trace"] = LogLevel.Trace,
        ["debug"] = LogLevel.Debug,
        ["information"] = LogLevel.Information,
        ["warning"] = LogLevel.Warning,
        ["error"] = LogLevel.Error,
        ["critical"] = LogLevel.Critical,
        ["none"] = LogLevel.None,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, bool> Switches { get; } = new Dictionary<string, bool>
    {
        ["true"] = true,
        ["1"] = true,
        ["false"] = false,
        ["0"] = false,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
