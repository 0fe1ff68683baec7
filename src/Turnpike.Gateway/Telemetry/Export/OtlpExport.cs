using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Turnpike.Gateway.Telemetry.Export;

/// <summary>Sends traces and metrics by OTLP while the host runs; what is left is sent when it stops.</summary>
/// <remarks>The exporter reads most of the standard variables itself, from the same configuration: protocol, headers, time-outs,
/// sampler, intervals, resource attributes. Those of one signal alone are read here.</remarks>
internal sealed partial class OtlpExport(OtlpSettings settings, IConfiguration configuration, GatewayTelemetry telemetry, ILogger<OtlpExport> log)
    : IHostedService, IDisposable
{
    /// <summary>How long the last send may take at shutdown; a receiver that is gone must not hold it up.</summary>
    private const int FlushTimeoutMs = 5_000;

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The instruments are made with the telemetry object, so it has to be there before they are looked for.
        ArgumentNullException.ThrowIfNull(telemetry);
        if (settings.Traces)
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .ConfigureResource(AddService)
                .AddSource(GatewayTelemetry.SourceName, "Microsoft.AspNetCore", "System.Net.Http")
                .AddOtlpExporter(options => ApplySignal(options, "TRACES"))
                .Build();
        }

        if (settings.Metrics)
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .ConfigureResource(AddService)
                .AddMeter(GatewayTelemetry.SourceName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime")
                .AddOtlpExporter((options, _) => ApplySignal(options, "METRICS"))
                .Build();
        }

        Started(log, settings.Traces, settings.Metrics);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        var sent = (_traces?.ForceFlush(FlushTimeoutMs) ?? true) & (_metrics?.ForceFlush(FlushTimeoutMs) ?? true);
        Stopped(log, sent);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    // The exporter reads the general variables alone; those of a signal go before them. An endpoint set here is used as it stands.
    private void ApplySignal(OtlpExporterOptions options, string signal)
    {
        if (Variable(signal, "PROTOCOL") is { } protocol)
        {
            options.Protocol = protocol == "http/protobuf" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        }

        if (Variable(signal, "ENDPOINT") is { } endpoint)
        {
            options.Endpoint = new Uri(endpoint);
        }

        if (Variable(signal, "HEADERS") is { } headers)
        {
            options.Headers = headers;
        }

        if (int.TryParse(Variable(signal, "TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out var timeoutMs))
        {
            options.TimeoutMilliseconds = timeoutMs;
        }
    }

    private string? Variable(string signal, string name) =>
        configuration[$"OTEL_EXPORTER_OTLP_{signal}_{name}"] is { Length: > 0 } value ? value.Trim() : null;

    private void AddService(ResourceBuilder resource)
    {
        if (!settings.HasServiceName)
        {
            resource.AddService("turnpike", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3));
        }
    }

    [LoggerMessage(EventIds.ExportStarted, LogLevel.Information, "Telemetry is exported by OTLP (traces: {Traces}, metrics: {Metrics}).")]
    private static partial void Started(ILogger log, bool traces, bool metrics);

    [LoggerMessage(EventIds.ExportStopped, LogLevel.Information, "Telemetry export has stopped (all sent: {Sent}).")]
    private static partial void Stopped(ILogger log, bool sent);
}
