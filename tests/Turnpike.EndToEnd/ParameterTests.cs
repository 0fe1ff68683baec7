using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>What of a request is sent to an endpoint that does not know all of it: what it would refuse stays here, and is told.</summary>
public sealed class ParameterTests : IAsyncLifetime
{
    private const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

    private const string Schema = "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"object\"}}}";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static config => config
        .Set("models", new JsonArray(
            Model("test/always", """{"mandatory":true,"supportedEfforts":["high","medium","low"]}"""),
            Model("test/one-0.9", """{"mandatory":true,"supportedEfforts":["high","low"]}""", family: "one"),
            Model("test/thinker", """{"supportedEfforts":["xhigh","high","medium","low","none"]}""")))
        .Endpoint("alpha", "test/talker", fields: ("parameters", new JsonArray("max_tokens", "temperature")))
        .Endpoint("alpha", "test/thinker", fields: ("parameters", new JsonArray("max_tokens", "reasoning", "tools")))
        .Endpoint("alpha", "test/always")
        .Endpoint("alpha", "test/one-0.9"));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private JsonNode Sent => Assert.Single(_gateway.Alpha.Exchanges).Json;

    [Theory]
    [InlineData("test/talker", "\"reasoning\":{\"effort\":\"high\"}", "reasoning_effort", "reasoning")]
    [InlineData("test/talker", "\"top_k\":3", "top_k", "top_k")]
    [InlineData("test/talker", "\"min_p\":0.1", "min_p", "min_p")]
    [InlineData("test/talker", "\"verbosity\":\"low\"", "verbosity", "verbosity")]
    [InlineData("test/talker", Tools, "tools", "tools")]
    [InlineData("test/talker", Schema, "response_format", "response_format")]
    [InlineData("test/thinker", "\"temperature\":0.5", "temperature", "temperature")]
    [InlineData("test/thinker", "\"stop\":[\"x\"]", "stop", "stop")]
    [InlineData("test/thinker", Tools + ",\"tool_choice\":\"required\"", "tool_choice", "tool_choice")]
    public async Task A_parameter_that_an_endpoint_does_not_list_is_left_out_and_told(string model, string fields, string field, string told)
    {
        var reply = await _gateway.Client.AskAsync(model, fields);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Null(Sent[field]);
        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal([told], record["dropped_parameters"]!.AsArray().Select(static d => (string)d!));
    }

    [Theory]
    [InlineData("test/talker", "\"stop\":[\"x\"]", "stop")]
    [InlineData("test/talker", "\"seed\":7", "seed")]
    [InlineData("test/talker", "\"own_switch\":true", "own_switch")]
    [InlineData("test/thinker", "\"seed\":7", "seed")]
    [InlineData(GatewayHarness.Plain, "\"top_k\":3", "top_k")]
    public async Task One_that_a_list_says_nothing_of_goes_on(string model, string fields, string field)
    {
        await _gateway.Client.AskAsync(model, fields);

        Assert.NotNull(Sent[field]);
    }

    [Fact]
    public async Task A_schema_that_cannot_be_asked_for_stands_in_the_prompt()
    {
        await _gateway.Client.AskAsync("test/talker", Schema);

        Assert.Contains("{\"type\":\"object\"}", (string)Sent["messages"]![0]!["content"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"reasoning\":{\"exclude\":true}")]
    [InlineData("\"reasoning\":{}")]
    [InlineData("\"include_reasoning\":false")]
    [InlineData("\"include_reasoning\":true")]
    public async Task How_thoughts_are_told_does_not_ask_for_any(string fields)
    {
        await _gateway.Client.AskAsync(GatewayHarness.Plain, fields);

        Assert.Equal(["messages", "model"], Sent.AsObject().Select(static m => m.Key).Order());
    }

    [Theory]
    [InlineData("test/thinker", "max", "xhigh")]
    [InlineData("test/thinker", "minimal", "low")]
    [InlineData("test/thinker", "none", "none")]
    [InlineData("test/always", "xhigh", "high")]
    [InlineData("test/one-0.9", "medium", "low")]
    [InlineData(GatewayHarness.Plain, "minimal", "minimal")]
    public async Task An_effort_becomes_the_nearest_that_the_model_knows(string model, string effort, string sent)
    {
        await _gateway.Client.AskAsync(model, $"\"reasoning_effort\":\"{effort}\"");

        Assert.Equal(sent, (string?)Sent["reasoning_effort"]);
    }

    [Theory]
    [InlineData("{\"effort\":\"none\"}")]
    [InlineData("{\"enabled\":false}")]
    public async Task A_model_that_always_reasons_cannot_be_asked_not_to(string reasoning)
    {
        var reply = await _gateway.Client.AskAsync("test/always", $"\"reasoning\":{reasoning}");

        Assert.Equal(400, reply.Status);
        Assert.Contains("'reasoning' cannot be turned off", reply.Text, StringComparison.Ordinal);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task The_newest_of_a_family_reasons_as_little_as_it_can()
    {
        await _gateway.Client.AskAsync("~test/one-latest", "\"reasoning\":{\"enabled\":false}");

        Assert.Equal("low", (string?)Sent["reasoning_effort"]);
    }

    [Theory]
    [InlineData("chat/completions", "", "medium")]
    [InlineData("chat/completions", "\"reasoning\":{\"effort\":\"high\"},", "high")]
    [InlineData("chat/completions", "\"reasoning\":{\"enabled\":false},", null)]
    [InlineData("messages", "\"max_tokens\":9,", "medium")]
    [InlineData("messages", "\"max_tokens\":9,\"thinking\":{\"type\":\"disabled\"},", null)]
    public async Task The_variant_thinking_reasons_where_nothing_else_is_said(string surface, string fields, string? sent)
    {
        var reply = await _gateway.Client.PostAsync(
            $"/api/v1/{surface}", $$"""{"model":"test/plain:thinking",{{fields}}"messages":[{"role":"user","content":"Hello"}]}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("plain", (string?)Sent["model"]);
        Assert.Equal(sent, (string?)Sent["reasoning_effort"]);
    }

    [Fact]
    public async Task The_flag_for_structured_outputs_is_for_us()
    {
        await _gateway.Client.AskAsync(GatewayHarness.Plain, "\"structured_outputs\":true");

        Assert.Null(Sent["structured_outputs"]);
    }

    [Theory]
    [InlineData("/api/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]")]
    [InlineData("/api/v1/messages", "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]")]
    public async Task Of_models_alone_the_first_is_the_model(string path, string fields)
    {
        _gateway.Alpha.On("plain", static _ => Answer.Error(503));

        var reply = await _gateway.Client.PostAsync(path, $$"""{"models":["test/plain","test/talker"],{{fields}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(["plain", "talker"], _gateway.Alpha.Exchanges.Select(static e => (string)e.Json["model"]!));
        Assert.Equal("test/talker", (string)reply.Json["model"]!);
    }

    private static JsonObject Model(string id, string reasoning, string? family = null)
    {
        var model = new JsonObject { ["id"] = id, ["reasoning"] = JsonNode.Parse(reasoning) };
        if (family is not null)
        {
            model["family"] = family;
        }

        return model;
    }
}
