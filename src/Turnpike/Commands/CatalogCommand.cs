using System.CommandLine;
using Turnpike.Catalog.Building;
using Turnpike.Hosting;

namespace Turnpike.Commands;

/// <summary><c>turnpike catalog</c>: builds the catalogue that ships, and refreshes the one in use.</summary>
internal static class CatalogCommand
{
    private static readonly Argument<DirectoryInfo> Facts = new("FOLDER") { Description = "The folder of facts: index.json, providers/, models/" };

    private static readonly Option<DirectoryInfo> To = new("--to")
    {
        Description = "Write the catalogue here. Default: nowhere, the facts are only checked",
        HelpName = "DIR",
    };

    public static Command Build() =>
        new("catalog", "Build the catalogue of models and prices, or refresh the one in use") { BuildBuild(), CatalogRefreshCommand.Build() };

    private static Command BuildBuild()
    {
        var command = new Command("build", "Check a folder of facts, and write the catalogue that is made of them") { Facts, To };
        command.SetSettingsAction((settings, printer, parse, _) =>
        {
            var from = parse.GetRequiredValue(Facts).FullName;
            var builder = new CatalogBuilder(from, settings.Origin.Sources.Today);
            var (content, faults) = builder.Check();
            if (faults.Count > 0)
            {
                throw new CommandException(string.Join('\n', faults));
            }

            var to = parse.GetValue(To)?.FullName;
            if (to is not null)
            {
                builder.Write(to);
            }

            var figures = CatalogFigures.Of(content);
            printer.Answer(
                new { figures.Models, figures.Providers, figures.Endpoints, figures.PricedEndpoints, WrittenTo = to },
                () => to is null ? $"Sound: {figures}." : $"Written to {to}: {figures}.");
            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }
}
