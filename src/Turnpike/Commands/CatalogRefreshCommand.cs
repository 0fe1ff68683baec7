using System.Collections.Immutable;
using System.CommandLine;
using Turnpike.Catalog;
using Turnpike.Catalog.Refreshing;
using Turnpike.Catalog.Shipped;
using Turnpike.Commands.Output;
using Turnpike.Configuration;
using Turnpike.Configuration.Documents;
using Turnpike.Configuration.Values;
using Turnpike.Core.Catalog;
using Turnpike.Hosting;

namespace Turnpike.Commands;

/// <summary><c>turnpike catalog refresh</c>: compares the catalogue with newer lists and keeps what is new in the data folder.</summary>
internal static class CatalogRefreshCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Option<string> From = new("--from")
    {
        Description = "A list: OpenRouter's /api/v1/models or models.dev's api.json, told apart by their form",
        HelpName = "URL|FILE",
    };

    private static readonly Option<bool> Providers = new("--providers") { Description = "Each provider with a key: its own /models" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show what differs and write nothing" };

    private static readonly Option<bool> Force = new("--force") { Description = "Also believe what is absurd: a price times ten, a third of the models gone" };

    public static Command Build()
    {
        var command = new Command("refresh", "Compare models and prices with newer lists, and keep what is new in the data folder")
        {
            From, Providers, DryRun, Force,
        };
        command.Validators.Add(static result =>
        {
            if (result.GetValue(From) is null == !result.GetValue(Providers))
            {
                result.AddError("Say what to compare with: either --from URL|FILE or --providers.");
            }
        });
        command.SetSettingsAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(TurnpikeSettings settings, Printer printer, ParseResult parse, CancellationToken cancellationToken)
    {
        var shipped = Known(settings, overlay: false, out var catalog);
        var known = WithConfigured(Known(settings, overlay: true, out _), settings.Catalog, catalog, out var configured);
        var comparison = new CatalogComparison(shipped, known, configured);
        using var fetch = new CatalogFetch(Patience);
        var (lists, failures) = parse.GetValue(From) is { } from
            ? ([await ListAsync(fetch, from, catalog, cancellationToken)], [])
            : await OwnListsAsync(fetch, settings, cancellationToken);
        ImmutableArray<CatalogChange> changes = [.. lists.SelectMany(list => comparison.Compare(list))];
        var isForced = parse.GetValue(Force);
        var absurd = changes.RemoveAll(c => c.Absurdity is null || (isForced && !c.IsConfigured));
        var believed = changes.RemoveAll(absurd.Contains);
        string? path = null;
        if (!parse.GetValue(DryRun) && believed.Length > 0)
        {
            var models = shipped.Models.Select(static m => m.Id).ToHashSet(StringComparer.Ordinal);
            path = new OverlayWriter(settings.Storage.DataDirectory, settings.Origin.Sources.Today).Write(believed, models.Contains);
        }

        CatalogDifference.Print(printer, believed, absurd, failures, path);
        return absurd.Length > 0 || failures.Length > 0 ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static async Task<FoundList> ListAsync(CatalogFetch fetch, string from, ShippedCatalog catalog, CancellationToken cancellationToken)
    {
        var names = catalog.Providers.ToDictionary(static p => p.ModelsDev, static p => p.Id, StringComparer.Ordinal);
        return ForeignList.Read(await fetch.ReadAsync(from, cancellationToken), names)
            ?? throw new CommandException($"{from} is neither OpenRouter's list of models nor models.dev's api.json.");
    }

    private static async Task<(ImmutableArray<FoundList> Lists, ImmutableArray<string> Failures)> OwnListsAsync(
        CatalogFetch fetch, TurnpikeSettings settings, CancellationToken cancellationToken)
    {
        var lists = ImmutableArray.CreateBuilder<FoundList>();
        var failures = ImmutableArray.CreateBuilder<string>();

        // Other dialects have lists of other forms.
        foreach (var provider in settings.Catalog.Providers.Where(static p => p.BaseUrl is not null && p.Dialect is Dialects.OpenAIChat or Dialects.Gemini or Dialects.AnthropicMessages))
        {
            try
            {
                if (ForeignList.ReadOwn(await fetch.ReadModelsAsync(provider, cancellationToken), provider.Id) is { } list)
                {
                    lists.Add(list);
                }
                else
                {
                    failures.Add($"{provider.Id}: answers with no list of models.");
                }
            }
            catch (CommandException exception)
            {
                failures.Add($"{provider.Id}: {exception.Message}");
            }
        }

        return (lists.ToImmutable(), failures.ToImmutable());
    }

    // Providers that only the operator has stand in no table but his.
    private static CatalogContent WithConfigured(CatalogContent known, CatalogContent inForce, ShippedCatalog catalog, out HashSet<string> configured)
    {
        var own = inForce.Providers.Where(p => p.Dialect != Dialects.Simulator && catalog.Find(p.Id) is null).Select(static p => p.Id).ToHashSet(StringComparer.Ordinal);
        configured = own;
        ImmutableArray<Endpoint> endpoints = [.. inForce.Endpoints.Where(e => own.Contains(e.Provider.Id))];
        var models = known.Models.Select(static m => m.Id).ToHashSet(StringComparer.Ordinal);
        return known with
        {
            Providers = [.. known.Providers, .. inForce.Providers.Where(p => own.Contains(p.Id))],
            Models = [.. known.Models, .. endpoints.Select(static e => e.Model).DistinctBy(static m => m.Id).Where(m => !models.Contains(m.Id))],
            Endpoints = [.. known.Endpoints, .. endpoints],
        };
    }

    /// <summary>All that ships, with or without what was refreshed before; what the operator configures is not in it.</summary>
    private static CatalogContent Known(TurnpikeSettings settings, bool overlay, out ShippedCatalog catalog)
    {
        var nobody = new Dictionary<string, string>();
        var sources = settings.Origin.Sources;
        var context = new ReadingContext { Faults = new(), Secrets = new(nobody, settings.Origin.WorkingDirectory), Today = sources.Today };
        catalog = ShippedCatalog.Open(sources.CatalogDirectory, context);
        var refreshed = overlay ? CatalogOverlay.Read(FileReading.Of(CatalogOverlay.PathIn(settings.Storage.DataDirectory)), context) : null;
        return new CatalogAssembly(catalog, nobody, context) { EveryProvider = true }.Build(CatalogContent.Empty, refreshed, null);
    }
}
