using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Turnpike.Catalog;
using Turnpike.Catalog.LocalEngines;
using Turnpike.Configuration;
using Turnpike.Core.Catalog;

namespace Turnpike.Configuration.Tests;

/// <summary>The catalogue as the host runs it, over a folder.</summary>
internal sealed class RunningCatalog : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly IHost _host;

    private RunningCatalog(IHost host, LogLines log)
    {
        _host = host;
        Log = log;
    }

    public LogLines Log { get; }

    public ICatalog Catalog => _host.Services.GetRequiredService<ICatalog>();

    public static Task<RunningCatalog> StartAsync(Folder folder, TimeProvider? clock = null, ImmutableArray<LocalEngine>? engines = null) =>
        StartAsync(folder.Settings(), clock, engines);

    public static async Task<RunningCatalog> StartAsync(TurnpikeSettings settings, TimeProvider? clock = null, ImmutableArray<LocalEngine>? engines = null)
    {
        var log = new LogLines();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddTurnpikeCatalog(settings, engines ?? []);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new(host, log);
    }

    public bool Has(string model) => Catalog.Current.Find(model) is not null;

    /// <summary>Waits until something has come true, which a change of a file makes at some time.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Deadline, "It did not come true in time.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
