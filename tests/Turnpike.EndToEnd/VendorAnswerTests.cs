using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Answers of vendors that speak OpenAI's format in ways of their own: callers get one form, and pay what they are shown.</summary>
public sealed class VendorAnswerTests(VendorAnswerTests.Gateway fixture) : IClassFixture<VendorAnswerTests.Gateway>
{
    private readonly GatewayHarness _gateway = fixture.Harness;

    public static TheoryData<string> Names => [.. VendorAnswer.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_whole_answer_is_told_in_OpenRouters_form(string name)
    {
        var expected = VendorAnswer.All[name];

        var reply = await _gateway.Client.AskAsync(Script(name));

        Assert.True(reply.Status == 200, reply.Text);
        var choice = reply.Json["choices"]![0]!;
        Assert.Equal((expected.Finish, expected.Native), ((string)choice["finish_reason"]!, (string)choice["native_finish_reason"]!));
        AssertMessage(expected, choice["message"]!.AsObject(), name);
        AssertUsage(expected, reply.Usage!, reply.CostNano);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_stream_is_told_in_OpenRouters_form(string name)
    {
        var expected = VendorAnswer.All[name];

        var stream = await _gateway.Client.AskStreamAsync(Script(name));

        Assert.True(stream is { IsDone: true, Error: null }, string.Join('\n', stream.Items));
        Assert.Equal(expected.Finish, stream.FinishReason);
        Assert.All(stream.Chunks, c => Assert.Equal((stream.Id, "chat.completion.chunk"), ((string)c["id"]!, (string)c["object"]!)));
        Assert.Single(stream.Chunks, static c => c["usage"] is not null);
        AssertMessage(expected, Joined(stream), name);
        AssertUsage(expected, stream.Usage!, stream.CostNano);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_Responses_and_the_Messages_address_tell_the_same(string name)
    {
        var expected = VendorAnswer.All[name];
        var model = Script(name);

        var response = await _gateway.Client.PostAsync("/api/v1/responses", $$"""{"model":"{{model}}","input":"Hello"}""");
        var message = await _gateway.Client.PostAsync("/api/v1/messages", $$"""{"model":"{{model}}","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}""");

        Assert.True(response.Status == 200 && message.Status == 200, response.Text + message.Text);
        Assert.Equal((expected.Usage.Prompt, expected.Usage.Completion), ((int)response.Usage!["input_tokens"]!, (int)response.Usage["output_tokens"]!));
        Assert.Equal(expected.Usage.Completion, (int)message.Usage!["output_tokens"]!);
        var output = response.Json["output"]!.AsArray();
        var blocks = message.Json["content"]!.AsArray();
        Assert.Equal(expected.Calls.Length, output.Count(static o => (string)o!["type"]! == "function_call"));
        Assert.Equal(expected.Calls.Length, blocks.Count(static b => (string)b!["type"]! == "tool_use"));
        if (expected.Content is { } content)
        {
            Assert.Equal(content, (string)output.Single(static o => (string)o!["type"]! == "message")!["content"]![0]!["text"]!);
            Assert.Equal(content, string.Concat(blocks.Where(static b => (string)b!["type"]! == "text").Select(static b => (string)b!["text"]!)));
        }

        if (expected.Reasoning is { } reasoning)
        {
            Assert.Equal(reasoning, (string)blocks.Single(static b => (string)b!["type"]! == "thinking")!["thinking"]!);
        }
    }

    [Fact]
    public async Task Thoughts_that_stood_in_the_text_go_back_into_it_where_they_are_wanted()
    {
        _gateway.Alpha.On("minimax", e => Answer.For(e, ["ok"], 1, 1));

        await _gateway.Client.ChatAsync("""
            {"model":"v/minimax","messages":[{"role":"user","content":"x"},
              {"role":"assistant","content":"y","reasoning_details":[{"type":"reasoning.text","text":"hm","format":"unknown","index":0}]},{"role":"user","content":"z"}]}
            """);

        Assert.Equal("<think>\nhm\n</think>\n\ny", (string)_gateway.Alpha.Exchanges[^1].Json["messages"]![1]!["content"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_beginning_that_is_repeated_is_left_out(bool stream)
    {
        _gateway.Alpha.On("mistral", e => Answer.For(e, ["It ", "is fo", "ur."], 1, 3));
        var body = """{"model":"v/mistral","messages":[{"role":"user","content":"2+2?"},{"role":"assistant","content":"It is"}],"stream":""" + (stream ? "true}" : "false}");

        Assert.Equal(" four.", stream ? (await _gateway.Client.StreamAsync(body)).Content : (await _gateway.Client.ChatAsync(body)).Content);
    }

    [Theory]
    [InlineData("""{"id":"c1","choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}""", 502)]
    [InlineData("""{"id":"c1","choices":null,"base_resp":{"status_code":1002,"status_msg":"rate limit"}}""", 429)]
    [InlineData("""{"code":"Some resource has been exhausted","error":"over the limit"}""", 502)]
    [InlineData("""{"object":"error","message":"too long: maximum context length is 10","type":"invalid_request_error","code":400}""", 400)]
    public async Task An_error_with_status_200_is_an_error(string body, int status)
    {
        _gateway.Alpha.On("together", e => e.IsStream ? Answer.Stream(Wire.Event(body)) : Answer.Json(body));

        var whole = await _gateway.Client.AskAsync("v/together");
        var stream = await _gateway.Client.AskStreamAsync("v/together");

        Assert.True((whole.Status, stream.Status) == (status, status), whole.Text + stream.Text);
    }

    [Fact]
    public async Task A_limit_that_is_used_up_is_told_with_the_time_of_its_reset()
    {
        _gateway.Alpha.On("together", Answer.Error(429).With("x-ratelimit-remaining-tokens", "0").With("x-ratelimit-reset-tokens", "6m0s"));

        var reply = await _gateway.Client.AskAsync("v/together");

        Assert.Equal((429, "360"), (reply.Status, reply.Header("Retry-After")));
    }

    [Fact]
    public async Task An_endpoint_whose_limit_an_answer_used_up_is_left_alone_where_others_can_answer()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        Answer Last(ProviderExchange e) => Answer.For(e, ["ok"], 1, 1).With("anthropic-ratelimit-requests-remaining", "0").With("anthropic-ratelimit-requests-reset", "2100-01-01T00:00:00Z");
        gateway.Alpha.On("pair", Last);
        gateway.Beta.On("pair", e => Answer.For(e, ["ok"], 1, 1));

        await gateway.Client.AskAsync(GatewayHarness.Pair, "\"provider\":{\"only\":[\"alpha\"]}");
        for (var i = 0; i < 8; i++)
        {
            await gateway.Client.AskAsync(GatewayHarness.Pair);
        }

        Assert.Equal((1, 8), (gateway.Alpha.Started, gateway.Beta.Started));
    }

    private string Script(string name)
    {
        var answer = VendorAnswer.All[name];
        _gateway.Alpha.On(answer.Provider, e => e.IsStream ? Answer.Stream([.. answer.Events.Select(Wire.Event), Wire.Done]) : Answer.Json(answer.Whole));
        return "v/" + answer.Provider;
    }

    private static void AssertMessage(VendorAnswer expected, JsonObject message, string name)
    {
        Assert.Equal(expected.Content ?? "", (string?)message["content"] ?? "");
        Assert.False(message.ContainsKey("reasoning_content") && message["reasoning_content"] is not null, name);
        if (name != "MiniMax")
        {
            Assert.Equal(expected.Reasoning, (string?)message["reasoning"]);
            Assert.Equal(expected.Reasoning ?? "", string.Concat((message["reasoning_details"]?.AsArray() ?? []).Select(static d => (string)d!["text"]!)));
        }
        else
        {
            Assert.Equal("Count them.", ((string)message["reasoning"]!).TrimEnd());
        }

        var calls = message["tool_calls"]?.AsArray() ?? [];
        Assert.Equal(expected.Calls, calls.Select(static c => $"{c!["function"]!["name"]} {c["function"]!["arguments"]}"));
        Assert.All(calls, static c => Assert.Equal("function", (string?)c!["type"]));
        Assert.Equal(calls.Count, calls.Select(static c => (string)c!["id"]!).Where(static i => i.Length > 0).Distinct(StringComparer.Ordinal).Count());
        var sources = (message["annotations"]?.AsArray() ?? []).Select(static a => a!["url_citation"]!);
        Assert.All(sources, static s => Assert.True(s["title"] is not null && (int)s["start_index"]! >= 0 && (int)s["end_index"]! >= 0, s.ToJsonString())); // OpenAI's clients want them
        Assert.Equal(expected.Sources, sources.Select(static s => $"{s["url"]} {s["title"]}".TrimEnd()));
    }

    // What an accumulator makes of the deltas.
    private static JsonObject Joined(StreamReply stream)
    {
        string? reasoning = null;
        var details = new JsonArray();
        var annotations = new JsonArray();
        var calls = new SortedDictionary<int, JsonObject>();
        foreach (var delta in stream.Chunks.Select(static c => c["choices"]?.AsArray().FirstOrDefault()?["delta"]).OfType<JsonObject>())
        {
            reasoning = (string?)delta["reasoning"] is { Length: > 0 } more ? reasoning + more : reasoning;
            foreach (var detail in delta["reasoning_details"]?.AsArray() ?? [])
            {
                details.Add(detail!.DeepClone());
            }

            foreach (var annotation in delta["annotations"]?.AsArray() ?? [])
            {
                annotations.Add(annotation!.DeepClone());
            }

            foreach (var call in delta["tool_calls"]?.AsArray() ?? [])
            {
                var index = (int)call!["index"]!;
                if (!calls.TryGetValue(index, out var known))
                {
                    calls.Add(index, call.DeepClone().AsObject());
                    continue;
                }

                known["function"]!["arguments"] = (string)known["function"]!["arguments"]! + (string)call["function"]!["arguments"]!;
            }
        }

        return new()
        {
            ["content"] = stream.Content,
            ["reasoning"] = reasoning,
            ["reasoning_details"] = details,
            ["annotations"] = annotations,
            ["tool_calls"] = new JsonArray([.. calls.Values]),
        };
    }

    private static void AssertUsage(VendorAnswer expected, JsonNode usage, long? cost)
    {
        var (prompt, completion, cached, reasoning) = expected.Usage;
        Assert.Equal((prompt, completion, prompt + completion), ((int)usage["prompt_tokens"]!, (int)usage["completion_tokens"]!, (int)usage["total_tokens"]!));
        Assert.Equal((cached, reasoning), ((int?)usage["prompt_tokens_details"]?["cached_tokens"], (int?)usage["completion_tokens_details"]?["reasoning_tokens"]));
        Assert.Equal((prompt * 1_000L) + (completion * 2_000L), cost);
        Assert.Null(usage["cost_in_usd_ticks"]);
    }

    /// <summary>The vendors' entries that ship, at the address of one scripted provider.</summary>
    public sealed class Gateway : IAsyncLifetime
    {
        internal GatewayHarness Harness { get; private set; } = null!; // set before any test

        public async ValueTask InitializeAsync() => Harness = await GatewayHarness.StartAsync(Configure);

        public ValueTask DisposeAsync() => Harness.DisposeAsync();

        private static void Configure(GatewayConfig config)
        {
            var url = (string)config.Document["providers"]![0]!["baseUrl"]!;
            foreach (var vendor in VendorAnswer.All.Values.Select(static v => v.Provider).Distinct(StringComparer.Ordinal))
            {
                config.Provider(vendor, url, ("dialect", "openai-chat")).Endpoint(vendor, "v/" + vendor);
            }
        }
    }
}
