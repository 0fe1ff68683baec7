namespace Turnpike.Gateway.Tests.Telemetry;

/// <summary>Meters are seen by every listener of the process, so these tests run one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryCollection
{
    public const string Name = "telemetry";
}
