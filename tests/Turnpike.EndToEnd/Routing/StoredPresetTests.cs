using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Routing;

/// <summary>Presets that an account keeps: made of requests, listed, and used on each surface.</summary>
public sealed class StoredPresetTests : IAsyncLifetime
{
    private const string Chat = "chat/completions";
    private const string Messages = "messages";
    private const string Responses = "responses";

    private const string Schema = """{"type":"object","properties":{"q":{"type":"string"}}}""";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static config => config
        .Set("presets", new JsonObject { ["configured"] = new JsonObject { ["model"] = GatewayHarness.Plain, ["system"] = "As configured.", ["cache_ttl_seconds"] = 60 } }));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_preset_is_told_as_it_was_made_with_its_newest_version_in_force()
    {
        var first = await SaveAsync("terse", Chat, $$"""{"model":"{{GatewayHarness.Plain}}","temperature":0.2,"stream":true,"user":"me","messages":[{"role":"system","content":"Be terse."},{"role":"user","content":"secret words"}],"cache_enabled":true,"cache_ttl_seconds":600}""");
        var second = await SaveAsync("terse", Chat, """{"temperature":0.3}""");
        await SaveAsync("other", Chat, """{"seed":1}""");

        Assert.Equal(["id", "creator_user_id", "workspace_id", "name", "slug", "description", "status", "designated_version_id", "created_at", "updated_at", "status_updated_at", "designated_version"], first.AsObject().Select(static m => m.Key));
        var version = first["designated_version"]!;
        Assert.Equal("""{"model":"test/plain","temperature":0.2,"cache_enabled":true,"cache_ttl_seconds":600}""", version["config"]!.ToJsonString());
        Assert.Equal(("Be terse.", 1, (string)first["id"]!), ((string)version["system_prompt"]!, (int)version["version"]!, (string)version["preset_id"]!));
        Assert.Equal((string?)first["id"], (string?)second["id"]);
        Assert.Equal((string?)second["designated_version"]!["id"], (string?)second["designated_version_id"]);
        Assert.True(Guid.TryParse((string?)first["id"], out _));
        Assert.DoesNotContain("secret", (await _gateway.Client.GetAsync("/api/v1/presets/terse/versions")).Text, StringComparison.Ordinal);

        var found = (await _gateway.ManagementClient.GetAsync("/api/v1/presets/terse")).Json["data"]!;
        Assert.True(JsonNode.DeepEquals(second, found));
        var list = await _gateway.Client.GetAsync("/v1/presets?limit=1&offset=1");
        Assert.Equal((2, "terse"), ((int)list.Json["total_count"]!, (string)Assert.Single(list.Json["data"]!.AsArray())!["slug"]!));
        var versions = await _gateway.Client.GetAsync("/api/v1/presets/terse/versions?offset=0&limit=1");
        Assert.Equal((2, 1), ((int)versions.Json["total_count"]!, (int)Assert.Single(versions.Json["data"]!.AsArray())!["version"]!));
        var old = await _gateway.Client.GetAsync("/api/v1/presets/terse/versions/1");
        Assert.True(JsonNode.DeepEquals(version, old.Json["data"]));
    }

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var made in new[] { Chat, Messages, Responses })
            {
                foreach (var used in new[] { Chat, Messages, Responses })
                {
                    pairs.Add(made, used);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task What_was_made_of_one_surface_is_used_on_each(string made, string used)
    {
        await SaveAsync("same", made, made switch
        {
            Chat => $$$"""{"model":"test/pair","provider":{"order":["alpha"]},"temperature":0.25,"max_tokens":77,"reasoning":{"max_tokens":1200},"tools":[{"type":"function","function":{"name":"look","description":"Looks.","parameters":{{{Schema}}}}}],"tool_choice":{"type":"function","function":{"name":"look"}},"messages":[{"role":"system","content":[{"type":"text","text":"Be terse."}]},{"role":"user","content":"x"}]}""",
            Messages => $$$"""{"model":"test/pair","provider":{"order":["alpha"]},"temperature":0.25,"max_tokens":77,"thinking":{"type":"enabled","budget_tokens":1200},"tools":[{"name":"look","description":"Looks.","input_schema":{{{Schema}}}}],"tool_choice":{"type":"tool","name":"look"},"system":[{"type":"text","text":"Be terse."}],"messages":[{"role":"user","content":"x"}]}""",
            _ => $$$"""{"model":"test/pair","provider":{"order":["alpha"]},"temperature":0.25,"max_output_tokens":77,"reasoning":{"max_tokens":1200},"tools":[{"type":"function","name":"look","description":"Looks.","parameters":{{{Schema}}}}],"tool_choice":{"type":"function","name":"look"},"instructions":"Be terse.","input":"x"}""",
        });

        var reply = await UseAsync(used, "@preset/same", used == Messages ? ",\"max_tokens\":77" : "");

        Assert.True(reply.Status == 200, reply.Text);
        var sent = (await _gateway.Alpha.ExchangeAsync()).Json;
        Assert.Equal(("pair", 0.25, 77), ((string)sent["model"]!, (double)sent["temperature"]!, (int)(sent["max_tokens"] ?? sent["max_completion_tokens"])!));
        Assert.Equal(["system", "user"], sent["messages"]!.AsArray().Select(static m => (string)m!["role"]!));
        Assert.Contains("Be terse.", sent["messages"]![0]!["content"]!.ToJsonString(), StringComparison.Ordinal);
        var function = Assert.Single(sent["tools"]!.AsArray())!["function"]!;
        Assert.Equal(("look", "Looks."), ((string)function["name"]!, (string)function["description"]!));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Schema), function["parameters"]));
        Assert.Equal("look", (string?)sent["tool_choice"]!["function"]!["name"]);
        Assert.NotNull(sent["reasoning_effort"] ?? sent["reasoning"]);
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Responses)]
    public async Task A_form_of_the_answer_and_how_many_words_it_has_are_translated(string used)
    {
        await SaveAsync("form", Responses, """{"text":{"verbosity":"low","format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true}},"stop_server_tools_when":[]}""");

        var reply = await UseAsync(used, GatewayHarness.Plain + "@preset/form", "");

        Assert.True(reply.Status == 200, reply.Text);
        var sent = (await _gateway.Alpha.ExchangeAsync()).Json;
        Assert.Equal(("low", "n", "json_schema"), ((string)sent["verbosity"]!, (string)sent["response_format"]!["json_schema"]!["name"]!, (string)sent["response_format"]!["type"]!));
    }

    [Fact]
    public async Task Stop_words_and_efforts_are_translated_too()
    {
        await SaveAsync("stops", Chat, """{"stop":"END","reasoning_effort":"low","tool_choice":"required","seed":4}""");

        var reply = await UseAsync(Messages, GatewayHarness.Plain + "@preset/stops", ""","max_tokens":50,"tools":[{"name":"f","input_schema":{"type":"object"}}]""");

        Assert.True(reply.Status == 200, reply.Text);
        var sent = (await _gateway.Alpha.ExchangeAsync()).Json;
        Assert.Equal(("END", "required"), ((string)sent["stop"]![0]!, (string)sent["tool_choice"]!));
        Assert.Equal("low", (string?)(sent["reasoning"]?["effort"] ?? sent["reasoning_effort"]));
        Assert.Null(sent["seed"]); // Anthropic's form has no word for it
        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal(["seed"], record["dropped_parameters"]!.AsArray().Select(static n => (string?)n));
    }

    [Theory]
    [InlineData(Chat, """{"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}}""")]
    [InlineData(Messages, """{"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}""")]
    public async Task A_schema_of_the_answer_passes_between_chat_and_messages(string made, string body)
    {
        await SaveAsync("schema", made, body);

        var reply = await UseAsync(made == Chat ? Messages : Chat, GatewayHarness.Plain + "@preset/schema", made == Chat ? ",\"max_tokens\":50" : "");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("""{"type":"object"}""", (await _gateway.Alpha.ExchangeAsync()).Json["response_format"]?["json_schema"]?["schema"]?.ToJsonString());
    }

    [Fact]
    public async Task Only_a_management_key_deletes_one()
    {
        await SaveAsync("held", Chat, "{}");

        var refused = await DeleteAsync(_gateway.Client, "held");

        Assert.Equal((403, 200), (refused.Status, (await _gateway.Client.GetAsync("/api/v1/presets/held")).Status));
    }

    [Theory]
    [InlineData("@preset/mine", "", "plain")]
    [InlineData(GatewayHarness.Pair + "@preset/mine", "", "pair")]
    [InlineData(GatewayHarness.Pair, ",\"preset\":\"mine\"", "pair")]
    [InlineData(GatewayHarness.Pair, ",\"preset\":\"@preset/mine\"", "pair")]
    public async Task Each_way_to_name_it_works_and_the_requests_own_fields_go_before(string model, string fields, string upstream)
    {
        await SaveAsync("mine", Chat, """{"model":"test/plain","provider":{"order":["alpha"],"sort":"price"},"temperature":0.5,"max_tokens":99,"reasoning_effort":"high","cache_enabled":false,"messages":[{"role":"developer","content":"Kept."}]}""");

        var reply = await _gateway.Client.ChatAsync(
            $$"""{"model":"{{model}}","temperature":0.75,"max_completion_tokens":5,"reasoning":{"effort":"low"},"provider":{"order":["alpha"]},"messages":[{"role":"user","content":"Hello"}]{{fields}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        var sent = (await _gateway.Alpha.ExchangeAsync()).Json;
        Assert.Equal((upstream, 0.75, 5), ((string)sent["model"]!, (double)sent["temperature"]!, (int)(sent["max_completion_tokens"] ?? sent["max_tokens"])!));
        Assert.Equal("Kept.", (string?)sent["messages"]![0]!["content"]);
        Assert.False(sent["max_tokens"] is not null && sent["max_completion_tokens"] is not null);
        Assert.Null(sent["cache_enabled"] ?? sent["preset"]);
        var made = (await _gateway.Client.GetAsync("/api/v1/presets/mine")).Json["data"]!;
        Assert.Equal((string?)made["id"], (string?)(await _gateway.GenerationAsync((string)reply.Json["id"]!))["preset_id"]);
    }

    [Fact]
    public async Task One_that_is_kept_goes_before_one_of_the_configuration_until_it_is_deleted()
    {
        Assert.Equal("As configured.", await SystemAsync(1));
        await SaveAsync("configured", Chat, """{"model":"test/plain","messages":[{"role":"system","content":"As kept."}]}""");
        Assert.Equal("As kept.", await SystemAsync(2));

        var deleted = await DeleteAsync(_gateway.ManagementClient, "configured");

        Assert.Equal(200, deleted.Status);
        Assert.Equal(404, (await DeleteAsync(_gateway.ManagementClient, "configured")).Status);
        Assert.Equal(404, (await _gateway.Client.GetAsync("/api/v1/presets/configured")).Status);
        Assert.Equal("As configured.", await SystemAsync(3));
    }

    [Theory]
    [InlineData("Big", "{}", "slug")]
    [InlineData("a--b", "{}", "slug")]
    [InlineData("-a", "{}", "slug")]
    [InlineData("a", "[]", "body")]
    [InlineData("a", "{", "JSON")]
    [InlineData("a", "{\"temperature\":0.1,\"temperature\":0.2}", "twice")]
    [InlineData("a", "{\"temperature\":\"hot\"}", "temperature")]
    [InlineData("a", "{\"messages\":[{\"role\":\"system\",\"content\":\"a\\u0000b\"}]}", "U+0000")]
    [InlineData("a", "{\"provider\":{\"sort\":\"beauty\"}}", "provider.sort")]
    [InlineData("a", "{\"model\":\"@preset/b\"}", "model")]
    [InlineData("a", "{\"models\":[\"a/b\",\"c/d@preset/b\"]}", "model")]
    [InlineData("a", "{\"cache_ttl_seconds\":0}", "cache_ttl_seconds")]
    [InlineData("a", "{\"cache_ttl_seconds\":86401}", "cache_ttl_seconds")]
    [InlineData("a", "{\"cache_enabled\":1}", "cache_enabled")]
    public async Task What_cannot_be_a_preset_is_refused_and_named(string slug, string body, string named)
    {
        var reply = await _gateway.Client.PostAsync($"/api/v1/presets/{slug}/chat/completions", body);

        Assert.Equal(400, reply.Status);
        Assert.Contains(named, reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(0, (int)(await _gateway.Client.GetAsync("/api/v1/presets")).Json["total_count"]!);
    }

    [Fact]
    public async Task One_that_is_too_long_is_refused()
    {
        var reply = await _gateway.Client.PostAsync("/api/v1/presets/long/responses", $$"""{"instructions":"{{new string('x', 33_000)}}","input":"x"}""");

        Assert.Equal((400, true), (reply.Status, reply.ErrorMessage!.Contains("32768 bytes", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task There_are_a_hundred_at_most()
    {
        for (var i = 0; i < 100; i++)
        {
            await SaveAsync($"p{i}", Chat, "{}");
        }

        var reply = await _gateway.Client.PostAsync("/api/v1/presets/one-more/messages", "{}");

        Assert.Equal((409, true), (reply.Status, reply.ErrorMessage!.Contains("100 presets", StringComparison.Ordinal)));
        Assert.Equal(2, (int)(await SaveAsync("p0", Chat, "{}"))["designated_version"]!["version"]!);
    }

    [Theory]
    [InlineData("/presets?limit=0", 400)]
    [InlineData("/presets?limit=101", 400)]
    [InlineData("/presets?offset=-1", 400)]
    [InlineData("/presets/none", 404)]
    [InlineData("/presets/none/versions", 404)]
    [InlineData("/presets/none/versions/1", 404)]
    [InlineData("/presets/there/versions/7", 404)]
    [InlineData("/presets/there/versions/first", 400)]
    [InlineData("/presets/there/versions?limit=x", 400)]
    public async Task What_is_not_there_or_means_nothing_is_told(string path, int status)
    {
        await SaveAsync("there", Chat, "{}");

        Assert.Equal(status, (await _gateway.Client.GetAsync("/api/v1" + path)).Status);
        Assert.Equal(401, (await new GatewayClient(_gateway.Address, key: null).GetAsync("/api/v1" + path)).Status);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_made()
    {
        var anybody = new GatewayClient(_gateway.Address, key: "sk-or-v1-wrong");

        Assert.Equal(401, (await anybody.PostAsync("/api/v1/presets/mine/chat/completions", "{}")).Status);
        Assert.Equal(404, (await _gateway.Client.GetAsync("/api/v1/presets/mine")).Status);
    }

    private async Task<JsonNode> SaveAsync(string slug, string surface, string body)
    {
        var reply = await _gateway.Client.PostAsync($"/api/v1/presets/{slug}/{surface}", body);
        Assert.True(reply.Status == 200, reply.Text);
        return reply.Json["data"]!;
    }

    private Task<Reply> UseAsync(string surface, string model, string fields) => _gateway.Client.PostAsync(
        $"/api/v1/{surface}",
        surface == Responses ? $$"""{"model":"{{model}}","input":"Hello"{{fields}}}""" : $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hello"}]{{fields}}}""");

    private static async Task<Reply> DeleteAsync(GatewayClient client, string slug)
    {
        using var response = await client.SendAsync(client.Request(HttpMethod.Delete, $"/api/v1/presets/{slug}"));
        return new((int)response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync());
    }

    private async Task<string?> SystemAsync(int number)
    {
        await UseAsync(Chat, "@preset/configured", "");
        return (string?)(await _gateway.Alpha.ExchangeAsync(number)).Json["messages"]![0]!["content"];
    }
}
