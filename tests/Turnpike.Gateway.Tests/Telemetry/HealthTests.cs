using Turnpike.Gateway.Telemetry;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Telemetry;

public sealed class HealthTests
{
    [Fact]
    public async Task It_is_ready_when_every_part_is()
    {
        var part = new Part();
        await using var host = await SurfaceHost.StartAsync(b => b.Services.AddSingleton<IReadiness>(part).AddSingleton<IReadiness>(new Part { IsReady = true }));

        var before = await host.JsonAsync("/health/ready", status: 503);
        part.IsReady = true;
        var after = await host.JsonAsync("/health/ready");

        Assert.Equal("""{"status":"unavailable","reasons":["the journal is replayed"]}""", before.GetRawText());
        Assert.Equal("""{"status":"ok"}""", after.GetRawText());
    }

    [Fact]
    public async Task It_is_alive_while_it_is_not_ready()
    {
        await using var host = await SurfaceHost.StartAsync(static b => b.Services.AddSingleton<IReadiness>(new Part()));

        var live = await host.JsonAsync("/health/live");

        Assert.Equal("""{"status":"ok"}""", live.GetRawText());
    }

    private sealed class Part : IReadiness
    {
        public bool IsReady { get; set; }

        public string? Reason => IsReady ? null : "the journal is replayed";
    }
}
