using System.Net;
using System.Net.Sockets;

namespace Turnpike.EndToEnd;

/// <summary>A caller that leaves before anything has been sent to a provider pays nothing, and the record says that it left.</summary>
public sealed class WithdrawalTests
{
    [Fact]
    public async Task A_caller_that_leaves_the_queue_pays_nothing()
    {
        await using var gateway = await GatewayHarness.StartAsync(providerFields: new() { ["concurrency"] = 1 });
        var gate = new TaskCompletionSource();
        gateway.Alpha.On("plain", Answer.Text(["first"]) with { HeadGate = gate.Task });
        var first = gateway.Client.AskStreamAsync(GatewayHarness.Plain);
        await gateway.Alpha.ExchangeAsync();
        var held = gateway.Held;

        await LeaveAsync(gateway, () => Task.FromResult(gateway.Held > held));

        await AssertNothingIsBilledAsync(gateway);
        gate.SetResult();
        Assert.Equal("first", (await first).Content);
        Assert.Single(gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task A_caller_that_leaves_while_the_connection_is_being_made_pays_nothing()
    {
        // It takes the connection and never answers TLS's first message.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = $"https://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/v1";
        await using var gateway = await GatewayHarness.StartAsync(c => c.Provider("silent", address).Endpoint("silent", "test/silent"));
        var accepting = silent.AcceptSocketAsync(Deadline.Token()).AsTask();

        await LeaveAsync(gateway, async () => (await accepting).Connected, "test/silent");

        await AssertNothingIsBilledAsync(gateway);
        (await accepting).Dispose();
    }

    private static async Task LeaveAsync(GatewayHarness gateway, Func<Task<bool>> when, string model = GatewayHarness.Plain)
    {
        using var raw = await RawClient.ConnectAsync(gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(model, "\"user\":\"leaver\""), gateway.Key);
        await Deadline.UntilAsync(when, "the request to be under way");
        raw.Abort();
    }

    private static async Task AssertNothingIsBilledAsync(GatewayHarness gateway)
    {
        await Deadline.UntilAsync(() => BookReader.Generations(gateway.Database)["leaver"].Any(), "the booking");
        var booked = Assert.Single(BookReader.Generations(gateway.Database)["leaver"]);
        Assert.Equal((BookedGeneration.None, BookedGeneration.Voided, 0L), (booked.Basis, booked.Kind, booked.Charged));
        var record = await gateway.GenerationAsync(booked.Id);
        Assert.True((bool)record["cancelled"]!);
        Assert.Null(record["error_type"]);
        Assert.Null(record["provider_responses"]![0]!["status"]);
    }
}
