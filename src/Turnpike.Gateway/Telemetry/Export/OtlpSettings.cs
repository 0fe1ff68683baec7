namespace Turnpike.Gateway.Telemetry.Export;

/// <summary>What the standard variables say of export by OTLP. Nothing is exported where none names a receiver.</summary>
internal sealed record OtlpSettings(bool Traces, bool Metrics, bool HasServiceName)
{
    public bool Any => Traces || Metrics;

    public static OtlpSettings Read(IConfiguration configuration)
    {
        if (string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return new(Traces: false, Metrics: false, HasServiceName: false);
        }

        var all = Has(configuration, "OTEL_EXPORTER_OTLP_ENDPOINT");
        return new(
            (all || Has(configuration, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")) && !IsNone(configuration, "OTEL_TRACES_EXPORTER"),
            (all || Has(configuration, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")) && !IsNone(configuration, "OTEL_METRICS_EXPORTER"),
            Has(configuration, "OTEL_SERVICE_NAME")
                || configuration["OTEL_RESOURCE_ATTRIBUTES"]?.Contains("service.name=", StringComparison.Ordinal) is true);
    }

    private static bool Has(IConfiguration configuration, string name) => !string.IsNullOrWhiteSpace(configuration[name]);

    private static bool IsNone(IConfiguration configuration, string name) =>
        string.Equals(configuration[name]?.Trim(), "none", StringComparison.OrdinalIgnoreCase);
}
