using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Routing;

/// <summary><c>openrouter_metadata</c> beside answers and errors, on the surfaces that generate, for those who ask for it.</summary>
public sealed class RouteMetadataTests : IAsyncLifetime
{
    private const string Header = "X-OpenRouter-Metadata";
    private const string Chat = "/api/v1/chat/completions";
    private const string Responses = "/api/v1/responses";
    private const string Messages = "/api/v1/messages";

    private static readonly (string, string) _asks = (Header, "enabled");

    private readonly ScriptedProvider _native = ScriptedProvider.Start();
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(config =>
    {
        RoutingFixture.Configure(config);
        config
            .Provider("native", _native.BaseUrl, ("dialect", "openai-responses"))
            .Endpoint("native", "test/native")
            .Provider("claude", _native.BaseUrl, ("dialect", "anthropic-messages"))
            .Endpoint("claude", "test/claude");
    });

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _native.DisposeAsync();
    }

    public static TheoryData<string> Surfaces => [Chat, Responses, Messages];

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task A_whole_answer_and_the_last_event_of_a_stream_carry_it(string path)
    {
        var whole = await _gateway.Client.PostAsync(path, Body(path), _asks);
        var last = (await EventsAsync(path, Body(path)))[^1];

        Assert.Equal("test/pair", (string?)Of(whole)!["requested"]);
        Assert.Equal("test/pair", (string?)(last["response"] ?? last)["openrouter_metadata"]!["requested"]);
    }

    [Theory]
    [InlineData(Responses, "test/native", """{"id":"r","object":"response","status":"completed","model":"m","output":[],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}""")]
    [InlineData(Messages, "test/claude", """{"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""")]
    public async Task So_does_one_whose_bytes_a_provider_of_the_dialect_gave(string path, string model, string answer)
    {
        _native.Otherwise(_ => Answer.Json(answer));

        var reply = await _gateway.Client.PostAsync(path, Body(path, model), _asks);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(200, (int?)Of(reply)!["attempts"]![0]!["status"]);
        Assert.NotNull(reply.CostNano);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task No_endpoints_tells_how_many_there_were_and_that_rules_removed_them(string path)
    {
        var reply = await _gateway.Client.PostAsync(path, Body(path, RoutingFixture.Many, ""","provider":{"only":["cheap"],"zdr":true}"""), _asks);

        Assert.Equal(404, reply.Status);
        Assert.NotNull(reply.Json["error"]!["message"]);
        var told = Of(reply)!;
        Assert.Equal((RoutingFixture.Many, "direct", 0, 6), ((string)told["requested"]!, (string)told["strategy"]!, (int)told["attempt"]!, (int)told["endpoints"]!["total"]!));
        Assert.Empty(told["endpoints"]!["available"]!.AsArray());
        Assert.Empty(told["attempts"]!.AsArray());
        Assert.Contains("6 removed by rules", (string)told["summary"]!, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task When_every_attempt_failed_each_is_told_and_no_endpoint_is_selected(string path)
    {
        _gateway.Alpha.On("pair", Answer.Error(404));
        _gateway.Beta.On("pair", Answer.Error(402, "sk-upstream-beta has no credit"));

        var reply = await _gateway.Client.PostAsync(path, Body(path), _asks);

        Assert.InRange(reply.Status, 400, 599);
        var told = Of(reply)!;
        Assert.Equal([("alpha", 404), ("beta", 402)], told["attempts"]!.AsArray().Select(static a => ((string)a!["provider"]!, (int)a["status"]!)));
        Assert.Equal(2, (int)told["attempt"]!);
        Assert.Equal([false, false], told["endpoints"]!["available"]!.AsArray().Select(static e => (bool)e!["selected"]!));
        Assert.DoesNotContain("sk-upstream", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Hello", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task An_error_within_a_stream_carries_it(string path)
    {
        _gateway.Alpha.On("pair", Answer.Stream([Wire.Role(), Wire.Text("Hel")]).Then(new Step.Cut()));

        var last = (await EventsAsync(path, Body(path, fields: ""","rescue":"off" """)))[^1];

        var told = (last["response"] ?? last)["openrouter_metadata"]!;
        Assert.NotNull((last["response"] ?? last)["error"]);
        Assert.Equal("alpha", (string?)Assert.Single(told["attempts"]!.AsArray())!["provider"]);
        Assert.Equal([true, false], told["endpoints"]!["available"]!.AsArray().Select(static e => (bool)e!["selected"]!));
    }

    [Theory]
    [InlineData(Responses, "test/native", """{"type":"response.output_text.delta","sequence_number":1,"item_id":"m","output_index":0,"content_index":0,"delta":"H"}""")]
    [InlineData(Messages, "test/claude", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"H"}}""")]
    public async Task So_does_an_error_within_a_stream_of_a_provider_of_the_dialect(string path, string model, string delta)
    {
        const string Start = """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}""";
        const string Block = """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""";
        var before = path == Messages ? Wire.Event(Start) + Wire.Event(Block) : "";
        _native.Otherwise(_ => Answer.Stream([before + Wire.Event(delta)]).Then(new Step.Cut()));

        var last = (await EventsAsync(path, Body(path, model, ""","rescue":"off" """)))[^1];

        Assert.NotNull((last["response"] ?? last)["error"]);
        Assert.Equal(model, (string?)(last["response"] ?? last)["openrouter_metadata"]!["requested"]);
    }

    [Theory]
    [InlineData(Header, "ENABLED", true)]
    [InlineData("X-OpenRouter-Experimental-Metadata", "enabled", true)]
    [InlineData(Header, "true", false)]
    [InlineData("X-Title", "enabled", false)]
    public async Task Only_those_who_ask_by_either_header_get_it(string header, string word, bool isThere)
    {
        var reply = await _gateway.Client.PostAsync(Chat, Body(Chat, "test/nothing"), (header, word));

        Assert.Equal(404, reply.Status);
        Assert.Equal(isThere ? "test/nothing" : null, (string?)reply.Json["openrouter_metadata"]?["requested"]);
    }

    [Fact]
    public async Task A_request_that_was_not_understood_or_not_let_in_has_none()
    {
        Assert.Null(Of(await _gateway.Client.ChatAsync("""{"model":1}""", _asks)));
        Assert.Null(Of(await new GatewayClient(_gateway.Address, "sk-or-v1-wrong").ChatAsync(Body(Chat), _asks)));
    }

    [Fact]
    public async Task One_that_cannot_be_paid_tells_which_endpoints_there_were_and_that_none_was_tried()
    {
        var poor = await _gateway.LimitedClientAsync(0.000001m);

        var reply = await poor.ChatAsync(Body(Chat), _asks);

        Assert.Equal(402, reply.Status);
        Assert.Equal((0, 2), ((int)Of(reply)!["attempt"]!, Of(reply)!["endpoints"]!["available"]!.AsArray().Count));
    }

    [Fact]
    public async Task Plugins_that_were_at_work_stand_in_the_pipeline()
    {
        _gateway.Alpha.On("pair", Answer.Json(Wire.Whole("```json\n{\"a\":1}\n```")));

        var reply = await _gateway.Client.ChatAsync(Body(Chat, fields: ""","response_format":{"type":"json_object"},"plugins":[{"id":"response-healing"}]"""), _asks);

        var stage = Assert.Single(Of(reply)!["pipeline"]!.AsArray())!;
        Assert.Equal(("response_healing", "response-healing", 0m), ((string)stage["type"]!, (string)stage["name"]!, (decimal)stage["cost_usd"]!));
    }

    [Fact]
    public async Task A_router_and_a_fallback_model_are_named_as_the_strategy()
    {
        _gateway.Alpha.On("open-dear", Answer.Error(404));

        var fallback = await _gateway.Client.ChatAsync(Body(Chat, "test/open", ""","models":["test/pair"]"""), _asks);
        var free = await _gateway.Client.ChatAsync(Body(Chat, "openrouter/free"), _asks);

        Assert.Equal(("fallback", "free"), ((string?)Of(fallback)!["strategy"], (string?)Of(free)!["strategy"]));
    }

    private static JsonNode? Of(Reply reply) => reply.Json["openrouter_metadata"];

    private static string Body(string path, string model = GatewayHarness.Pair, string fields = "")
    {
        var prompt = path == Responses ? "\"input\":\"Hello\"" : "\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
        var order = fields.Contains("\"provider\"", StringComparison.Ordinal) ? "" : $",{GatewayHarness.AlphaFirst}";
        return $$"""{"model":"{{model}}",{{prompt}}{{order}}{{fields}}}""";
    }

    private async Task<List<JsonNode>> EventsAsync(string path, string body)
    {
        using var response = await _gateway.Client.SendAsync(_gateway.Client.Request(HttpMethod.Post, path, body[..^1] + ",\"stream\":true}", _asks));
        var text = await response.Content.ReadAsStringAsync(Deadline.Token());
        var data = text.Split('\n').Where(static l => l.StartsWith("data: {", StringComparison.Ordinal));
        return [.. data.Select(static d => JsonNode.Parse(d["data: ".Length..])!)];
    }
}
