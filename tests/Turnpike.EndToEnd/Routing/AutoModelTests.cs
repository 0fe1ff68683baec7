namespace Turnpike.EndToEnd.Routing;

/// <summary>openrouter/auto and openrouter/free through the front door.</summary>
public sealed class AutoModelTests : IAsyncLifetime
{
    // Two models of the shipped quality table, one dear and good, one cheap, both at alpha; the second at beta too.
    private const string Dear = "anthropic/claude-opus-4.6";
    private const string Cheap = "openai/gpt-5-nano";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c
        .Endpoint("alpha", Dear, "dear", prompt: 5, completion: 25).Endpoint("beta", Cheap, "cheap", prompt: 0.05m, completion: 0.4m));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("openrouter/auto:nitro")]
    [InlineData("openrouter/auto:floor:exacto")]
    [InlineData("openrouter/free:floor")]
    public async Task A_routers_name_takes_variants_as_a_models_does(string name)
    {
        var reply = await _gateway.Client.AskAsync(name);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(name[..name.IndexOf(':', StringComparison.Ordinal)], (string)(await _gateway.GenerationAsync((string)reply.Json["id"]!))["router"]!);
    }

    [Theory]
    [InlineData("openrouter/auto")]
    [InlineData("turnpike/auto")]
    public async Task The_answer_names_the_model_that_was_chosen_and_the_record_why(string router)
    {
        var reply = await _gateway.Client.AskAsync(router);

        Assert.True(reply.Status == 200, reply.Text);
        var model = (string)reply.Json["model"]!;
        Assert.Contains(model, new[] { Dear, Cheap, GatewayHarness.Plain, GatewayHarness.Pair });
        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal((router, model), ((string)record["router"]!, (string)record["model"]!));
        var route = (await _gateway.Client.GetAsync($"/api/v1/generation/{(string)reply.Json["id"]!}/route")).Json["data"]!;
        Assert.Contains(route["chosen"]!.AsArray(), c => (string)c!["model"]! == model && ((string)c["reason"]!).Length > 0);
    }

    [Theory]
    [InlineData(Dear)]
    [InlineData(Cheap)]
    public async Task Only_allowed_models_answer(string allowed)
    {
        var reply = await _gateway.Client.AskAsync("openrouter/auto", $$"""  "plugins":[{"id":"auto-router","allowed_models":["{{allowed}}"]}]""");

        Assert.Equal(allowed, (string)reply.Json["model"]!);
    }

    [Fact]
    public async Task The_next_best_answers_where_the_best_fails()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Error(503));
        const string allowed = $$"""  "plugins":[{"id":"auto-router","allowed_models":["{{Dear}}","{{Cheap}}"]}]""";

        var reply = await _gateway.Client.AskAsync("openrouter/auto", allowed);

        Assert.Equal((200, Cheap), (reply.Status, (string)reply.Json["model"]!));
    }

    [Fact]
    public async Task A_session_keeps_its_model_and_looking_does_not_bind_it()
    {
        const string session = "\"session_id\":\"s1\"";
        Task<string> ChosenAsync(string fields) => ModelAsync($"{session}{fields}");
        await _gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body("openrouter/auto", session + """, "plugins":[{"id":"auto-router","allowed_models":["openai/*"]}]"""));

        var first = await ChosenAsync(""","plugins":[{"id":"auto-router","allowed_models":["anthropic/*"]}]""");
        var second = await ChosenAsync("");

        Assert.Equal((Dear, Dear), (first, second));
    }

    [Fact]
    public async Task A_wrong_option_is_refused_by_name()
    {
        var reply = await _gateway.Client.AskAsync("openrouter/auto", """  "plugins":[{"id":"auto-router","cost_tier":"huge"}]""");

        Assert.Equal(400, reply.Status);
        Assert.Contains("cost_tier", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_nothing_fits_the_caller_is_told()
    {
        var reply = await _gateway.Client.AskAsync("openrouter/auto", """  "plugins":[{"id":"auto-router","allowed_models":["nobody/*"]}]""");

        Assert.Equal((404, "model_not_found"), (reply.Status, (string)reply.Json["error"]!["availability"]!["code"]!));
        Assert.Contains("openrouter/auto", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_free_router_costs_nothing()
    {
        var before = _gateway.Available;

        var reply = await _gateway.Client.AskAsync("openrouter/free");

        Assert.Equal((200, 0L), (reply.Status, reply.CostNano));
        await _gateway.SettledAsync();
        Assert.Equal(before, _gateway.Available);
    }

    private async Task<string> ModelAsync(string fields) => (string)(await _gateway.Client.AskAsync("openrouter/auto", fields)).Json["model"]!;
}
