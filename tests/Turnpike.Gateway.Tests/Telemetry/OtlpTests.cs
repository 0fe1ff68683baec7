using System.Text;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Turnpike.Gateway.Telemetry;
using Turnpike.Gateway.Telemetry.Export;
using Turnpike.Gateway.Tests.Harness;
using Turnpike.Gateway.Tests.Surfaces;

namespace Turnpike.Gateway.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class OtlpTests
{
    [Fact]
    public async Task Traces_and_metrics_reach_a_receiver()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var configuration = Configuration(("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address), ("OTEL_SERVICE_NAME", "gate-7"));
        await using var host = await SurfaceHost.StartAsync(b => b.Services.AddTurnpikeOpenTelemetry(configuration));

        Work(host.Telemetry);
        await host.Service<IHost>().StopAsync(TestContext.Current.CancellationToken);

        var traces = Text(receiver, "/v1/traces");
        Assert.Contains("chat acme/swift-4o", traces, StringComparison.Ordinal);
        Assert.Contains("gate-7", traces, StringComparison.Ordinal);
        Assert.Contains("gen_ai.response.finish_reasons", traces, StringComparison.Ordinal);
        Assert.Contains("provider_usage", traces, StringComparison.Ordinal);
        var metrics = Text(receiver, "/v1/metrics");
        Assert.Contains("gen_ai.client.operation.duration", metrics, StringComparison.Ordinal);
        Assert.Contains("gen_ai.client.token.usage", metrics, StringComparison.Ordinal);
        Assert.Contains("turnpike.requests", metrics, StringComparison.Ordinal);
        Assert.All(receiver.Posts, static p => Assert.Equal("application/x-protobuf", p.ContentType));
    }

    [Fact]
    public async Task One_signal_can_be_sent_alone()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var configuration = Configuration(("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", receiver.Address + "/v1/metrics"));
        await using var host = await SurfaceHost.StartAsync(b => b.Services.AddTurnpikeOpenTelemetry(configuration));

        Work(host.Telemetry);
        await host.Service<IHost>().StopAsync(TestContext.Current.CancellationToken);

        Assert.Contains("turnpike.requests", Text(receiver, "/v1/metrics"), StringComparison.Ordinal);
        Assert.DoesNotContain(receiver.Posts, static p => p.Path == "/v1/traces");
    }

    [Theory]
    [InlineData("OTEL_SERVICE_NAME", "gate-7", null, null)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:1", "OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://localhost:1", "OTEL_TRACES_EXPORTER", "none")]
    public void Nothing_is_added_where_nobody_asks_for_it(string name, string value, string? otherName, string? otherValue)
    {
        var services = new ServiceCollection();

        services.AddTurnpikeOpenTelemetry(Configuration((name, value), (otherName ?? "X", otherValue)));

        Assert.Empty(services);
    }

    [Fact]
    public void A_span_costs_nothing_while_nobody_listens() => Assert.Null(RequestTrace.StartChat("acme/swift-4o"));

    private static void Work(GatewayTelemetry telemetry)
    {
        using var activity = RequestTrace.StartChat("acme/swift-4o");
        RequestTrace.Describe(activity, TestCatalog.SwiftAtBolt, GenerationTests.Record(new("gen-1")));
        telemetry.RequestEnded(
            TestCatalog.SwiftAtBolt, "acme/swift-4o", 200, null, new TokenUsage(100, 10), new NanoUsd(1_000), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(250));
    }

    private static string Text(OtlpReceiver receiver, string path) =>
        string.Concat(receiver.Posts.Where(p => p.Path == path).Select(static p => Encoding.UTF8.GetString(p.Body)));

    private static IConfiguration Configuration(params (string Name, string? Value)[] variables) => new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Select(static v => KeyValuePair.Create(v.Name, v.Value))
            .Append(KeyValuePair.Create<string, string?>("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
        .Build();
}
