using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Plugins;

/// <summary>Web search, moderation, compression and healing, through the front door.</summary>
public sealed class PluginTests
{
    private const string Hits = """{"results":[{"url":"https://a.example/x","title":"A","text":"alpha facts"},{"url":"https://b.example/y","title":"B","content":"beta facts"}]}""";

    [Theory]
    [InlineData("exa", "/v1")]
    [InlineData("tavily", "/v1")]
    [InlineData("searxng", "/v1/search?format=json&q=Hello")]
    public async Task A_search_is_put_before_the_question_and_its_sources_behind_the_answer(string engine, string path)
    {
        await using var search = JsonService.Start(Hits);
        var url = engine == "searxng" ? search.Url.ToString() : search.Url.ToString();
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.web.engine", engine).Set("plugins.web.url", url).Set("plugins.web.key", "sk-web"));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, "\"plugins\":[{\"id\":\"web\",\"max_results\":2}]");

        Assert.True(reply.Status == 200, reply.Text);
        var messages = gateway.Alpha.Exchanges[0].Json["messages"]!.AsArray();
        Assert.Equal("system", (string)messages[0]!["role"]!);
        Assert.Contains("alpha facts", (string)messages[0]!["content"]!, StringComparison.Ordinal);
        Assert.Equal("Hello", (string)messages[1]!["content"]!);
        var annotations = reply.Json["choices"]![0]!["message"]!["annotations"]!.AsArray();
        Assert.Equal(["https://a.example/x", "https://b.example/y"], annotations.Select(static a => (string)a!["url_citation"]!["url"]!));
        Assert.Equal((2 * 4_000_000) + 14_000, reply.CostNano);
        Assert.StartsWith(path, search.Exchanges[0].Path, StringComparison.Ordinal);
        var record = await gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal((engine, 2), ((string)record["web_search_engine"]!, (int)record["num_search_results"]!));
    }

    [Fact]
    public async Task A_source_without_a_title_has_its_address_for_one()
    {
        await using var search = JsonService.Start("""{"results":[{"url":"https://a.example/x","title":null,"text":"alpha"}]}""");
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.web.engine", "exa").Set("plugins.web.url", search.Url.ToString()));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, "\"plugins\":[{\"id\":\"web\"}]");

        Assert.Equal("https://a.example/x", (string)reply.Json["choices"]![0]!["message"]!["annotations"]![0]!["url_citation"]!["title"]!);
    }

    [Theory]
    [InlineData("chat/completions")]
    [InlineData("responses")]
    [InlineData("messages")]
    public async Task A_hit_that_is_cut_within_a_character_is_told(string surface)
    {
        await using var search = JsonService.Start("""{"results":[{"url":"https://a.example/x","title":"A","text":"TEXT"}]}""".Replace("TEXT", new string('x', 1999) + "😀", StringComparison.Ordinal));
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.web.engine", "exa").Set("plugins.web.url", search.Url.ToString()));

        var reply = await gateway.Client.PostAsync($"/api/v1/{surface}", $$"""{"model":"{{GatewayHarness.Plain}}","max_tokens":50,"input":"Hello","messages":[{"role":"user","content":"Hello"}],"plugins":[{"id":"web"}]}""");

        Assert.True(reply.Status == 200, reply.Text);
    }

    [Fact]
    public async Task A_search_without_a_service_is_refused()
    {
        await using var gateway = await GatewayHarness.StartAsync();

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, "\"plugins\":[{\"id\":\"web\"}]");

        Assert.Equal(400, reply.Status);
        Assert.Contains("plugins.web", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_that_fails_is_told_and_costs_nothing()
    {
        await using var search = JsonService.Start(static _ => Answer.Error(500));
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.web.engine", "exa").Set("plugins.web.url", search.Url.ToString()));
        var before = gateway.Available;

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, "\"plugins\":[{\"id\":\"web\"}]");

        Assert.Equal(502, reply.Status);
        Assert.Empty(gateway.Alpha.Exchanges);
        await gateway.SettledAsync();
        Assert.Equal(before, gateway.Available);
    }

    [Fact]
    public async Task A_stream_names_its_sources_too()
    {
        await using var search = JsonService.Start(Hits);
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.web.engine", "exa").Set("plugins.web.url", search.Url.ToString()));

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Plain, "\"plugins\":[{\"id\":\"web\"}]");

        Assert.True(reply.IsDone);
        Assert.Contains(reply.Chunks, static c => (string?)c["choices"]?.AsArray().FirstOrDefault()?["delta"]?["annotations"]?[0]?["url_citation"]?["title"] == "A");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_flagged_is_refused(bool isFlagged)
    {
        await using var judge = JsonService.Start("""{"results":[{"flagged":F,"categories":{"violence":F,"hate":false}}]}""".Replace("F", isFlagged ? "true" : "false", StringComparison.Ordinal));
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.moderation.url", judge.Url.ToString()).Set("plugins.moderation.always", true));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal(isFlagged ? 403 : 200, reply.Status);
        Assert.Equal(isFlagged ? 0 : 1, gateway.Alpha.Started);
        if (isFlagged)
        {
            Assert.Equal("content_policy_violation", reply.ErrorType);
            Assert.Contains("violence", reply.ErrorMessage, StringComparison.Ordinal);
            Assert.Equal("""["violence"]""", reply.Json["error"]!["metadata"]!["reasons"]!.ToJsonString());
        }
        else
        {
            Assert.NotNull((await gateway.GenerationAsync((string)reply.Json["id"]!))["moderation_latency"]);
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(",\"transforms\":[\"middle-out\"]", true)]
    [InlineData(",\"plugins\":[{\"id\":\"context-compression\"}]", true)]
    [InlineData(",\"plugins\":[{\"id\":\"context-compression\",\"enabled\":false}]", false)]
    [InlineData(",\"transforms\":[]", false)]
    public async Task A_conversation_that_is_too_long_loses_its_middle(string fields, bool isCompressed)
    {
        await using var gateway = await GatewayHarness.StartAsync();
        var messages = string.Join(',', Enumerable.Range(0, 20).Select(static i => $$"""{"role":"{{(i % 2 == 0 ? "user" : "assistant")}}","content":"m{{i}} {{new string('x', 1600)}}"}"""));

        var reply = await gateway.Client.ChatAsync($$"""{"model":"test/plain","messages":[{"role":"system","content":"rules"},{{messages}},{"role":"user","content":"the question"}]{{fields}}}""");

        if (!isCompressed)
        {
            Assert.True(reply.Status is 400 || gateway.Alpha.Exchanges[0].Json["messages"]!.AsArray().Count == 22, reply.Text);
            return;
        }

        Assert.True(reply.Status == 200, reply.Text);
        var sent = gateway.Alpha.Exchanges[0].Json["messages"]!.AsArray();
        Assert.InRange(sent.Count, 5, 18);
        Assert.Equal(("rules", "the question"), ((string)sent[0]!["content"]!, (string)sent[^1]!["content"]!));
        Assert.StartsWith("m0 ", (string)sent[1]!["content"]!, StringComparison.Ordinal);
        Assert.Equal("context-compression", (string)(await gateway.GenerationAsync((string)reply.Json["id"]!))["plugins"]![0]!["id"]!);
    }

    [Theory]
    [InlineData("test/roomy", ",\"plugins\":[{\"id\":\"context-compression\"}]", 200)]
    [InlineData("test/roomy", ",\"transforms\":[\"middle-out\"]", 200)]
    [InlineData("test/roomy", "", 400)]
    [InlineData("test/plain", "", 200)]
    [InlineData("test/plain", ",\"transforms\":[]", 400)]
    [InlineData("test/plain", ",\"plugins\":[{\"id\":\"context-compression\",\"enabled\":false}]", 400)]
    public async Task A_conversation_that_no_endpoint_takes_whole_is_shortened_where_it_may_be(string model, string fields, int status)
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Endpoint("alpha", "test/roomy", fields: ("contextLength", 16_384)));
        var words = string.Join(',', Enumerable.Range(0, 100).Select(static i => $$"""{"role":"user","content":"m{{i}} {{new string('x', 4000)}}"}"""));

        var reply = await gateway.Client.ChatAsync($$"""{"model":"{{model}}","max_tokens":100,"messages":[{{words}}]{{fields}}}""");

        Assert.True(reply.Status == status, reply.Text);
    }

    [Theory]
    [InlineData("\"max_results\":0", "max_results")]
    [InlineData("\"max_results\":26", "max_results")]
    [InlineData("\"max_results\":\"five\"", "max_results")]
    [InlineData("\"engine\":\"altavista\"", "engine")]
    [InlineData("\"include_domains\":\"a.example\"", "include_domains")]
    [InlineData("\"exclude_domains\":[1]", "exclude_domains")]
    public async Task A_search_with_a_wrong_option_is_refused(string option, string field)
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("plugins.web.engine", "exa").Set("plugins.web.key", "k"));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, $$"""  "plugins":[{"id":"web",{{option}}}]""");

        Assert.Equal(400, reply.Status);
        Assert.Contains(field, reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_nearly_JSON_becomes_JSON()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        gateway.Alpha.On("plain", Answer.Json(Wire.Whole("Sure!\n```json\n{'name': \"Ann\", age: 7,}\n```\nAnything else?")));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, "\"response_format\":{\"type\":\"json_object\"},\"plugins\":[{\"id\":\"response-healing\"}]");

        Assert.Equal("""{"name":"Ann","age":7}""", JsonNode.Parse(reply.Content!)!.ToJsonString());
        Assert.Equal("response-healing", (string)(await gateway.GenerationAsync((string)reply.Json["id"]!))["plugins"]![0]!["id"]!);
    }

    [Theory]
    [InlineData("responses", "\"input\":\"Hello\"")]
    [InlineData("messages", "\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]")]
    public async Task A_search_is_for_the_other_surfaces_too(string surface, string asked)
    {
        await using var search = JsonService.Start(Hits);
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.web.engine", "exa").Set("plugins.web.url", search.Url.ToString()));

        var reply = await gateway.Client.PostAsync($"/api/v1/{surface}", $$"""{"model":"test/plain",{{asked}},"plugins":[{"id":"web"}]}""");
        var online = await gateway.Client.PostAsync($"/api/v1/{surface}", $$"""{"model":"test/plain:online",{{asked}}}""");

        foreach (var answer in new[] { reply, online })
        {
            Assert.True(answer.Status == 200, answer.Text);
            Assert.Contains("https://a.example/x", answer.Text, StringComparison.Ordinal);
        }

        Assert.All(gateway.Alpha.Exchanges, static e => Assert.Contains("alpha facts", e.BodyText, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("responses", "input", "", true)]
    [InlineData("responses", "input", ",\"transforms\":[]", false)]
    [InlineData("messages", "messages", "", true)]
    [InlineData("messages", "messages", ",\"transforms\":[]", false)]
    public async Task A_conversation_that_is_too_long_loses_its_middle_on_the_other_surfaces_too(string surface, string field, string fields, bool isCompressed)
    {
        await using var gateway = await GatewayHarness.StartAsync();
        var messages = string.Join(',', Enumerable.Range(0, 21).Select(static i => $$"""{"role":"{{(i % 2 == 0 ? "user" : "assistant")}}","content":"m{{i}} {{new string('x', 1600)}}"}"""));

        var reply = await gateway.Client.PostAsync($"/api/v1/{surface}", $$"""{"model":"test/plain","{{field}}":[{{messages}}]{{fields}}}""");

        Assert.Equal(isCompressed, reply.Status == 200 && gateway.Alpha.Exchanges[0].Json["messages"]!.AsArray().Count < 20);
    }

    [Fact]
    public async Task What_is_nearly_JSON_becomes_JSON_on_the_other_surfaces_too()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        gateway.Alpha.On("plain", Answer.Json(Wire.Whole("Sure!\n```json\n{'name': \"Ann\", age: 7,}\n```")));

        var response = await gateway.Client.PostAsync(
            "/api/v1/responses", """{"model":"test/plain","input":"Hello","text":{"format":{"type":"json_object"}},"plugins":[{"id":"response-healing"}]}""");
        var message = await gateway.Client.PostAsync(
            "/api/v1/messages",
            """{"model":"test/plain","max_tokens":50,"messages":[{"role":"user","content":"Hello"}],"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},"plugins":[{"id":"response-healing"}]}""");

        string[] texts = [(string)response.Json["output"]![0]!["content"]![0]!["text"]!, (string)message.Json["content"]![0]!["text"]!];
        Assert.All(texts, static t => Assert.Equal("""{"name":"Ann","age":7}""", JsonNode.Parse(t)!.ToJsonString()));
    }
}
