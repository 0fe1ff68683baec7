using System.CommandLine;
using System.Globalization;
using Turnpike.Commands.Output;
using Turnpike.Configuration;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Hosting;

namespace Turnpike.Commands;

/// <summary><c>turnpike models</c>: lists what callers can name.</summary>
internal static class ModelsCommand
{
    private static readonly Option<bool> Count = new("--count") { Description = "Print how many there are, and how many are known" };

    private static readonly Option<bool> All = new("--all") { Description = "Also list what providers without a key here would serve" };

    private static readonly Option<string> ProviderOption = new("--provider")
    {
        Description = "Only the models that this provider serves",
        HelpName = "ID",
    };

    public static Command Build() => new("models", "List the models that callers can name") { BuildList() };

    private static Command BuildList()
    {
        var command = new Command("list", "List models with their endpoints and the lowest price") { Count, All, ProviderOption };
        command.SetSettingsAction((settings, printer, parse, _) =>
        {
            if (parse.GetValue(Count))
            {
                var here = CatalogFigures.Of(settings.Catalog);
                var known = CatalogFigures.Of(WithEveryProvider(settings).Catalog);
                printer.Answer(
                    new { here.Models, here.Providers, here.Endpoints, here.PricedEndpoints, Known = known },
                    () => $"Can be called: {here}\nKnown:         {known}");
                return Task.FromResult(ExitCodes.Success);
            }

            var rows = Rows(parse.GetValue(All) ? WithEveryProvider(settings) : settings, parse.GetValue(ProviderOption)).ToList();
            printer.Answer(new { Data = rows }, () => ListText(rows));
            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }

    private static IEnumerable<ModelRow> Rows(TurnpikeSettings settings, string? provider)
    {
        if (provider is not null && settings.Catalog.Providers.All(p => p.Id != provider))
        {
            throw new CommandException($"there is no enabled provider '{provider}'; 'turnpike providers list' shows those that there are.");
        }

        var byModel = settings.Catalog.Endpoints.Where(e => provider is null || e.Provider.Id == provider).ToLookup(static e => e.Model.Id);
        return settings.Catalog.Models
            .Where(m => byModel.Contains(m.Id))
            .Select(m => RowOf(m, [.. byModel[m.Id]]));
    }

    /// <summary>The same settings with the whole catalogue that ships.</summary>
    private static TurnpikeSettings WithEveryProvider(TurnpikeSettings settings) =>
        SettingsLoader.Load(settings.Origin with { Sources = settings.Origin.Sources with { EveryProvider = true } }).Settings ?? settings;

    private static ModelRow RowOf(Model model, IReadOnlyList<Endpoint> endpoints) => new(
        model.Id,
        model.Name,
        model.ContextLength,
        endpoints.Count,
        [.. endpoints.Select(static e => e.Provider.Id).Distinct()],
        endpoints.Count > 0 ? endpoints.Min(static e => e.Prices.Prompt).ToUsd() : null,
        endpoints.Count > 0 ? endpoints.Min(static e => e.Prices.Completion).ToUsd() : null);

    private static string ListText(IReadOnlyList<ModelRow> rows)
    {
        var table = new Table("MODEL", "CONTEXT", "PROMPT/M", "COMPLETION/M", "PROVIDERS");
        foreach (var row in rows)
        {
            table.Add(
                row.Id,
                row.ContextLength?.ToString(CultureInfo.InvariantCulture) ?? "-",
                Price(row.PromptPerMillion),
                Price(row.CompletionPerMillion),
                row.Providers.Count > 0 ? string.Join(", ", row.Providers) : "-");
        }

        return $"""
            {table}

            {rows.Count} models, {rows.Sum(static r => r.Endpoints)} endpoints; prices in dollars per million tokens, the lowest of the endpoints
            """;
    }

    private static string Price(decimal? usd) => usd is { } known ? MoneyText.Show(NanoUsd.FromUsd(known)) : "-";

    /// <summary>A model as <c>--json</c> shows it; prices in dollars per million tokens, the lowest of its endpoints.</summary>
    private sealed record ModelRow(
        string Id,
        string Name,
        int? ContextLength,
        int Endpoints,
        IReadOnlyList<string> Providers,
        decimal? PromptPerMillion,
        decimal? CompletionPerMillion);
}
