using System.CommandLine;
using System.CommandLine.Parsing;
using Turnpike.Commands.Doctor;
using Turnpike.Hosting;

namespace Turnpike.Commands;

/// <summary>The whole command line.</summary>
internal static class TurnpikeCommand
{
    private const string About = """
        Turnpike: one OpenAI-compatible address in front of every model provider, on your own machine.

        Without a command it starts the gateway. The first start makes the owner's account and prints its keys, once:

          turnpike                                   serve http://127.0.0.1:8088, keep everything in ./data
          turnpike --data /var/lib/turnpike --urls http://0.0.0.0:8088
          turnpike keys create --name laptop --limit 5 --reset monthly
          turnpike credits grant --amount 20 --reference invoice-17
          turnpike doctor

        The commands work while the server runs (it takes changes over within a second) and while it does not.
        They must be told the same --data, --config or --database as the server.

        Exit codes: 0 done; 1 not possible, or an installation that is not sound; 2 wrong command line or configuration.
        Settings: the command line wins over the environment (TURNPIKE_…), that over turnpike.json; see docs/configuration.md.
        """;

    public static Task<int> RunAsync(string[] args)
    {
        var parse = Build().Parse(args);
        if (parse.Errors.Count > 0 && parse.Action is System.CommandLine.Invocation.ParseErrorAction)
        {
            var words = string.Join(' ', parse.Errors.Select(static e => e.Message));
            CommandRunner.PrinterOf(parse).Fail($"{words} See: {Path(parse)} --help");
            return Task.FromResult(ExitCodes.Usage);
        }

        // The library would take the signals for itself and end the process while the server drains.
        return parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static string Path(ParseResult parse)
    {
        var path = "turnpike";
        for (var command = parse.CommandResult; command is { Command: not RootCommand }; command = command.Parent as CommandResult)
        {
            path = path.Insert("turnpike".Length, $" {command.Command.Name}");
        }

        return path;
    }

    private static RootCommand Build()
    {
        var root = new RootCommand(About)
        {
            CommandOptions.Config,
            CommandOptions.Data,
            CommandOptions.Database,
            CommandOptions.Json,
            ServeCommand(),
            KeysCommand.Build(),
            CreditsCommand.Build(),
            ProvidersCommand.Build(),
            ModelsCommand.Build(),
            CatalogCommand.Build(),
            DoctorCommand.Build(),
            HealthCommand.Build(),
            RouteCommand.Build(),
        };
        root.HelpName = "turnpike";
        CommandOptions.AddServerOptions(root);
        root.SetAction(static parse => Server.RunAsync(CommandOptions.Server(parse)));
        return root;
    }

    private static Command ServeCommand()
    {
        var serve = new Command("serve", "Start the gateway (the same as no command)");
        CommandOptions.AddServerOptions(serve);
        serve.SetAction(static parse => Server.RunAsync(CommandOptions.Server(parse)));
        return serve;
    }
}
