using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Configuration;
using Turnpike.Core.Catalog;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Hosting;
using Turnpike.Hosting.Logging;
using Turnpike.Storage;

namespace Turnpike.Commands.Checks;

/// <summary>The gateway itself, in this process, on a port and with a book of its own: what a check sends goes the way of every request.</summary>
/// <remarks>Its account has the money that the check may spend, so that the holds themselves keep to it.</remarks>
internal sealed class LiveGateway : IAsyncDisposable
{
    /// <summary>A model that no provider has.</summary>
    public const string UnknownModel = "turnpike/no-such-model";

    private readonly WebApplication _app;
    private readonly LogSink _sink;
    private readonly DirectoryInfo _folder;
    private readonly MemoryStream _log;

    private LiveGateway(WebApplication app, LogSink sink, DirectoryInfo folder, MemoryStream log) => (_app, _sink, _folder, _log) = (app, sink, folder, log);

    public Uri Address => new(_app.Urls.First());

    public required OwnerKeys Keys { get; init; }

    /// <param name="usual">An endpoint of the provider, beside which the unknown model is put.</param>
    public static async Task<LiveGateway> StartAsync(TurnpikeSettings settings, Endpoint usual, NanoUsd credit, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("turnpike-check-");
        var log = new MemoryStream();
        var sink = new LogSink(log);
        var app = ServerBuilder.Build(Own(settings, usual, folder.FullName), new LogWriter(sink, LogFormat.Json, TimeProvider.System));
        try
        {
            await app.StartAsync(cancellationToken);
            var store = app.Services.GetRequiredService<IStore>();
            var keys = await FirstStart.EnsureOwnerAsync(store, credit, TimeProvider.System, cancellationToken);
            return new(app, sink, folder, log) { Keys = keys! }; // The folder is new.
        }
        catch
        {
            await CloseAsync(app, sink, folder);
            throw;
        }
    }

    /// <summary>What it has warned of, each once. Whole only when it is disposed.</summary>
    public IReadOnlyList<string> Warnings() =>
    [
        .. Encoding.UTF8.GetString(_log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => (string?)JsonNode.Parse(line)?["message"]).OfType<string>().Distinct(StringComparer.Ordinal),
    ];

    public ValueTask DisposeAsync() => CloseAsync(_app, _sink, _folder);

    private static TurnpikeSettings Own(TurnpikeSettings settings, Endpoint usual, string folder)
    {
        var unknown = new Model { Id = UnknownModel, Name = "No such model" };
        var endpoint = usual with { Id = $"{usual.Provider.Id}:no-such-model", Model = unknown, UpstreamModel = "turnpike-no-such-model" };
        return settings with
        {
            Storage = new StorageOptions { DataDirectory = folder, JournalBytes = 1 << 20 },
            Urls = ["http://127.0.0.1:0"],
            Gateway = settings.Gateway with { AdminUrls = [] },
            LocalEngines = false,
            LogLevel = LogLevel.Warning,
            Catalog = settings.Catalog with { Models = settings.Catalog.Models.Add(unknown), Endpoints = settings.Catalog.Endpoints.Add(endpoint) },
            Files = [],
        };
    }

    private static async ValueTask CloseAsync(WebApplication app, LogSink sink, DirectoryInfo folder)
    {
        await app.StopAsync();
        await app.DisposeAsync();
        sink.Dispose();
        folder.Delete(recursive: true);
    }
}
