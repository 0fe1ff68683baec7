using System.Diagnostics.Metrics;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Turnpike.Gateway.Telemetry;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class MetricsTests
{
    private const string Bolt = "gen_ai_provider_name=\"bolt\",gen_ai_request_model=\"acme/swift-4o\"";

    [Fact]
    public async Task What_has_ended_is_counted_by_endpoint()
    {
        await using var host = await SurfaceHost.StartAsync();
        End(host.Telemetry, TestCatalog.SwiftAtBolt, 200, null);
        End(host.Telemetry, TestCatalog.SwiftAtBolt, 200, "timeout");
        End(host.Telemetry, TestCatalog.SwiftAtBolt, 200, "the provider's new word");
        host.Telemetry.AttemptFailed(TestCatalog.SwiftAtAcme, "provider_overloaded");

        var page = await PageAsync(host);

        Assert.Equal(3, page[$"turnpike_requests_total{{{Bolt},status_class=\"2xx\"}}"]);
        Assert.Equal(1, page[$"turnpike_request_errors_total{{{Bolt},error_type=\"timeout\"}}"]);
        Assert.Equal(1, page[$"turnpike_request_errors_total{{{Bolt},error_type=\"other\"}}"]);
        Assert.Equal(0.000003, page[$"turnpike_cost_usd_total{{{Bolt}}}"]);
        Assert.Equal(1, page["turnpike_attempts_failed_total{gen_ai_provider_name=\"acme\",gen_ai_request_model=\"acme/swift-4o\",error_type=\"provider_overloaded\"}"]);
    }

    [Fact]
    public async Task Histograms_are_cumulative_in_base_units()
    {
        await using var host = await SurfaceHost.StartAsync();
        End(host.Telemetry, TestCatalog.SwiftAtBolt, 200, null);
        End(host.Telemetry, TestCatalog.SwiftAtBolt, 200, null);
        const string labels = $"{Bolt},gen_ai_operation_name=\"chat\"";

        var page = await PageAsync(host);

        Assert.Equal(0, page[$"gen_ai_client_operation_duration_seconds_bucket{{{labels},le=\"1.28\"}}"]);
        Assert.Equal(2, page[$"gen_ai_client_operation_duration_seconds_bucket{{{labels},le=\"2.56\"}}"]);
        Assert.Equal(2, page[$"gen_ai_client_operation_duration_seconds_bucket{{{labels},le=\"+Inf\"}}"]);
        Assert.Equal(3, page[$"gen_ai_client_operation_duration_seconds_sum{{{labels}}}"]);
        Assert.Equal(2, page[$"gen_ai_server_time_to_first_token_seconds_count{{{labels}}}"]);
        Assert.Equal(200, page[$"gen_ai_client_token_usage_sum{{{labels},gen_ai_token_type=\"input\"}}"]);
        Assert.Equal(2, page[$"gen_ai_client_token_usage_bucket{{{labels},gen_ai_token_type=\"output\",le=\"16\"}}"]);
    }

    [Fact]
    public async Task What_callers_say_is_never_a_label()
    {
        await using var host = await SurfaceHost.StartAsync();
        for (var i = 0; i < 100; i++)
        {
            host.Telemetry.RequestEnded(null, $"made-up-{i}", 404, $"made-up-{i}", default, NanoUsd.Zero, TimeSpan.FromSeconds(1), null);
        }

        var page = await PageAsync(host);

        Assert.Equal(100, page["turnpike_requests_total{gen_ai_provider_name=\"\",gen_ai_request_model=\"\",status_class=\"4xx\"}"]);
        Assert.DoesNotContain(page.Series, static s => s.Contains("made-up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_of_a_reloaded_catalogue_goes_on_counting()
    {
        await using var host = await SurfaceHost.StartAsync();
        End(host.Telemetry, TestCatalog.SwiftAtBolt, 200, null);
        End(host.Telemetry, TestCatalog.SwiftAtBolt with { ContextLength = 5 }, 200, null);

        var page = await PageAsync(host);

        Assert.Equal(2, page[$"turnpike_requests_total{{{Bolt},status_class=\"2xx\"}}"]);
    }

    [Fact]
    public async Task Label_values_are_escaped()
    {
        await using var host = await SurfaceHost.StartAsync();
        var odd = TestCatalog.SwiftAtBolt with { Model = TestCatalog.Swift with { Id = "a\"b\\c\nd" } };
        End(host.Telemetry, odd, 200, null);

        var page = await PageAsync(host);

        Assert.Equal(1, page["""turnpike_requests_total{gen_ai_provider_name="bolt",gen_ai_request_model="a\"b\\c\nd",status_class="2xx"}"""]);
    }

    [Fact]
    public async Task The_process_streams_and_other_stations_are_shown()
    {
        await using var host = await SurfaceHost.StartAsync();
        host.Telemetry.StreamStarted();
        host.Telemetry.StreamStarted();
        host.Telemetry.StreamEnded();
        host.Telemetry.RegisterGauge("turnpike_holds_open", "Holds that have not ended.", static () => 3);
        host.Telemetry.RegisterGauge("turnpike_holds_open", "Holds that have not ended.", static () => 4);

        var page = await PageAsync(host);

        Assert.Equal(1, page["turnpike_streams_active"]);
        Assert.Equal(4, page["turnpike_holds_open"]);
        Assert.True(page["process_resident_memory_bytes"] > 1_000_000);
        Assert.True(page["process_cpu_seconds_total"] > 0);
        Assert.True(page["dotnet_threadpool_threads"] > 0);
        Assert.NotNull(page["dotnet_gc_collections_total{generation=\"2\"}"]);
        Assert.NotNull(page["turnpike_uptime_seconds"]);
    }

    [Fact]
    public void A_request_costs_no_allocation()
    {
        using var telemetry = new GatewayTelemetry();
        Repeat(telemetry, 1_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(telemetry, 10_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, 0, 1_000);

        static void Repeat(GatewayTelemetry telemetry, int count)
        {
            for (var i = 0; i < count; i++)
            {
                End(telemetry, TestCatalog.SwiftAtBolt, 200, i % 10 == 0 ? "timeout" : null);
                telemetry.AttemptFailed(TestCatalog.SwiftAtAcme, "provider_overloaded");
            }
        }
    }

    [Fact]
    public void Instruments_are_fed_while_something_listens()
    {
        using var telemetry = new GatewayTelemetry();
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == GatewayTelemetry.SourceName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.Start();

        End(telemetry, TestCatalog.SwiftAtBolt, 200, null);
        telemetry.AttemptFailed(TestCatalog.SwiftAtAcme, "timeout");

        Assert.Equal(1, seen["turnpike.requests"]);
        Assert.Equal(1, seen["turnpike.attempts.failed"]);
        Assert.Equal(1.5, seen["gen_ai.client.operation.duration"]);
        Assert.Equal(0.25, seen["gen_ai.server.time_to_first_token"]);
        Assert.Equal(110, seen["gen_ai.client.token.usage"]);
        Assert.Equal(0.000001, seen["turnpike.cost.usd"]);

        void Add(string name, double value) => seen[name] = seen.GetValueOrDefault(name) + value;
    }

    private static void End(GatewayTelemetry telemetry, Endpoint endpoint, int status, string? errorType) => telemetry.RequestEnded(
        endpoint, endpoint.Model.Id, status, errorType, new TokenUsage(100, 10), new NanoUsd(1_000), TimeSpan.FromSeconds(1.5), TimeSpan.FromMilliseconds(250));

    private static async Task<PrometheusPage> PageAsync(SurfaceHost host)
    {
        using var response = await host.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return new PrometheusPage(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
