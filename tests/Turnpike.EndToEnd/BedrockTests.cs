using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Chat callers before Bedrock's Converse API.</summary>
public sealed class BedrockTests : IAsyncLifetime
{
    private const string Model = "test/bedrock";
    private const string Upstream = "eu.anthropic.claude-sonnet-4-20250514-v1:0";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        static c => c.Endpoint("alpha", Model, Upstream).Endpoint("beta", Model, Upstream),
        providerFields: new JsonObject
        {
            ["dialect"] = "bedrock-converse",
            ["key"] = null,
            ["settings"] = new JsonObject { ["region"] = "eu-central-1", ["accessKeyId"] = "AKIDEXAMPLE", ["secretAccessKey"] = "secret", ["sessionToken"] = "session", ["buckets"] = "a,b" },
        });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private static Answer Whole(string content, string stop = "end_turn") => Answer.Json(
        $$"""{"output":{"message":{"role":"assistant","content":[{{content}}]} },"stopReason":"{{stop}}","usage":{"inputTokens":4,"outputTokens":2,"cacheReadInputTokens":6,"cacheWriteInputTokens":0,"totalTokens":12},"metrics":{"latencyMs":5} }""");

    private static Answer Streamed(params string[] texts) => Answer.EventMessages(
    [
        EventStream.Event("messageStart", """{"role":"assistant"}"""),
        .. texts.Select(static t => EventStream.Event("contentBlockDelta", $$"""{"contentBlockIndex":0,"delta":{"text":"{{t}}"},"p":"abcd"}""")),
        EventStream.Event("contentBlockStop", """{"contentBlockIndex":0}"""),
        EventStream.Event("messageStop", """{"stopReason":"end_turn"}"""),
        EventStream.Event("metadata", """{"usage":{"inputTokens":10,"outputTokens":2,"totalTokens":12},"metrics":{"latencyMs":5}}"""),
    ]);

    private void Answers(Answer answer) => _gateway.Alpha.Otherwise(_ => answer);

    private ProviderExchange Sent => _gateway.Alpha.Exchanges[^1];

    [Fact]
    public async Task A_whole_answer_is_told_and_priced_with_its_cache()
    {
        Answers(Whole("""{"text":"Hello"}"""));

        var reply = await _gateway.Client.AskAsync(Model, $"{GatewayHarness.AlphaFirst},\"max_tokens\":50,\"temperature\":0.5,\"stop\":[\"END\"]");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(("Hello", "stop"), (reply.Content!, (string)reply.Json["choices"]![0]!["finish_reason"]!));
        Assert.Equal((10, 6), ((int)reply.Usage!["prompt_tokens"]!, (int)reply.Usage["prompt_tokens_details"]!["cached_tokens"]!));
        Assert.Equal("/v1/model/" + Uri.EscapeDataString(Upstream) + "/converse", Sent.Path);
        Assert.Equal("""{"maxTokens":50,"temperature":0.5,"stopSequences":["END"]}""", Sent.Json["inferenceConfig"]!.ToJsonString());
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/", Sent.Header("Authorization"), StringComparison.Ordinal);
        Assert.Contains("/eu-central-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=", Sent.Header("Authorization"), StringComparison.Ordinal);
        Assert.Equal("session", Sent.Header("x-amz-security-token"));
    }

    [Fact]
    public async Task A_stream_is_told_piece_by_piece()
    {
        Answers(Streamed("Hel", "lo"));

        var reply = await _gateway.Client.AskStreamAsync(Model, GatewayHarness.AlphaFirst);

        Assert.True(reply is { IsDone: true, Content: "Hello", FinishReason: "stop" }, string.Join('\n', reply.Items));
        Assert.Equal(14_000, reply.CostNano);
        Assert.EndsWith("/converse-stream", Sent.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tools_are_called_side_by_side_and_answered()
    {
        Answers(Answer.EventMessages(
            EventStream.Event("messageStart", """{"role":"assistant"}"""),
            EventStream.Event("contentBlockStart", """{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t1","name":"weather"}}}"""),
            EventStream.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{\"city\":"}}}"""),
            EventStream.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"toolUse":{"input":"\"Rome\"}"}}}"""),
            EventStream.Event("contentBlockStop", """{"contentBlockIndex":0}"""),
            EventStream.Event("contentBlockStart", """{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"t2","name":"clock"}}}"""),
            EventStream.Event("contentBlockStop", """{"contentBlockIndex":1}"""),
            EventStream.Event("messageStop", """{"stopReason":"tool_use"}"""),
            EventStream.Event("metadata", """{"usage":{"inputTokens":10,"outputTokens":2,"totalTokens":12}}""")));
        const string tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}},{\"type\":\"function\",\"function\":{\"name\":\"clock\"}}],\"tool_choice\":\"required\"";

        var reply = await _gateway.Client.AskStreamAsync(Model, $"{GatewayHarness.AlphaFirst},{tools}");

        var calls = reply.Chunks.SelectMany(static c => c["choices"]?.AsArray().FirstOrDefault()?["delta"]?["tool_calls"]?.AsArray() ?? []).ToList();
        Assert.Equal("{\"city\":\"Rome\"}", string.Concat(calls.Where(static c => (int)c!["index"]! == 0).Select(static c => (string?)c!["function"]!["arguments"])));
        Assert.Equal("{}", string.Concat(calls.Where(static c => (int)c!["index"]! == 1).Select(static c => (string?)c!["function"]!["arguments"])));
        Assert.Equal("tool_calls", reply.FinishReason);
        Assert.Equal("""{"any":{}}""", Sent.Json["toolConfig"]!["toolChoice"]!.ToJsonString());

        await _gateway.Client.ChatAsync("{\"model\":\"" + Model + "\"," + GatewayHarness.AlphaFirst + "," + tools + """
            ,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}},{"id":"t2","type":"function","function":{"name":"clock","arguments":""}}]},{"role":"tool","tool_call_id":"t1","content":"sun"},{"role":"tool","tool_call_id":"t2","content":"noon"}]}
            """);
        var turns = Sent.Json["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "user"], turns.Select(static t => (string)t!["role"]!));
        Assert.Equal("""{"city":"Rome"}""", turns[1]!["content"]![0]!["toolUse"]!["input"]!.ToJsonString());
        Assert.Equal(["t1", "t2"], turns[2]!["content"]!.AsArray().Where(static b => b!["toolResult"] is not null).Select(static b => (string)b!["toolResult"]!["toolUseId"]!));
    }

    [Fact]
    public async Task Signed_thoughts_go_back_as_they_came()
    {
        Answers(Whole("""{"reasoningContent":{"reasoningText":{"text":"hm","signature":"c2ln+/="} } },{"text":"Yes"}"""));
        var reply = await _gateway.Client.AskAsync(Model, $"{GatewayHarness.AlphaFirst},\"max_tokens\":4000,\"reasoning\":{{\"max_tokens\":2000}}");
        var details = reply.Json["choices"]![0]!["message"]!["reasoning_details"]!.ToJsonString();
        Assert.Equal(2000, (int)Sent.Json["additionalModelRequestFields"]!["thinking"]!["budget_tokens"]!);

        await _gateway.Client.ChatAsync("{\"model\":\"" + Model + "\"," + GatewayHarness.AlphaFirst
            + ",\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"assistant\",\"content\":\"Yes\",\"reasoning_details\":" + details + "},{\"role\":\"user\",\"content\":\"more\"}]}");

        Assert.Equal("""{"text":"hm","signature":"c2ln+/="}""", Sent.Json["messages"]![1]!["content"]![0]!["reasoningContent"]!["reasoningText"]!.ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Images_and_documents_are_bytes_with_a_format()
    {
        Answers(Whole("""{"text":"ok"}"""));

        await _gateway.Client.ChatAsync("{\"model\":\"" + Model + "\"," + GatewayHarness.AlphaFirst + """
            ,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,iVBORw0KGgo="}},{"type":"file","file":{"filename":"a/b.pdf","file_data":"data:application/pdf;base64,JVBERi0="}}]}],"plugins":[{"id":"file-parser","pdf":{"engine":"native"}}]}
            """);

        var content = Sent.Json["messages"]![0]!["content"]!.AsArray();
        Assert.Equal("""{"format":"png","source":{"bytes":"iVBORw0KGgo="}}""", content[0]!["image"]!.ToJsonString());
        Assert.Equal("""{"format":"pdf","name":"b","source":{"bytes":"JVBERi0="}}""", content.First(static b => b!["document"] is not null)!["document"]!.ToJsonString());
        Assert.Contains(content, static b => b!["text"] is not null);
    }

    [Fact]
    public async Task A_schema_is_asked_for_as_a_tool_and_told_as_text()
    {
        Answers(Whole("""{"toolUse":{"toolUseId":"t","name":"json","input":{"a":1} } }""", "tool_use"));

        var reply = await _gateway.Client.AskAsync(Model, GatewayHarness.AlphaFirst
            + ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}}}");

        Assert.Equal(("""{"a":1}""", "stop"), (reply.Content!, (string)reply.Json["choices"]![0]!["finish_reason"]!));
    }

    [Theory]
    [InlineData("ThrottlingException", 429)]
    [InlineData("ModelTimeoutException:http://internal", 408)]
    [InlineData("AccessDeniedException", 403)]
    public async Task A_refusal_goes_to_the_next_endpoint(string type, int status)
    {
        Answers(Answer.Json("""{"message":"no"}""", status).With("x-amzn-ErrorType", type));
        _gateway.Beta.Otherwise(static _ => Streamed("from beta"));

        var reply = await _gateway.Client.AskStreamAsync(Model, GatewayHarness.AlphaFirst);

        // Both endpoints share no key: a refused one does not speak for the other.
        Assert.Equal("from beta", reply.Content);
    }

    [Fact]
    public async Task An_exception_before_the_first_content_goes_to_the_next_endpoint()
    {
        Answers(Answer.EventMessages(EventStream.Event("messageStart", """{"role":"assistant"}"""), EventStream.Exception("throttlingException", "slow")));
        _gateway.Beta.Otherwise(static _ => Streamed("from beta"));

        Assert.Equal("from beta", (await _gateway.Client.AskStreamAsync(Model, GatewayHarness.AlphaFirst)).Content);
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_is_known_by_its_words()
    {
        Answers(Answer.Json("""{"message":"Input is too long for requested model."}""", 400).With("x-amzn-ErrorType", "ValidationException"));
        _gateway.Beta.Otherwise(static _ => Answer.Json("""{"message":"Input is too long for requested model."}""", 400).With("x-amzn-ErrorType", "ValidationException"));

        Assert.Equal("context_length_exceeded", (await _gateway.Client.AskAsync(Model, GatewayHarness.AlphaFirst)).ErrorType);
    }

    [Fact]
    public async Task A_cut_stream_is_no_answer()
    {
        Answers(Answer.EventMessages(
            EventStream.Event("messageStart", """{"role":"assistant"}"""),
            EventStream.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"Hel"}}""")).Then(new Step.Cut()));

        var reply = await _gateway.Client.AskStreamAsync(Model, GatewayHarness.AlphaFirst + ",\"rescue\":\"off\"");

        Assert.False(reply.IsDone);
        Assert.NotNull(reply.Error);
    }

    [Fact]
    public async Task A_history_with_calls_names_their_tools_though_the_caller_does_not()
    {
        Answers(Whole("""{"text":"ok"}"""));

        await _gateway.Client.ChatAsync("{\"model\":\"" + Model + "\"," + GatewayHarness.AlphaFirst + """
            ,"temperature":0.3,"reasoning":{"effort":"low"},"max_tokens":100,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"t1","content":""}]}
            """);

        Assert.Equal("weather", (string)Sent.Json["toolConfig"]!["tools"]![0]!["toolSpec"]!["name"]!);
        Assert.Equal(".", (string)Sent.Json["messages"]![2]!["content"]![0]!["toolResult"]!["content"]![0]!["text"]!);
        Assert.Equal(0.3, (double)Sent.Json["inferenceConfig"]!["temperature"]!); // too few tokens to think: nothing keeps it from being warm
    }

    [Fact]
    public async Task A_picture_in_a_bucket_is_left_where_it_is_and_what_is_cited_of_a_document_is_told()
    {
        Answers(Whole("""{"citationsContent":{"content":[{"text":"Hello"}],"citations":[{"title":"Report","sourceContent":[{"text":"Hello, all"}],"location":{"documentChar":{"documentIndex":0,"start":0,"end":5} } }]} }"""));

        var reply = await _gateway.Client.ChatAsync("{\"model\":\"" + Model + "\"," + GatewayHarness.AlphaFirst + """
            ,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"s3://b/a.png"}},{"type":"document","title":"Report","citations":{"enabled":true},"source":{"type":"text","data":"Hello, all"}},
            {"type":"text","text":"x"}]}],"plugins":[{"id":"file-parser","pdf":{"engine":"native"}}]}
            """);

        Assert.True(reply.Status == 200, reply.Text);
        var content = Sent.Json["messages"]![0]!["content"]!.AsArray();
        Assert.Equal("s3://b/a.png", (string?)content[0]!["image"]!["source"]!["s3Location"]!["uri"]);
        Assert.True((bool)content.First(static b => b!["document"] is not null)!["document"]!["citations"]!["enabled"]!);
        var citation = reply.Json["choices"]![0]!["message"]!["annotations"]![0]!["url_citation"]!;
        Assert.Equal(("Hello", "Report", "Hello, all"), (reply.Content, (string?)citation["title"], (string?)citation["content"]));
    }

    [Theory]
    [InlineData("s3://others/a.png")]
    [InlineData("s3://b.others/a.png")]
    [InlineData("s3://others/s3://b/a.png")]
    public async Task A_bucket_that_the_operator_has_not_opened_is_not_read_for_a_caller(string address)
    {
        var reply = await _gateway.Client.ChatAsync("{\"model\":\"" + Model + "\"," + GatewayHarness.AlphaFirst
            + ",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + address + "\"}}]}]}");

        Assert.Equal(400, reply.Status);
        Assert.Contains("cannot be fetched", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal((0, 0), (_gateway.Alpha.Started, _gateway.Beta.Started));
    }

    [Fact]
    public async Task Keys_of_the_container_sign_every_request()
    {
        await using var container = JsonService.Start("""{"AccessKeyId":"ASIACONTAINER","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}""");
        await using var gateway = await GatewayHarness.StartAsync(c => c.Endpoint("alpha", Model, Upstream), providerFields: new JsonObject
        {
            ["dialect"] = "bedrock-converse",
            ["key"] = null,
            ["settings"] = new JsonObject { ["containerCredentialsUri"] = container.Url + "/keys", ["credentialsFile"] = "/nowhere", ["configFile"] = "/nowhere" },
        });
        gateway.Alpha.Otherwise(static _ => Whole("""{"text":"Hello"}"""));

        Assert.Equal("Hello", (await gateway.Client.AskAsync(Model)).Content);
        Assert.Equal("Hello", (await gateway.Client.AskAsync(Model)).Content);

        Assert.All(gateway.Alpha.Exchanges, static e => Assert.StartsWith("AWS4-HMAC-SHA256 Credential=ASIACONTAINER/", e.Header("Authorization"), StringComparison.Ordinal));
        Assert.Single(container.Exchanges);
    }

    [Fact]
    public async Task A_schema_is_asked_for_though_no_tool_is_wanted()
    {
        Answers(Whole("""{"toolUse":{"toolUseId":"t","name":"json","input":{} } }""", "tool_use"));

        await _gateway.Client.AskAsync(Model, GatewayHarness.AlphaFirst
            + ",\"tool_choice\":\"none\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"object\"}}}");

        Assert.Equal("json", (string)Sent.Json["toolConfig"]!["toolChoice"]!["tool"]!["name"]!);
    }
}
