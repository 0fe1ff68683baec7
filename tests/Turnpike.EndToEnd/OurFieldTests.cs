using System.Text.Json.Nodes;
using Turnpike.EndToEnd.Routing;

namespace Turnpike.EndToEnd;

/// <summary>The fields that are ours do the same at every address for conversations, and no provider is sent them.</summary>
public sealed class OurFieldTests : IAsyncLifetime
{
    private const string Chat = "chat/completions";
    private const string Responses = "responses";
    private const string Messages = "messages";
    private const string Tiered = "test/express";

    private const string OfOurs =
        """
        ,"models":["test/plain"],"route":"fallback","provider":{"data_collection":"allow"},"plugins":[],"transforms":[],"routing":{"strategy":"cost"},"session_id":"s","rescue":"off","max_cost":1,"trace":{"trace_id":"t"},"debug":{},"usage":{"include":true},"stop_server_tools_when":[],"zdr":false,"enforce_zdr":null
        """;

    private const string ResponsesWhole =
        """{"id":"r","object":"response","status":"completed","model":"gpt","output":[{"id":"m","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15}}""";

    private const string MessagesWhole =
        """{"id":"m","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5}}""";

    private readonly ScriptedProvider _native = ScriptedProvider.Start();
    private GatewayHarness _gateway = null!;

    public static TheoryData<string> Surfaces => [Chat, Responses, Messages];

    public static TheoryData<string, string, string> Routes => OnEach(
        ("\"provider\":{\"only\":[\"mid/us-1\"]}", "mid-none"),
        ("\"provider\":{\"sort\":\"price\"}", "second-cheap"),
        ("\"provider\":{\"sort\":\"price\"},\"route\":\"sort\"", "cheap-fp8"),
        ("\"routing\":{\"strategy\":\"cost\"}", "second-cheap"),
        ("\"provider\":{\"only\":[\"mid\"],\"sort\":{\"by\":\"price\",\"partition\":\"none\"}},\"service_tier\":\"flex\"", "mid-flex"));

    public static TheoryData<string, string, string> Wrong => OnEach(
        ("\"rescue\":\"maybe\"", "rescue"),
        ("\"routing\":{\"strategy\":\"luck\"}", "routing.strategy"),
        ("\"route\":5", "route"),
        ("\"provider\":[]", "provider"),
        ("\"plugins\":{}", "plugins"),
        ("\"models\":[5]", "models[0]"),
        ("\"preset\":5", "preset"),
        ("\"max_cost\":\"much\"", "max_cost"),
        ("\"zdr\":\"yes\"", "zdr"),
        ("\"enforce_zdr\":1", "enforce_zdr"),
        ("\"plugins\":[{\"id\":\"web-fetch\"}]", "plugins[0].id"),
        ("\"plugins\":[{\"id\":\"file-parser\"},{\"id\":\"fusion\",\"enabled\":true}]", "plugins[1].id"),
        ("\"service_tier\":5", "service_tier"));

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(config =>
    {
        RoutingFixture.Configure(config);
        config
            .Provider("openai", _native.BaseUrl, ("dialect", "openai-responses"))
            .Provider("anthropic", _native.BaseUrl, ("dialect", "anthropic-messages"))
            .Endpoint("openai", "test/gpt")
            .Endpoint("openai", "test/gpt-5-codex")
            .Endpoint("openai", "test/gpt-5.2")
            .Endpoint("anthropic", "test/claude")
            .Endpoint("alpha", Tiered, fields: ("tierPrices", JsonNode.Parse("""{"priority":{"prompt":2,"completion":4}}""")));
    });

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _native.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task Other_models_are_tried(string surface)
    {
        _gateway.Alpha.On("plain", Answer.Error(503));

        var byModels = await AskAsync(surface, GatewayHarness.Plain, "\"models\":[\"test/open\"]");
        var byRoute = await AskAsync(surface, GatewayHarness.Plain, "\"route\":{\"fallbacks\":[\"test/open\"]}");

        Assert.Equal([(200, "test/open"), (200, "test/open")], new[] { byModels, byRoute }.Select(static r => (r.Status, (string?)r.Json["model"])));
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task A_list_of_models_will_do(string surface)
    {
        var body = Body(surface, "x", "\"models\":[\"test/claude\",\"test/open\"]").Replace("\"model\":\"x\",", "", StringComparison.Ordinal);
        _native.Otherwise(static _ => Answer.Error(503));

        var reply = await _gateway.Client.PostAsync($"/api/v1/{surface}", body);

        Assert.Equal((200, "test/open"), (reply.Status, (string?)reply.Json["model"]));
        Assert.NotEmpty(_native.Exchanges);
        Assert.All(_native.Exchanges, static e => Assert.Equal("claude", (string?)e.Json["model"]));
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task The_route_is_chosen(string surface, string fields, string upstream)
    {
        var reply = await AskAsync(surface, "test/second", $"\"models\":[\"{RoutingFixture.Many}\"],{fields}");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(upstream, (string?)Assert.Single(_gateway.Alpha.Exchanges).Json["model"]);
    }

    [Theory]
    [InlineData(Chat, "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\"type\":\"object\"}}}")]
    [InlineData(Responses, "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{\"type\":\"object\"}}}")]
    [InlineData(Messages, "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}")]
    public async Task A_form_of_the_answer_is_asked_where_it_is_known(string surface, string form)
    {
        var reply = await AskAsync(surface, RoutingFixture.Many, $"{form},\"provider\":{{\"require_parameters\":true}}");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("mid-fp4", (string?)Assert.Single(_gateway.Alpha.Exchanges).Json["model"]);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task A_price_that_is_too_high_is_refused(string surface)
    {
        var reply = await AskAsync(surface, GatewayHarness.Plain, "\"max_cost\":0.0000001");

        Assert.Equal((await AskAsync(Chat, GatewayHarness.Plain, "\"max_cost\":0.0000001")).Status, reply.Status);
        Assert.Contains("max_cost", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task A_promised_price_is_kept(string surface)
    {
        _gateway.Alpha.On("plain", Answer.Json(Wire.Whole("x", 10_000, 500)));

        var reply = await AskAsync(surface, GatewayHarness.Plain, "\"max_cost\":0.0005");

        Assert.Equal(500_000, reply.CostNano);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task A_service_tier_is_paid_at_its_own_prices(string surface)
    {
        _gateway.Alpha.On("express", Answer.Json(Wire.Whole("x", 10, 1)));

        var reply = await AskAsync(surface, Tiered, "\"service_tier\":\"priority\"");

        Assert.Equal(20_000 + 4_000, reply.CostNano);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task A_session_and_its_user_stand_in_the_record_and_the_user_is_told_to_nobody(string surface)
    {
        var reply = await AskAsync(surface, GatewayHarness.Plain, "\"session_id\":\"talk\",\"user\":\"somebody\"");

        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal(("talk", "somebody"), ((string?)record["session_id"], (string?)record["external_user"]));
        Assert.DoesNotContain("somebody", Assert.Single(_gateway.Alpha.Exchanges).BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test/claude")]
    [InlineData(GatewayHarness.Plain)]
    public async Task OpenAIs_newer_name_for_the_user_is_no_field_of_Anthropics(string model)
    {
        _native.Otherwise(static _ => Answer.Json(MessagesWhole));

        var reply = await AskAsync(Messages, model, "\"safety_identifier\":\"somebody\"");

        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal("somebody", (string?)record["external_user"]);
        var sent = Assert.Single(_native.Exchanges.Concat(_gateway.Alpha.Exchanges));
        Assert.DoesNotContain("somebody", sent.BodyText, StringComparison.Ordinal);
        Assert.DoesNotContain("safety_identifier", sent.BodyText, StringComparison.Ordinal);
        Assert.DoesNotContain("safety_identifier", record["dropped_parameters"]?.ToJsonString() ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Responses, "test/gpt", """"model":"gpt","input":"Hello"}"""")]
    [InlineData(Messages, "test/claude", """{"model":"claude","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""")]
    public async Task No_provider_of_the_dialect_is_sent_a_field_of_ours(string surface, string model, string end)
    {
        _native.Otherwise(static e => Answer.Json(e.Path.EndsWith("/responses", StringComparison.Ordinal) ? ResponsesWhole : MessagesWhole));

        var behind = await AskAsync(surface, model, OfOurs.Trim()[1..]);
        var before = await _gateway.Client.PostAsync($"/api/v1/{surface}", "{" + OfOurs.Trim()[1..] + "," + Body(surface, model, "")[1..]);

        Assert.True((behind.Status, before.Status) == (200, 200), behind.Text + before.Text);
        Assert.Equal(2, _native.Exchanges.Length);
        Assert.All(_native.Exchanges, e => Assert.EndsWith(end, e.BodyText, StringComparison.Ordinal));
        Assert.All(_native.Exchanges, static e => Assert.Empty(e.Json.AsObject().Select(static m => m.Key).Except(["model", "input", "store", "include", "messages", "max_tokens"])));
    }

    [Fact]
    public async Task What_OpenRouter_adds_to_responses_is_not_sent_to_a_provider_that_refuses_what_it_does_not_know()
    {
        _native.Otherwise(static _ => Answer.Json(ResponsesWhole));

        await AskAsync(Responses, "test/gpt", "\"cache_control\":{\"type\":\"ephemeral\"},\"modalities\":[\"text\"],\"image_config\":{},\"metadata\":{\"a\":\"b\"}");

        Assert.EndsWith("""{"model":"gpt","input":"Hello","metadata":{"a":"b"}}"""[1..], Assert.Single(_native.Exchanges).BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test/gpt", "", true)]
    [InlineData("test/gpt-5-codex", "", false)]
    [InlineData("test/gpt-5.2", "", false)]
    [InlineData("test/gpt-5.2", ",\"reasoning\":{\"effort\":\"none\"}", true)]
    public async Task A_temperature_is_said_only_to_models_of_responses_that_take_one(string model, string more, bool isSaid)
    {
        _native.Otherwise(static _ => Answer.Json(ResponsesWhole));

        var reply = await AskAsync(Responses, model, "\"temperature\":0.5,\"tools\":[{\"type\":\"web_search\"}]" + more);

        Assert.True(reply.Status == 200, reply.Text);
        var sent = Assert.Single(_native.Exchanges).Json;
        Assert.Equal(isSaid ? 0.5 : null, (double?)sent["temperature"]);
        Assert.Equal("""[{"type":"web_search"}]""", sent["tools"]!.ToJsonString());
        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal(!isSaid, record["dropped_parameters"]?.ToJsonString().Contains("temperature", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task How_much_to_think_is_said_to_OpenAI_in_its_own_words()
    {
        _native.Otherwise(static _ => Answer.Json(ResponsesWhole));

        await AskAsync(Responses, "test/gpt", "\"max_output_tokens\":1000,\"reasoning\":{\"max_tokens\":800}");

        var sent = Assert.Single(_native.Exchanges).Json;
        Assert.Null(sent["reasoning"]?["max_tokens"]);
    }

    [Theory]
    [InlineData(Responses, true)]
    [InlineData(Responses, false)]
    [InlineData(Messages, true)]
    [InlineData(Messages, false)]
    public async Task Metadata_stands_in_whole_and_streamed_answers_of_those_who_ask(string surface, bool isNative)
    {
        _native.Otherwise(e => Answer.Json(surface == Responses ? ResponsesWhole : MessagesWhole));
        var model = !isNative ? GatewayHarness.Plain : surface == Responses ? "test/gpt" : "test/claude";

        var asked = await _gateway.Client.PostAsync($"/api/v1/{surface}", Body(surface, model, ""), ("X-OpenRouter-Metadata", "enabled"));
        var unasked = await AskAsync(surface, model);
        _native.Otherwise(e => surface == Responses ? Framed(ResponsesEvents) : Framed(MessagesEvents));
        var stream = await _gateway.Client.StreamAtAsync($"/api/v1/{surface}", Body(surface, model, "\"stream\":true"), ("X-OpenRouter-Metadata", "enabled"));

        var told = stream.Chunks[^1]["response"]?["openrouter_metadata"] ?? stream.Chunks[^1]["openrouter_metadata"];
        Assert.Equal([1, 1], new[] { asked.Json["openrouter_metadata"], told }.Select(static m => m!["attempts"]!.AsArray().Count));
        Assert.Null(unasked.Json["openrouter_metadata"]);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_value_is_refused_and_the_field_is_named(string surface, string fields, string name)
    {
        var reply = await AskAsync(surface, GatewayHarness.Plain, fields);

        Assert.Equal(400, reply.Status);
        Assert.Contains($"'{name}'", reply.ErrorMessage, StringComparison.Ordinal);
    }
    private static readonly string[] ResponsesEvents =
    [
        """{"type":"response.created","sequence_number":0,"response":{"id":"r","status":"in_progress","model":"gpt","output":[]}}""",
        """{"type":"response.output_text.delta","sequence_number":1,"item_id":"m","output_index":0,"content_index":0,"delta":"Hi"}""",
        $$"""{"type":"response.completed","sequence_number":2,"response":{{ResponsesWhole}}}""",
    ];

    private static readonly string[] MessagesEvents =
    [
        """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"claude","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}""",
        """{"type":"message_stop"}""",
    ];

    private static Answer Framed(string[] events) => Answer.Stream(events.Select(static e => $"event: {JsonNode.Parse(e)!["type"]}\ndata: {e}\n\n"));

    private static TheoryData<string, string, string> OnEach(params (string First, string Second)[] cases)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var surface in (string[])[Chat, Responses, Messages])
        {
            foreach (var (first, second) in cases)
            {
                data.Add(surface, first, second);
            }
        }

        return data;
    }

    private static string Body(string surface, string model, string fields)
    {
        var comma = fields.Length > 0 ? "," : "";
        return surface switch
        {
            Responses => $$"""{"model":"{{model}}","input":"Hello"{{comma}}{{fields}}}""",
            Messages => $$"""{"model":"{{model}}","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]{{comma}}{{fields}}}""",
            _ => GatewayClient.Body(model, fields),
        };
    }

    private Task<Reply> AskAsync(string surface, string model, string fields = "") => _gateway.Client.PostAsync($"/api/v1/{surface}", Body(surface, model, fields));
}
