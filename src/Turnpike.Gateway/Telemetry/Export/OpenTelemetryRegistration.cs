namespace Turnpike.Gateway.Telemetry.Export;

/// <summary>Wires export by OTLP.</summary>
public static class OpenTelemetryRegistration
{
    /// <summary>Adds export of traces and metrics where the standard <c>OTEL_…</c> variables name a receiver; otherwise adds, and loads, nothing.</summary>
    /// <param name="configuration">Where the variables are read; the host's configuration has the environment's.</param>
    public static IServiceCollection AddTurnpikeOpenTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var settings = OtlpSettings.Read(configuration);
        if (settings.Any)
        {
            AddExport(services, settings, configuration);
        }

        return services;
    }

    // Its own method, so that the exporter's assemblies are looked for only here.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void AddExport(IServiceCollection services, OtlpSettings settings, IConfiguration configuration) =>
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<OtlpExport>(provider, settings, configuration));
}
