using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Routing;

/// <summary>Sorts and wishes that go by what was measured: three endpoints of one model, each as fast as the test says.</summary>
/// <remarks>Elapsed time moves by seconds while an answer stands still, so that the machine's own milliseconds decide nothing.</remarks>
public sealed class MeasuredSortTests : IAsyncLifetime
{
    private const string Model = "test/race";

    private readonly ShiftedTimeProvider _time = new(shiftsElapsed: true);
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        static config =>
        {
            var address = (string)config.Document["providers"]![0]!["baseUrl"]!;
            foreach (var (id, price) in new[] { ("prompt", 3), ("quick", 2), ("cheap", 1) })
            {
                config
                    .Provider(id, address, ("timeouts", new JsonObject { ["firstToken"] = "10m", ["idle"] = "10m", ["total"] = "10m" }))
                    .Endpoint(id, Model, id, price, price, ("parameters", new JsonArray("tools", "temperature")));
            }

            config.Set("limits.deadline", "10m");
        },
        _time);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("", "\"sort\":\"latency\"", "latency", "prompt cheap quick")]
    [InlineData("", "\"sort\":\"throughput\"", "throughput", "quick prompt cheap")]
    [InlineData("", "\"sort\":{\"by\":\"latency\"}", "latency", "prompt cheap quick")]
    [InlineData("", "\"order\":[\":nitro\"]", "throughput", "quick prompt cheap")]
    [InlineData("", "\"order\":[\"cheap\",\":nitro\"]", "throughput", "cheap quick prompt")]
    [InlineData("", "\"order\":[\":nitro\",\":floor\"]", "price", "cheap quick prompt")]
    [InlineData(":nitro", "", "throughput", "quick prompt cheap")]
    [InlineData(":nitro:floor", "", "price", "cheap quick prompt")]
    [InlineData(":nitro", "\"sort\":\"latency\"", "latency", "prompt cheap quick")]
    public async Task A_sort_by_speed_puts_the_fastest_first(string variant, string wish, string method, string order)
    {
        await StreamAsync("prompt", waitSeconds: 10, restSeconds: 90, tokens: 500);
        await StreamAsync("quick", waitSeconds: 60, restSeconds: 0, tokens: 600);
        await StreamAsync("cheap", waitSeconds: 30, restSeconds: 30, tokens: 60);

        var explained = await ExplainAsync(Model + variant, wish);

        Assert.Equal((method, order), ((string)explained["method"]!, Order(explained)));
    }

    [Theory]
    [InlineData("", "\"sort\":\"exacto\"")]
    [InlineData("", "\"order\":[\":exacto\"]")]
    [InlineData(":exacto", "")]
    public async Task Exacto_puts_last_whose_tool_calls_fail(string variant, string wish)
    {
        const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";
        _gateway.Alpha.On("cheap", Answer.Error(500));
        Assert.Equal("cheap quick prompt", Order(await ExplainAsync(Model + variant, wish))); // nobody is known to be worse: by price
        for (var i = 0; i < 4; i++)
        {
            await _gateway.Client.AskAsync(Model, Tools + ",\"provider\":{\"only\":[\"cheap\"]}");
        }

        Assert.Equal("quick prompt cheap", Order(await ExplainAsync(Model + variant, wish)));
    }

    [Fact]
    public async Task Each_percentile_has_its_own_cutoff()
    {
        // Twelve of twenty after 5 s, four after 10, three after 20, one after 40: that is p50, p75, p90 and p99; and as many tokens a second.
        foreach (var (wait, times) in new[] { (5, 12), (10, 4), (20, 3), (40, 1) })
        {
            for (var i = 0; i < times; i++)
            {
                await StreamAsync("cheap", wait, restSeconds: 0, tokens: 1000); // 200, 100, 50 and 25 a second
            }
        }

        foreach (var (percentile, wait, speed) in new[] { ("p50", 5, 200), ("p75", 10, 100), ("p90", 20, 50), ("p99", 40, 25) })
        {
            Assert.False(await IsLastAsync($$"""{"{{percentile}}":{{wait * 1.4}}}""", "preferred_max_latency"), percentile);
            Assert.True(await IsLastAsync($$"""{"{{percentile}}":{{wait * 0.7}}}""", "preferred_max_latency"), percentile);
            Assert.False(await IsLastAsync($$"""{"{{percentile}}":{{speed * 0.7}}}""", "preferred_min_throughput"), percentile);
            Assert.True(await IsLastAsync($$"""{"{{percentile}}":{{speed * 1.4}}}""", "preferred_min_throughput"), percentile);
        }

        Assert.True(await IsLastAsync("3.5", "preferred_max_latency")); // a number is p50
        Assert.False(await IsLastAsync("7", "preferred_max_latency"));
        Assert.True(await IsLastAsync("280", "preferred_min_throughput"));
        Assert.False(await IsLastAsync("140", "preferred_min_throughput"));
        Assert.True(await IsLastAsync("""{"p50":7,"p99":28}""", "preferred_max_latency")); // all must hold
    }

    private static string Order(JsonNode explained) =>
        string.Join(' ', explained["candidates"]!.AsArray().Select(static c => (string)c!["tag"]!));

    private async Task<bool> IsLastAsync(string cutoffs, string field) =>
        Order(await ExplainAsync(Model, $"\"sort\":\"price\",\"{field}\":{cutoffs}")) switch
        {
            "cheap quick prompt" => false,
            "quick prompt cheap" => true,
            var other => throw new InvalidDataException(other),
        };

    private async Task<JsonNode> ExplainAsync(string model, string wishes) =>
        (await _gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body(model, "\"provider\":{" + wishes + "}"))).Json["data"]!;

    // One stream, whose first text comes after a while, and its end a while after that.
    private async Task StreamAsync(string endpoint, double waitSeconds, double restSeconds, int tokens)
    {
        var first = new TaskCompletionSource();
        var rest = new TaskCompletionSource();
        var asked = _gateway.Alpha.Started;
        _gateway.Alpha.On(endpoint, Answer.Stream([Wire.Role()]).Then(new Step.Until(first.Task)).Then(Wire.Text("Hi"))
            .Then(new Step.Until(rest.Task)).Then(Wire.Finish() + Wire.Usage(10, tokens) + Wire.Done));
        using var response = _gateway.Client.SendAsync(_gateway.Client.Request(
            HttpMethod.Post, "/api/v1/chat/completions", GatewayClient.Body(Model, $"\"stream\":true,\"provider\":{{\"only\":[\"{endpoint}\"]}}")));
        await _gateway.Alpha.ExchangeAsync(asked + 1);
        _time.Shift(TimeSpan.FromSeconds(waitSeconds));
        first.SetResult();
        await using var events = SseReader.ReadAsync(await (await response).Content.ReadAsStreamAsync(), Deadline.Token()).GetAsyncEnumerator();
        while (await events.MoveNextAsync() && events.Current.Data?.Contains("Hi", StringComparison.Ordinal) != true)
        {
        }

        _time.Shift(TimeSpan.FromSeconds(restSeconds));
        rest.SetResult();
        while (await events.MoveNextAsync())
        {
        }
    }
}
