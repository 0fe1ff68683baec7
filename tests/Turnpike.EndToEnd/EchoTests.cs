using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>What a caller sees of what was sent to providers.</summary>
public sealed class EchoTests : IAsyncLifetime
{
    private const string Wished = "\"user\":\"ann\",\"debug\":{\"echo_upstream_body\":true}";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_stream_begins_with_what_each_provider_was_sent()
    {
        _gateway.Alpha.On("pair", Answer.Error(503));

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst + "," + Wished);

        var bodies = Bodies(reply);
        Assert.Equal([_gateway.Alpha.Exchanges[0].Json.ToJsonString(), _gateway.Beta.Exchanges[0].Json.ToJsonString()], bodies.Select(static b => b.ToJsonString()));
        Assert.Equal(bodies.Count, reply.Chunks.TakeWhile(static c => c["debug"] is not null).Count());
        Assert.DoesNotContain("ann", bodies[1].ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("Hello there", reply.Content);
    }

    [Fact]
    public async Task Media_are_left_out()
    {
        var image = new string('A', 4096);
        var reply = await _gateway.Client.StreamAsync(
            $$$"""{"model":"test/plain","stream":true,{{{Wished}}},"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{image}}}"}}]}]}""");

        Assert.Equal(_gateway.Alpha.Exchanges[0].BodyText.Length, (int)Assert.Single(Bodies(reply))["omitted_bytes"]!);
    }

    [Theory]
    [InlineData("\"debug\":{\"echo_upstream_body\":false}")]
    [InlineData("\"debug\":{}")]
    [InlineData("\"debug\":null")]
    [InlineData("\"seed\":1")]
    public async Task Nobody_sees_it_unasked(string fields) =>
        Assert.Empty(Bodies(await _gateway.Client.AskStreamAsync(GatewayHarness.Plain, fields)));

    [Fact]
    public async Task A_whole_answer_has_none()
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, Wished);

        Assert.DoesNotContain("debug", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"debug\":true", "'debug'")]
    [InlineData("\"debug\":{\"echo_upstream_body\":1}", "'debug.echo_upstream_body'")]
    public async Task What_it_cannot_be_is_told(string fields, string name)
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, fields);

        Assert.Equal(400, reply.Status);
        Assert.Contains(name, reply.Text, StringComparison.Ordinal);
    }

    private static List<JsonNode> Bodies(StreamReply reply) => [.. reply.Chunks.Select(static c => c["debug"]?["echo_upstream_body"]).OfType<JsonNode>()];
}
