using System.CommandLine;
using System.CommandLine.Parsing;
using Turnpike.Configuration;
using Turnpike.Hosting;
using Turnpike.Hosting.Logging;
using Turnpike.Storage;

namespace Turnpike.Commands;

/// <summary>The options that stand on more than one command. <see cref="ServerArguments"/> reads the same names on the server's
/// fast path.</summary>
internal static class CommandOptions
{
    public static readonly Option<string> Config = new("--config")
    {
        Description = "Read settings from FILE. Default: turnpike.json in the working directory, when it is there",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<string> Data = new("--data")
    {
        Description = "Keep the book (SQLite) and the journal in DIR. Default: ./data",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string> Database = new("--database")
    {
        Description = "Keep the book elsewhere: a path or sqlite:PATH for SQLite, postgres://USER:PASSWORD@HOST/NAME for PostgreSQL",
        HelpName = "ADDRESS",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON document instead of text",
        Recursive = true,
    };

    public static readonly Option<string[]> Urls = new("--urls")
    {
        Description = "Serve callers on these addresses, with ';' between them. Default: http://127.0.0.1:8088",
        HelpName = "URLS",
    };

    public static readonly Option<string[]> AdminUrls = new("--admin-urls")
    {
        Description = "Serve the operator's pages (/metrics) on these addresses alone, instead of on the callers' ones",
        HelpName = "URLS",
    };

    public static readonly Option<bool?> LocalEngines = new("--local-engines")
    {
        Description = "Look for engines on this machine (Ollama, llama.cpp, vLLM, LM Studio). Default: false",
        HelpName = "true|false",
    };

    public static readonly Option<DurabilityLevel?> Durability = new("--durability")
    {
        Description = "What a booking survives before the caller is told: the death of the process, or the machine (disk). Default: process",
        CustomParser = Word<DurabilityLevel>,
        HelpName = "process|disk",
    };

    public static readonly Option<LogLevel?> Level = new("--log-level")
    {
        Description = "Log from this level up: trace, debug, information, warning, error, critical or none. Default: information",
        CustomParser = Word<LogLevel>,
        HelpName = "LEVEL",
    };

    public static readonly Option<LogFormat?> Format = new("--log-format")
    {
        Description = "Write the log (to the standard error) as text or as JSON lines. Default: text at a terminal, else json",
        CustomParser = Word<LogFormat>,
        HelpName = "text|json",
    };

    /// <summary>Refuses, before anything is opened, what the option cannot mean.</summary>
    /// <param name="rule">What the option is, to follow its name in a sentence.</param>
    public static void Require(this Option<string> option, Func<string, bool> isRight, string rule) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string>() is { } said && !isRight(said))
        {
            result.AddError($"'{option.Name}' {rule}, but is '{said}'.");
        }
    });

    /// <summary>Reads one word of a closed set, in any case. A number is none, though .NET would take it.</summary>
    public static T? Word<T>(ArgumentResult said)
        where T : struct, Enum
    {
        var text = said.Tokens[0].Value;
        var words = Enum.GetNames<T>();
        if (Array.Find(words, w => w.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } word)
        {
            return Enum.Parse<T>(word);
        }

        said.AddError($"'{(said.Parent as OptionResult)?.Option.Name}' is one of {string.Join(", ", words).ToLowerInvariant()}, but is '{text}'.");
        return null;
    }

    /// <summary>Adds the options of the server.</summary>
    public static void AddServerOptions(Command command)
    {
        command.Add(Urls);
        command.Add(AdminUrls);
        command.Add(LocalEngines);
        command.Add(Durability);
        command.Add(Level);
        command.Add(Format);
    }

    /// <summary>What the command line says of the settings; null for options that the command does not have.</summary>
    public static CommandLineSettings Settings(ParseResult parse) => new()
    {
        Config = parse.GetValue(Config),
        Data = parse.GetValue(Data),
        Database = parse.GetValue(Database),
        Urls = parse.GetValue(Urls) is { Length: > 0 } urls ? urls : null,
        AdminUrls = parse.GetValue(AdminUrls) is { Length: > 0 } adminUrls ? adminUrls : null,
        LocalEngines = parse.GetValue(LocalEngines),
        Durability = parse.GetValue(Durability),
        LogLevel = parse.GetValue(Level),
    };

    /// <summary>What the command line says to the server.</summary>
    public static ServerArguments Server(ParseResult parse) => new() { Settings = Settings(parse), LogFormat = parse.GetValue(Format) };
}
