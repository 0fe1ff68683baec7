using Turnpike.Configuration;
using Turnpike.Hosting.Logging;
using Turnpike.Storage;

namespace Turnpike.Hosting;

/// <summary>The server's part of the command line. Read here without the command-line library, which the start of a server need not
/// load.</summary>
internal sealed record ServerArguments
{
    public CommandLineSettings Settings { get; init; } = CommandLineSettings.None;

    /// <summary>Null: text at a terminal, JSON otherwise.</summary>
    public LogFormat? LogFormat { get; init; }

    /// <summary>Reads <c>[serve] [--option value | --option=value]…</c>. Null when there is anything else: then the library reads it all,
    /// and says what is wrong with it or runs the command that it names.</summary>
    public static ServerArguments? TryRead(ReadOnlySpan<string> args)
    {
        var read = new ServerArguments();
        var rest = args is ["serve", ..] ? args[1..] : args;
        while (!rest.IsEmpty)
        {
            var (name, value, taken) = Split(rest);
            if (value is null || With(read, name, value) is not { } next)
            {
                return null;
            }

            read = next;
            rest = rest[taken..];
        }

        return read;
    }

    private static (string Name, string? Value, int Taken) Split(ReadOnlySpan<string> args)
    {
        var first = args[0];
        var equals = first.IndexOf('=', StringComparison.Ordinal);
        return equals >= 0 ? (first[..equals], first[(equals + 1)..], 1)
            : args.Length > 1 && !args[1].StartsWith("--", StringComparison.Ordinal) ? (first, args[1], 2)
            : (first, null, 1);
    }

    private static ServerArguments? With(ServerArguments read, string name, string value)
    {
        var settings = read.Settings;
        switch (name)
        {
            case "--config": return read with { Settings = settings with { Config = value } };
            case "--data": return read with { Settings = settings with { Data = value } };
            case "--database": return read with { Settings = settings with { Database = value } };
            case "--urls": return read with { Settings = settings with { Urls = [.. settings.Urls ?? [], value] } };
            case "--admin-urls": return read with { Settings = settings with { AdminUrls = [.. settings.AdminUrls ?? [], value] } };
            case "--local-engines" when bool.TryParse(value, out var on): return read with { Settings = settings with { LocalEngines = on } };
            case "--durability" when Enum.TryParse<DurabilityLevel>(value, ignoreCase: true, out var level):
                return read with { Settings = settings with { Durability = level } };
            case "--log-level" when Enum.TryParse<LogLevel>(value, ignoreCase: true, out var level):
                return read with { Settings = settings with { LogLevel = level } };
            case "--log-format" when Enum.TryParse<LogFormat>(value, ignoreCase: true, out var format):
                return read with { LogFormat = format };
            default: return null;
        }
    }
}
