using System.CommandLine;
using System.Globalization;
using Turnpike.Commands.Output;
using Turnpike.Configuration;
using Turnpike.Core.Catalog;
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

    private static readonly Option<double> Timeout = new("--timeout")
    {
        Description = "How long a provider may take to answer. Default: 10",
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => 10,
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
        var command = new Command("check", "Ask each provider for its models, with its key, and show how long that takes") { Id, Timeout };
        Timeout.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 600))
            {
                result.AddError("'--timeout' is more than 0 and at most 600 seconds.");
            }
        });
        command.SetSettingsAction(async (settings, printer, parse, cancellationToken) =>
        {
            var wanted = Wanted(settings, parse.GetValue(Id));
            using var probe = new ProviderProbe(TimeSpan.FromSeconds(parse.GetValue(Timeout)));
            var reports = await Task.WhenAll(wanted.Select(p => probe.CheckAsync(p, cancellationToken)));
            printer.Answer(new { Data = reports }, () => CheckText(reports));
            return reports.All(static r => r.Ok) ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

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

    private sealed record ProviderRow(string Id, string Name, string Dialect, string? BaseUrl, bool HasKey, int Endpoints, bool Local);
}
