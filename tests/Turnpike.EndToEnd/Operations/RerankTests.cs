using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Operations;

/// <summary>Reranking: documents in an order, charged by search units or by tokens.</summary>
public sealed class RerankTests : IAsyncLifetime
{
    private const string Model = "test/order";
    private const string Cohere = """{"id":"up-1","results":[{"index":1,"relevance_score":0.98},{"index":0,"relevance_score":0.125}],"meta":{"billed_units":{"search_units":2}}}""";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c
        .Set("models", new JsonArray(new JsonObject { ["id"] = Model, ["outputModalities"] = new JsonArray("rerank") }))
        .Endpoint("alpha", Model, fields: Fields(new() { ["prompt"] = 0, ["completion"] = 0, ["searchUnit"] = 0.002m }))
        .Endpoint("beta", Model, fields: Fields(new() { ["prompt"] = 0.05m, ["completion"] = 0 })));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Results_carry_their_documents_and_cost_what_their_search_units_do()
    {
        _gateway.Alpha.On("order", Answer.Json(Cohere));

        var reply = await AskAsync($$"""{"model":"{{Model}}","query":"q","documents":["Pa\u0072is",{"text":"Berlin","id":7}],"top_n":2,"return_documents":false,{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("""[{"index":1,"relevance_score":0.98,"document":{"text":"Berlin","id":7}},{"index":0,"relevance_score":0.125,"document":{"text":"Paris"}}]""", reply.Json["results"]!.ToJsonString());
        Assert.Equal(2, (int?)reply.Usage!["search_units"]);
        Assert.Equal(2, (int?)reply.Json["meta"]!["billed_units"]!["search_units"]);
        Assert.All(["prompt_tokens", "completion_tokens", "total_tokens"], name => Assert.True((int)reply.Usage![name]! >= 0));
        Assert.Equal(2 * 2_000_000, reply.CostNano);
        Assert.Equal("/v1/rerank", _gateway.Alpha.Exchanges[0].Path);
        Assert.Equal("""{"model":"order","query":"q","documents":["Pa\u0072is",{"text":"Berlin","id":7}],"top_n":2}""", _gateway.Alpha.Exchanges[0].BodyText);
        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal("rerank", (string?)record["api_type"]);
        Assert.Equal(2, (int?)record["units"]!["search_units"]);
    }

    [Fact]
    public async Task Hosts_that_charge_tokens_are_billed_by_tokens()
    {
        _gateway.Alpha.On("order", Answer.Error(500));
        _gateway.Beta.On("order", Answer.Json("""{"data":[{"index":0,"relevance_score":1}],"usage":{"total_tokens":40}}"""));

        var reply = await AskAsync($$"""{"model":"{{Model}}","query":"q","documents":["a"],{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(40 * 50, reply.CostNano);
        Assert.Equal(1, (int?)reply.Usage!["search_units"]);
    }

    [Fact]
    public async Task Without_any_count_a_hundred_documents_are_a_search_unit()
    {
        _gateway.Alpha.On("order", Answer.Json("""{"results":[{"index":100,"relevance_score":1}]}"""));

        var reply = await AskAsync($$"""{"model":"{{Model}}","query":"q","documents":[{{string.Join(',', Enumerable.Repeat("\"d\"", 101))}}],{{GatewayHarness.AlphaFirst}}}""");

        Assert.Equal(2 * 2_000_000, reply.CostNano);
    }

    [Fact]
    public async Task An_answer_that_names_a_document_which_was_not_sent_is_not_taken()
    {
        _gateway.Alpha.On("order", Answer.Json("""{"results":[{"index":1,"relevance_score":1}]}"""));
        _gateway.Beta.On("order", Answer.Error(500));

        var reply = await AskAsync($$"""{"model":"{{Model}}","query":"q","documents":["a"],{{GatewayHarness.AlphaFirst}}}""");
        await _gateway.SettledAsync();

        Assert.InRange(reply.Status, 500, 599);
    }

    [Theory]
    [InlineData("query", """{"model":"test/order","documents":["a"]}""")]
    [InlineData("query", """{"model":"test/order","query":["q"],"documents":["a"]}""")]
    [InlineData("documents", """{"model":"test/order","query":"q"}""")]
    [InlineData("documents", """{"model":"test/order","query":"q","documents":[]}""")]
    [InlineData("documents[1]", """{"model":"test/order","query":"q","documents":["a",3]}""")]
    [InlineData("documents[0]", """{"model":"test/order","query":"q","documents":[{"title":"x"}]}""")]
    [InlineData("top_n", """{"model":"test/order","query":"q","documents":["a"],"top_n":0}""")]
    public async Task A_bad_field_is_named(string field, string body)
    {
        var reply = await AskAsync(body);

        Assert.Equal(400, reply.Status);
        Assert.Equal(field, (string?)reply.Json["error"]!["param"]);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    private static (string Name, JsonNode? Value)[] Fields(JsonObject prices) => [("prices", prices)];

    [Theory]
    [InlineData("/v2/rerank")]
    [InlineData("/api/v2/rerank")]
    public async Task Coheres_own_clients_find_it_where_they_look(string address)
    {
        _gateway.Alpha.On("order", Answer.Json(Cohere));

        var reply = await _gateway.Client.PostAsync(address, $$"""{"model":"{{Model}}","query":"q","documents":["a","b"],{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(2, (int?)reply.Json["meta"]!["billed_units"]!["search_units"]);
    }

    private Task<Reply> AskAsync(string body) => _gateway.Client.PostAsync("/api/v1/rerank", body);
}
