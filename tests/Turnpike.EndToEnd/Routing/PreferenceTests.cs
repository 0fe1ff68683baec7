namespace Turnpike.EndToEnd.Routing;

/// <summary>Wishes for speed move endpoints, once it is known how fast they are.</summary>
public sealed class PreferenceTests : IAsyncLifetime
{
    private readonly RoutingFixture _fixture = new();

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData("\"preferred_min_throughput\":100000000")]
    [InlineData("\"preferred_min_throughput\":{\"p50\":1,\"p99\":100000000}")]
    [InlineData("\"preferred_max_latency\":0.0001")]
    [InlineData("\"preferred_max_latency\":{\"p50\":1000,\"p90\":0.0001}")]
    public async Task An_endpoint_that_fails_a_wished_speed_goes_to_the_end_and_is_not_left_out(string wish)
    {
        await _fixture.Gateway.Client.AskStreamAsync(RoutingFixture.Many, "\"provider\":{\"only\":[\"cheap\"]}");

        var order = await _fixture.OrderAsync(RoutingFixture.Many, "\"provider\":{\"sort\":\"price\"," + wish + "}");

        Assert.Equal(["mid-fp4", "dear-bf16", "mid-none", "cheap-fp8"], order);
    }

    [Fact]
    public async Task A_wished_speed_may_put_a_fallback_model_first()
    {
        await _fixture.Gateway.Client.AskStreamAsync("test/open");

        var order = await _fixture.OrderAsync("test/open", "\"models\":[\"test/second\"],\"provider\":{\"sort\":\"price\",\"preferred_min_throughput\":100000000}");

        Assert.Equal(["second-cheap", "second-mid", "open-dear"], order);
    }
}
