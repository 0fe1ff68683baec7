using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Forms of requests and answers that clients of the first years use: each is taken, and answered as those clients read it.</summary>
public sealed class SeedFormTests : IAsyncLifetime
{
    private const string Slug = "maker/only-one-of-its-name";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c.Endpoint("alpha", Slug));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private ProviderExchange Sent => _gateway.Alpha.Exchanges[^1];

    [Fact]
    public async Task Seed_01_a_generation_by_its_path()
    {
        var id = (string)(await _gateway.Client.AskAsync(GatewayHarness.Plain)).Json["id"]!;
        await _gateway.GenerationAsync(id);

        var byPath = await _gateway.Client.GetAsync($"/api/v1/generation/{id}");
        var byQuery = await _gateway.Client.GetAsync($"/api/v1/generation?id={id}");

        Assert.Equal((200, byQuery.Text), (byPath.Status, byPath.Text));
    }

    [Fact]
    public async Task Seed_02_fallbacks_in_an_object_named_route()
    {
        _gateway.Alpha.On("plain", Answer.Error(503));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, "\"route\":{\"fallbacks\":[\"test/pair\"]}");

        Assert.Equal("test/pair", (string)reply.Json["model"]!);
        Assert.All(_gateway.Alpha.Exchanges, static e => Assert.Null(e.Json["route"]));
    }

    [Theory]
    [InlineData("cost", "beta")]
    [InlineData("speed", null)]
    public async Task Seed_03_a_routing_strategy(string strategy, string? provider)
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c
            .Endpoint("alpha", "test/priced", prompt: 3, completion: 3).Endpoint("beta", "test/priced", prompt: 1, completion: 1));

        var reply = await gateway.Client.AskAsync("test/priced", $"\"routing\":{{\"strategy\":\"{strategy}\"}}");

        Assert.Equal(200, reply.Status);
        Assert.True(provider is null || provider.Equals((string)reply.Json["provider"]!, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(":floor")]
    [InlineData(":nitro")]
    [InlineData(":exacto")]
    public async Task Seed_04_a_sort_among_the_order(string token)
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c
            .Endpoint("alpha", "test/priced", prompt: 3, completion: 3).Endpoint("beta", "test/priced", prompt: 1, completion: 1));

        var reply = await gateway.Client.AskAsync("test/priced", $"\"provider\":{{\"order\":[\"{token}\"]}}");

        Assert.Equal(200, reply.Status);
        Assert.True(token != ":floor" || "beta".Equals((string)reply.Json["provider"]!, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Seed_05_a_document_in_anthropics_form()
    {
        var pdf = Plugins.Pdf.Of("Quarterly figures");

        var reply = await _gateway.Client.ChatAsync(
            """{"model":"test/plain","messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"""
            + "\"" + pdf + "\"}},{\"type\":\"text\",\"text\":\"Sum up\"}]}]}");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Contains("Quarterly figures", Sent.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed_06_an_image_at_openais_address_told_by_its_address()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c
            .Set("models", new JsonArray(new JsonObject { ["id"] = "openai/dall-e-3", ["outputModalities"] = new JsonArray("image") }))
            .Endpoint("alpha", "openai/dall-e-3", "dall-e-3"));
        const string png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
        gateway.Alpha.On("dall-e-3", Answer.Json($$"""{"created":1,"data":[{"b64_json":"{{png}}"}]}"""));

        var reply = await gateway.Client.PostAsync("/api/v1/images/generations", """{"model":"openai/dall-e-3","prompt":"A fox","size":"1024x1024","n":1}""");

        using var http = new HttpClient();
        Assert.Equal(png, Convert.ToBase64String(await http.GetByteArrayAsync(new Uri((string)reply.Json["data"]![0]!["url"]!), TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Seed_07_functions_before_tools(bool stream)
    {
        const string functions = "\"functions\":[{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}],\"function_call\":\"auto\"";
        _gateway.Alpha.On("plain", static e => e.IsStream
            ? Answer.Stream([Wire.Role(), Wire.Delta("""{"function_call":{"name":"weather","arguments":"{}"}}"""), Wire.Finish("function_call"), Wire.Usage(1, 1), Wire.Done])
            : Answer.Json(Wire.Whole("", 1, 1, "function_call").Replace("\"content\":\"\"", "\"content\":null,\"function_call\":{\"name\":\"weather\",\"arguments\":\"{}\"}", StringComparison.Ordinal)));

        if (stream)
        {
            var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain, functions);
            Assert.Contains(reply.Chunks, static c => (string?)c["choices"]?.AsArray().FirstOrDefault()?["delta"]?["function_call"]?["name"] == "weather");
        }
        else
        {
            var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, functions);
            Assert.Equal("weather", (string)reply.Json["choices"]![0]!["message"]!["function_call"]!["name"]!);
        }
    }

    [Fact]
    public async Task Seed_08_text_in_a_choice()
    {
        var reply = await _gateway.Client.PostAsync("/api/v1/completions", """{"model":"test/plain","prompt":"Once"}""");

        Assert.Equal("Hello there", (string)reply.Json["choices"]![0]!["text"]!);
    }

    [Fact]
    public async Task Seed_09_what_a_client_reads_of_an_answer()
    {
        var reply = await _gateway.Client.ChatAsync("""{"model":"test/plain","messages":[{"role":"user","content":"Hello"}]}""");

        Assert.Equal("Hello there", (string)reply.Json["choices"]![0]!["message"]!["content"]!);
    }

    [Theory]
    [InlineData("/api/v1/chat/completions")]
    [InlineData("/v1/chat/completions")]
    public async Task Seed_10_a_base_address_of_openais_client(string path) =>
        Assert.Equal(200, (await _gateway.Client.PostAsync(path, GatewayClient.Body(GatewayHarness.Plain))).Status);

    [Fact]
    public void Seed_11_the_prefix_of_keys() => Assert.Matches("^sk-or-v1-[0-9a-f]{64}$", _gateway.Key);

    [Fact]
    public async Task Seed_11_an_older_prefix_is_looked_up_and_not_refused_by_form()
    {
        var reply = await new GatewayClient(_gateway.Address, "sk-or-abc").AskAsync(GatewayHarness.Plain);

        Assert.Equal(401, reply.Status);
        Assert.Contains("not known", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed_12_limits_of_free_models_are_settings()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("freeModels.perDay", 2), time: new ShiftedTimeProvider());

        int[] statuses = [(await gateway.Client.AskAsync(GatewayHarness.Free)).Status, (await gateway.Client.AskAsync(GatewayHarness.Free)).Status, (await gateway.Client.AskAsync(GatewayHarness.Free)).Status];

        Assert.Equal([200, 200, 429], statuses);
    }

    [Theory]
    [InlineData("X-Title")]
    [InlineData("X-OpenRouter-Title")]
    public async Task Seed_13_a_title_and_a_referer(string header)
    {
        var reply = await _gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Plain), (header, "Writer"), ("HTTP-Referer", "https://writer.example"));

        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal(("Writer", "https://writer.example"), ((string)record["app_title"]!, (string)record["http_referer"]!));
    }

    [Fact]
    public async Task Seed_14_a_model_without_its_author()
    {
        var reply = await _gateway.Client.AskAsync("only-one-of-its-name");

        Assert.Equal((200, Slug), (reply.Status, (string)reply.Json["model"]!));
    }

    [Fact]
    public async Task Seed_15_an_unknown_model_is_404_with_a_code()
    {
        var reply = await _gateway.Client.AskAsync("test/plan");

        Assert.Equal((404, "model_not_found"), (reply.Status, (string)reply.Json["error"]!["availability"]!["code"]!));
        Assert.Contains("test/plain", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData(null, "60")]
    public async Task Seed_16_retry_after_is_always_there(string? said, string told)
    {
        _gateway.Alpha.On("plain", said is null ? Answer.Error(429) : Answer.Error(429).With("retry-after-ms", "120000"));
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal(429, reply.Status);
        Assert.Equal(said is null ? told : "120", reply.Header("Retry-After"));
    }

    [Fact]
    public async Task Seed_17_an_answer_to_the_same_prompt_is_given_again_where_that_is_asked_for()
    {
        const string body = """{"model":"test/plain","messages":[{"role":"user","content":"The same"}]}""";
        await _gateway.Client.ChatAsync(body, ("X-OpenRouter-Cache", "true"));

        var again = await _gateway.Client.ChatAsync(body, ("X-OpenRouter-Cache", "true"));

        Assert.Equal(("HIT", 0L), (again.Header("X-OpenRouter-Cache-Status"), again.CostNano ?? 0));
        Assert.Single(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task Seed_18_a_json_object()
    {
        await _gateway.Client.AskAsync(GatewayHarness.Plain, "\"response_format\":{\"type\":\"json_object\"}");

        Assert.Equal("json_object", (string)Sent.Json["response_format"]!["type"]!);
    }

    [Fact]
    public async Task Seed_19_every_event_of_a_stream_has_a_first_choice()
    {
        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.True(reply.IsDone);
        Assert.All(reply.Chunks, static c => Assert.NotNull(c["choices"]![0]!["delta"]));
    }

    [Fact]
    public async Task Seed_20_an_answer_that_is_begun()
    {
        await _gateway.Client.ChatAsync("""{"model":"test/plain","messages":[{"role":"user","content":"Name a colour"},{"role":"assistant","content":"It is"}]}""");

        Assert.Equal("It is", (string)Sent.Json["messages"]!.AsArray()[^1]!["content"]!);
    }

    [Theory]
    [InlineData("{\"order\":[\"beta\",\"alpha\"]}", "beta")]
    [InlineData("{\"data_collection\":\"allow\",\"require_parameters\":true,\"order\":[\"alpha\"]}", "alpha")]
    public async Task Seed_21_wishes_for_the_provider(string wishes, string provider)
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Pair, $"\"provider\":{wishes}");

        Assert.Equal(provider, (string)reply.Json["provider"]!, ignoreCase: true);
    }

    [Fact]
    public async Task Seed_21_no_collection_of_data()
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Pair, "\"provider\":{\"data_collection\":\"deny\"}");

        Assert.Equal(404, reply.Status); // nobody has said what they keep, so they may keep it
        Assert.Contains("data_collection", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed_22_no_fee_stands_between_what_a_provider_charges_and_what_is_paid()
    {
        var before = _gateway.Available;
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);
        await _gateway.SettledAsync();

        var details = reply.Usage!["cost_details"]!;
        Assert.Equal((decimal)reply.Usage["cost"]!, (decimal)details["upstream_inference_prompt_cost"]! + (decimal)details["upstream_inference_completions_cost"]!);
        Assert.Equal(before - reply.CostNano, _gateway.Available);
    }

    [Fact]
    public async Task Seed_24_the_gateway_takes_less_than_25_milliseconds()
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 20; i++) // the best of them: a busy machine makes the others slow
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            await _gateway.Client.AskAsync(GatewayHarness.Plain);
            var took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
            best = took < best ? took : best;
        }

        Assert.InRange(best.TotalMilliseconds, 0, 25);
    }

    [Fact]
    public async Task Seed_25_models_are_found_by_modality_context_and_price_and_their_endpoints_tell_their_uptime()
    {
        await _gateway.Client.AskAsync(GatewayHarness.Plain);

        var models = await _gateway.Client.GetAsync("/api/v1/models?input_modalities=text&context=1000&max_price=100");
        var endpoints = await _gateway.Client.GetAsync($"/api/v1/models/{GatewayHarness.Plain}/endpoints");

        Assert.Contains(GatewayHarness.Plain, models.Json["data"]!.AsArray().Select(static m => (string)m!["id"]!));
        Assert.Equal(100, (double)endpoints.Json["data"]!["endpoints"]![0]!["uptime_last_30m"]!);
    }

    [Theory]
    [InlineData("/api/v1/key")]
    [InlineData("/api/v1/models")]
    [InlineData("/api/v1/credits")]
    public async Task Seed_26_keys_credits_and_models_have_addresses(string address) =>
        Assert.Equal(200, (await (address.EndsWith("credits", StringComparison.Ordinal) ? _gateway.ManagementClient : _gateway.Client).GetAsync(address)).Status);

    [Fact]
    public async Task Seed_27_an_answer_that_is_late_is_a_timeout()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("limits.deadline", "200ms"));
        gateway.Alpha.On("plain", Answer.Json(Wire.Whole("late")) with { HeadGate = new TaskCompletionSource().Task });

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal((504, "timeout"), (reply.Status, reply.ErrorType));
    }

    [Fact]
    public async Task Seed_28_total_tokens_and_the_model()
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal((12, GatewayHarness.Plain), ((int)reply.Usage!["total_tokens"]!, (string)reply.Json["model"]!));
    }

    [Fact]
    public async Task Seed_29_limits_of_a_provider_are_settings()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c
            .Endpoint("alpha", "test/limited", fields: ("requestsPerMinuteMax", 1)).Endpoint("beta", "test/limited", prompt: 50, completion: 50), time: new ShiftedTimeProvider());

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await gateway.Client.AskAsync("test/limited", "\"provider\":{\"order\":[\"alpha\",\"beta\"]}")).Status);
        }

        Assert.Equal((1, 2), (gateway.Alpha.Started, gateway.Beta.Started));
    }

    [Theory]
    [InlineData("\"include_reasoning\":true")]
    [InlineData("\"transforms\":[\"middle-out\"]")]
    [InlineData("\"usage\":{\"include\":true}")]
    [InlineData("\"route\":\"fallback\"")]
    [InlineData("\"provider\":{\"zdr\":false}")]
    public async Task Older_fields_are_taken_and_not_passed_on(string field)
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, field);

        Assert.True(reply.Status == 200, reply.Text);
        var name = JsonNode.Parse("{" + field + "}")!.AsObject().First().Key;
        Assert.True(name == "include_reasoning" || Sent.Json[name] is null);
    }

    [Fact]
    public async Task Buying_with_coins_is_gone() =>
        Assert.Equal(410, (await _gateway.Client.PostAsync("/api/v1/credits/coinbase", "{}")).Status);

    [Fact]
    public async Task The_older_address_of_the_key() =>
        Assert.Equal((await _gateway.Client.GetAsync("/api/v1/key")).Text, (await _gateway.Client.GetAsync("/api/v1/auth/key")).Text);
}
