using System.CommandLine;
using System.Globalization;
using Turnpike.Commands.Checks;
using Turnpike.Commands.Output;
using Turnpike.Configuration;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Hosting;

namespace Turnpike.Commands;

/// <summary><c>turnpike providers</c>: lists the enabled providers and asks them whether they answer. Never shows a key.</summary>
internal static class ProvidersCommand
{
    private static readonly Argument<string?> Id = new("ID")
    {
        Description = "One provider. Default: all of them",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Timeout = new("--timeout")
    {
        Description = "How long a provider may take to answer; with ID a minute at least for each request. Default: 10",
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => "10",
    };

    private static readonly Option<string> MaxSpend = new("--max-spend")
    {
        Description = "With ID: what the requests may cost together, dollars; 0 sends none. Default: 0.10",
        HelpName = "USD",
        DefaultValueFactory = static _ => "0.10",
    };

    private static readonly Option<string?> Model = new("--model")
    {
        Description = "With ID: the model to ask. Default: each time the cheapest one that takes what is asked",
        HelpName = "MODEL",
    };

    public static Command Build() => new("providers", "List the enabled providers and check that they answer") { BuildList(), BuildCheck() };

    private static Command BuildList()
    {
        var command = new Command("list", "List the providers that are enabled by the settings and the environment");
        command.SetSettingsAction((settings, printer, _, _) =>
        {
            var rows = settings.Catalog.Providers.Select(p => RowOf(p, settings)).ToList();
            printer.Answer(new { Data = rows }, () => ListText(rows));
            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }

    private static Command BuildCheck()
    {
        var command = new Command("check", "Ask each provider for its models, with its key; with ID: send that one small requests, through the gateway, and judge the answers")
        {
            Id, Timeout, MaxSpend, Model,
        };
        Timeout.Require(static text => Number(text) is > 0 and <= 600, "is more than 0 and at most 600 seconds");
        MaxSpend.Require(static text => Number(text) is { } usd && usd is >= 0 and <= 100 && decimal.Round(usd, 9) == usd, "is from 0 to 100 dollars, with at most nine decimals");
        command.SetSettingsAction(async (settings, printer, parse, cancellationToken) =>
        {
            var wanted = Wanted(settings, parse.GetValue(Id));
            using var probe = new ProviderProbe(TimeSpan.FromSeconds((double)Said(parse, Timeout)));
            var reports = await Task.WhenAll(wanted.Select(p => probe.CheckAsync(p, cancellationToken)));
            var live = await LiveAsync(settings, wanted, reports, parse, cancellationToken);
            printer.Answer(new { Data = reports, Live = live }, () => CheckText(reports) + (live is null ? "" : LiveText(live)));
            return reports.All(static r => r.Ok) && live?.Ok != false ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    // Requests cost money: they are sent to the one provider that was named, and only when it answers at all.
    private static async Task<LiveReport?> LiveAsync(
        TurnpikeSettings settings, IReadOnlyList<Provider> wanted, ProviderReport[] reports, ParseResult parse, CancellationToken cancellationToken)
    {
        var most = Said(parse, MaxSpend);
        return parse.GetValue(Id) is null || most == 0 || !reports[0].Ok
            ? null
            : await LiveRun.CheckAsync(
                settings, wanted[0], parse.GetValue(Model), NanoUsd.FromUsd(most), TimeSpan.FromSeconds((double)Math.Max(60, Said(parse, Timeout))), cancellationToken);
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    // Its rule has been kept to by now.
    private static decimal Said(ParseResult parse, Option<string> option) => Number(parse.GetRequiredValue(option)) ?? 0;

    private static IReadOnlyList<Provider> Wanted(TurnpikeSettings settings, string? id)
    {
        if (id is null)
        {
            return settings.Catalog.Providers;
        }

        var found = settings.Catalog.Providers.FirstOrDefault(p => p.Id == id);
        return found is null
            ? throw new CommandException($"there is no enabled provider '{id}'; 'turnpike providers list' shows those that there are.")
            : [found];
    }

    private static ProviderRow RowOf(Provider provider, TurnpikeSettings settings) => new(
        provider.Id,
        provider.Name,
        provider.Dialect,
        provider.BaseUrl is { } url ? ProviderProbe.Shown(url) : null,
        HasKey: provider.ApiKey is not null,
        settings.Catalog.Endpoints.Count(e => e.Provider.Id == provider.Id),
        provider.IsLocal);

    private static string ListText(IReadOnlyList<ProviderRow> rows)
    {
        var table = new Table("ID", "NAME", "DIALECT", "KEY", "ENDPOINTS", "ADDRESS");
        foreach (var row in rows)
        {
            table.Add(
                row.Id,
                row.Name,
                row.Dialect,
                row.HasKey ? "set" : "-",
                row.Endpoints.ToString(CultureInfo.InvariantCulture),
                row.BaseUrl ?? "built in");
        }

        return table.ToString();
    }

    private static string CheckText(IReadOnlyList<ProviderReport> reports)
    {
        var table = new Table("ID", "STATE", "LATENCY", "DETAIL");
        foreach (var report in reports)
        {
            var latency = report.LatencyMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms") : "-";
            table.Add(report.Id, report.Ok ? "ok" : "FAILED", latency, report.Detail);
        }

        return table.ToString();
    }

    private static string LiveText(LiveReport report)
    {
        var table = new Table("CHECK", "STATE", "LATENCY", "MODEL", "DETAIL");
        foreach (var result in report.Checks)
        {
            var state = result.State switch
            {
                CheckState.Pass => "pass",
                CheckState.NotExpressible => "not expressible",
                CheckState.NotRun => "not run",
                CheckState.Fail => "FAILED",
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            var latency = result.LatencyMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms") : "-";
            table.Add(result.Check, state, latency, result.Model ?? "-", result.Detail);
        }

        var notes = string.Concat(report.Notes.Select(static n => $"\n{n}"));
        return report.Checks.Count == 0 ? $"\n{notes}" : string.Create(CultureInfo.InvariantCulture, $"\n\n{table}\n{notes}\nIt cost ${report.Cost}.");
    }

    private sealed record ProviderRow(string Id, string Name, string Dialect, string? BaseUrl, bool HasKey, int Endpoints, bool Local);
}
