using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Faults;

/// <summary>A stream that breaks after its first content is gone on with.</summary>
public sealed class RescueTests : IAsyncLifetime
{
    private const string Gifted = "test/gifted";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        static c => c.Endpoint("alpha", Gifted).Endpoint("beta", Gifted, fields: ("prefill", true)),
        providerFields: new() { ["timeouts"] = new JsonObject { ["idle"] = "500ms" } });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    // Goes on with the words that the prompt's last message lacks, as a model with prefill does.
    private static Answer GoOn(ProviderExchange exchange)
    {
        var begun = (string)exchange.Json["messages"]!.AsArray()[^1]!["content"]!;
        var from = begun.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return Answer.Text(
            Enumerable.Range(from, FaultScripts.Words - from).Select(i => (i == from ? " " : "") + FaultScripts.Word(i)), promptTokens: 50, completionTokens: 20);
    }

    [Fact]
    public async Task An_endpoint_that_takes_a_beginning_is_given_it()
    {
        _gateway.Alpha.On("gifted", FaultScripts.Begun(40).Then(new Step.Cut()));
        _gateway.Beta.On("gifted", GoOn);

        var reply = await _gateway.Client.AskStreamAsync(Gifted, GatewayHarness.AlphaFirst);

        Assert.True(reply is { IsDone: true, FinishReason: "stop" });
        Assert.Equal(FaultScripts.Whole, reply.Content);
        var messages = Assert.Single(_gateway.Beta.Exchanges).Json["messages"]!.AsArray();
        Assert.Equal(("user", "assistant"), ((string)messages[^2]!["role"]!, (string)messages[^1]!["role"]!));
    }

    [Fact]
    public async Task White_space_that_the_caller_has_is_left_out_though_it_comes_in_pieces()
    {
        _gateway.Alpha.On("gifted", Answer.Stream([Wire.Role(), Wire.Text("One \n ")]).Then(new Step.Cut()));
        _gateway.Beta.On("gifted", Answer.Text([" ", "\n", " two"]));

        var reply = await _gateway.Client.AskStreamAsync(Gifted, GatewayHarness.AlphaFirst);

        Assert.Equal("One \n two", reply.Content);
    }

    [Fact]
    public async Task The_caller_pays_for_the_attempt_that_finished_and_the_record_has_both()
    {
        _gateway.Alpha.On("gifted", FaultScripts.Begun(40).Then(new Step.Cut()));
        _gateway.Beta.On("gifted", GoOn);
        var before = _gateway.Available;

        var reply = await _gateway.Client.AskStreamAsync(Gifted, GatewayHarness.AlphaFirst);

        const long cost = (50 * 1_000) + (20 * 2_000);
        Assert.Equal(cost, reply.CostNano);
        await _gateway.SettledAsync();
        Assert.Equal(before - cost, _gateway.Available);
        var record = await _gateway.GenerationAsync(reply.Id!);
        var attempts = record["provider_responses"]!.AsArray();
        Assert.True((bool)record["rescued"]!);
        Assert.Equal(["Alpha", "Beta"], attempts.Select(static a => (string)a!["provider_name"]!), StringComparer.OrdinalIgnoreCase);
        Assert.True((decimal)attempts[0]!["lost_cost"]! > 0);
        Assert.Null(attempts[1]!["lost_cost"]);
    }

    [Fact]
    public async Task A_fallback_that_refuses_the_beginning_is_asked_to_begin_anew()
    {
        _gateway.Alpha.On("gifted", FaultScripts.Begun(40).Then(new Step.Cut()));
        _gateway.Beta.On("gifted", static e => (string?)e.Json["messages"]!.AsArray()[^1]!["role"] == "assistant"
            ? Answer.Error(400, "This model does not support assistant message prefill.")
            : FaultScripts.Full());

        var reply = await _gateway.Client.AskStreamAsync(Gifted, GatewayHarness.AlphaFirst);

        Assert.True(reply.IsDone);
        Assert.Equal(FaultScripts.Whole, reply.Content);
        Assert.Equal(2, _gateway.Beta.Started);
    }

    [Fact]
    public async Task An_answer_that_begins_otherwise_ends_with_the_first_error()
    {
        _gateway.Alpha.On("pair", FaultScripts.Begun(40).Then(new Step.Cut()));
        _gateway.Beta.On("pair", Answer.Text(["something", " else"]));

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.False(reply.IsDone);
        Assert.StartsWith(FaultScripts.Word(0), reply.Content, StringComparison.Ordinal);
        Assert.DoesNotContain("else", reply.Content, StringComparison.Ordinal);
        Assert.NotNull(reply.Error);
        await _gateway.SettledAsync();
    }

    [Fact]
    public async Task A_stream_that_breaks_again_is_gone_on_with_again()
    {
        _gateway.Alpha.On("pair", FaultScripts.Begun(20).Then(new Step.Cut()));
        var asked = 0;
        _gateway.Beta.On("pair", FaultScripts.Begun(40).Then(new Step.Cut()));
        _gateway.Alpha.On("pair", _ => asked++ == 0 ? FaultScripts.Begun(20).Then(new Step.Cut()) : FaultScripts.Full());

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.True(reply.IsDone);
        Assert.Equal(FaultScripts.Whole, reply.Content);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("error")]
    public async Task Who_does_not_want_it_is_told_the_error(string mode)
    {
        _gateway.Alpha.On("pair", FaultScripts.Begun(40).Then(new Step.Cut()));

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, $"{GatewayHarness.AlphaFirst},\"rescue\":\"{mode}\"");

        Assert.False(reply.IsDone);
        Assert.NotNull(reply.Error);
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    [Fact]
    public async Task Restart_does_not_give_the_beginning_away()
    {
        _gateway.Alpha.On("gifted", FaultScripts.Begun(40).Then(new Step.Cut()));
        _gateway.Beta.On("gifted", FaultScripts.Full());

        var reply = await _gateway.Client.AskStreamAsync(Gifted, GatewayHarness.AlphaFirst + ",\"rescue\":\"restart\"");

        Assert.Equal(FaultScripts.Whole, reply.Content);
        Assert.Single(Assert.Single(_gateway.Beta.Exchanges).Json["messages"]!.AsArray());
    }

    [Fact]
    public async Task A_stream_with_a_tool_call_under_way_is_not_gone_on_with()
    {
        _gateway.Alpha.On("pair", Answer.Stream([
            Wire.Role(), Wire.Delta("""{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a"}}]}""")]).Then(new Step.Cut()));

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.NotNull(reply.Error);
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    [Fact]
    public async Task An_installation_can_turn_it_off()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("streaming.rescue", "off"));
        gateway.Alpha.On("pair", FaultScripts.Begun(40).Then(new Step.Cut()));

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.NotNull(reply.Error);
        Assert.Empty(gateway.Beta.Exchanges);
    }

    [Fact]
    public async Task A_key_can_turn_it_off_and_its_request_turn_it_on_again()
    {
        _gateway.Alpha.On("pair", FaultScripts.Begun(40).Then(new Step.Cut()));
        _gateway.Beta.On("pair", FaultScripts.Full());
        await _gateway.SetRescueAsync("off");

        StreamReply reply = null!;
        await Deadline.UntilAsync(
            async () => (reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst)).Error is not null, "the key's word to be known");
        var wished = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, $"{GatewayHarness.AlphaFirst},\"rescue\":\"continue\"");

        Assert.False(reply.IsDone);
        Assert.True(wished.IsDone);
        Assert.Null(wished.Error);
    }

    [Fact]
    public async Task An_unknown_mode_is_refused_by_name()
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, "\"rescue\":\"maybe\"");

        Assert.Equal(400, reply.Status);
        Assert.Contains("rescue", reply.ErrorMessage, StringComparison.Ordinal);
    }
}
