using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Turnpike.Catalog;
using Turnpike.Configuration;
using Turnpike.Gateway;
using Turnpike.Gateway.Telemetry;
using Turnpike.Gateway.Telemetry.Export;
using Turnpike.Hosting.Logging;
using Turnpike.Storage;

namespace Turnpike.Hosting;

/// <summary>Puts the server together: settings, storage, catalogue, gateway, Kestrel. Everything that runs is named on this
/// page.</summary>
internal static class ServerBuilder
{
    /// <summary>What stopping may take beyond the drain: the gateway ends the streams that are left, the store takes what is in the
    /// journal.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    /// <param name="time">The clock that everything goes by; null for the machine's.</param>
    public static WebApplication Build(TurnpikeSettings settings, LogWriter lines, TimeProvider? time = null)
    {
        // Empty: no configuration providers, no file watchers, no environment variables of ASP.NET. Settings have one way in, ours.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Turnpike", EnvironmentName = Environments.Production });
        builder.Services
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton<ILoggerFactory>(new LineLoggerFactory(lines, settings.LogLevel))
            .AddSingleton<IHostLifetime, SignalLifetime>()
            .AddSingleton(settings)
            .AddSingleton<IReadiness, DrainReadiness>()
            .AddSingleton<IReadiness, StoreReadiness>()
            .Configure<HostOptions>(host => host.ShutdownTimeout = settings.Gateway.Drain + StopGrace)
            .Configure<SocketTransportOptions>(KestrelSetup.Configure)
            .AddRoutingCore();

        // Services start in this order and stop in the reverse one: Kestrel starts last and stops first, storage outlives all who book.
        builder.Services
            .AddTurnpikeStorage(settings.Storage)
            .AddTurnpikeCatalog(settings)
            .AddTurnpikeGateway(settings.Gateway);
        AddExport(builder.Services, settings.Origin.Environment);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => KestrelSetup.Configure(kestrel, settings));
        if (settings.Urls.Concat(settings.AdminUrls).Any(static url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var app = builder.Build();
        MapPipeline(app, settings, lines);
        return app;
    }

    /// <summary>Exports by OTLP where the standard <c>OTEL_…</c> variables say so; the exporter reads them from a configuration of the
    /// framework's kind.</summary>
    private static void AddExport(IServiceCollection services, IReadOnlyDictionary<string, string> environment)
    {
        var variables = new Dictionary<string, string?>();
        foreach (var (name, value) in environment)
        {
            if (name.StartsWith("OTEL_", StringComparison.Ordinal))
            {
                variables[name] = value;
            }
        }

        if (variables.Count > 0)
        {
            services.AddTurnpikeOpenTelemetry(new ConfigurationBuilder().AddInMemoryCollection(variables).Build());
        }
    }

    private static void MapPipeline(WebApplication app, TurnpikeSettings settings, LogWriter lines)
    {
        var logger = app.Services.GetRequiredService<ILogger<RequestEdge>>();
        var threshold = new LogThreshold(settings.LogLevel);
        app.Use(next => new RequestEdge(next, logger, lines, threshold).InvokeAsync);
        if (settings.AdminUrls.Count > 0)
        {
            app.UseOperatorGate();
        }

        app.UseRouting();
        app.MapTurnpikeGateway();
    }
}
