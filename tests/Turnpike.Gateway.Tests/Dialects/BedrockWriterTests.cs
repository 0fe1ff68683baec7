using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.BedrockConverse;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class BedrockWriterTests
{
    private const string Hello = """{"role":"user","content":"hi"}""";
    private const string Claude = "us.anthropic.claude-opus-4-1-20250805-v1:0";
    private const string MislabelledPng = "data:image/jpeg;base64,iVBORw0KGgo=";

    private const string Schema = """{"type":"object","properties":{"a":{"type":"number"}}}""";

    private readonly DroppedParameters _dropped = new();

    [Theory]
    [InlineData("us.anthropic.claude-opus-4-1-20250805-v1:0", false, "https://h.example/model/us.anthropic.claude-opus-4-1-20250805-v1%3A0/converse")]
    [InlineData("arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1", true, "https://h.example/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fa1/converse-stream")]
    public void The_model_stands_in_the_address_encoded(string model, bool stream, string address) =>
        Assert.Equal(address, new BedrockProviderFormat().AddressOf(EndpointOf(model), Operation.Chat, stream)!.AbsoluteUri);

    [Fact]
    public void A_plain_request_gets_marks_and_a_limit()
    {
        var sent = Write("""{"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"stream":true}""");

        Assert.Equal("""{"messages":[{"role":"user","content":[{"text":"hi"},{"cachePoint":{"type":"default"}}]}],"system":[{"text":"be brief"},{"cachePoint":{"type":"default"}}],"inferenceConfig":{"maxTokens":32000}}""", sent);
        Assert.Empty(_dropped.Names);
    }

    [Fact]
    public void A_model_without_a_cache_gets_no_marks_and_no_limit_that_nobody_asked_for() =>
        Assert.Equal("""{"messages":[{"role":"user","content":[{"text":"hi"}]}]}""", Write("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}]}""", "meta.llama3-3-70b-instruct-v1:0"));

    [Theory]
    [InlineData("anthropic.claude-sonnet-4-5-20250929-v1:0", """{"type":"default","ttl":"1h"}""")]
    [InlineData(Claude, """{"type":"default"}""")]
    public void A_mark_of_the_callers_stands_where_it_was_set(string model, string mark)
    {
        var sent = Json("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"text","text":"b"}]}],"tools":[{"type":"function","function":{"name":"f"}}]}""", model);

        Assert.Equal(["""{"text":"a"}""", $$"""{"cachePoint":{{mark}}}""", """{"text":"b"}"""], Content(sent, 0));
        Assert.Equal("""[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]""", sent["toolConfig"]!["tools"]!.ToJsonString());
    }

    [Fact]
    public void Novas_tools_are_not_marked()
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],"tools":[{"type":"function","function":{"name":"f","description":"d"} }],"top_k":7}""", "amazon.nova-pro-v1:0");

        Assert.Single(sent["toolConfig"]!["tools"]!.AsArray());
        Assert.Equal(["""{"text":"hi"}""", """{"cachePoint":{"type":"default"}}"""], Content(sent, 0));
        Assert.Equal("""{"inferenceConfig":{"topK":7}}""", sent["additionalModelRequestFields"]!.ToJsonString());
    }

    [Fact]
    public void Messages_of_one_role_are_one_turn_and_results_stand_first()
    {
        var sent = Json("""
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","content":"b"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"c:1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},
            {"role":"tool","tool_call_id":"c:1","content":"one"},{"role":"tool","tool_call_id":"c2","content":""},{"role":"user","content":"go on"}]}
            """, "qwen.qwen3-32b-v1:0");

        Assert.Equal(["user", "assistant", "user"], sent["messages"]!.AsArray().Select(static t => (string?)t!["role"]));
        Assert.Equal(["""{"text":"a"}""", """{"text":"b"}"""], Content(sent, 0));
        Assert.Equal(["""{"toolUse":{"toolUseId":"c_1","name":"f","input":{"x":1}}}""", """{"toolUse":{"toolUseId":"c2","name":"g","input":{}}}"""], Content(sent, 1));
        Assert.Equal(["""{"toolResult":{"toolUseId":"c_1","content":[{"text":"one"}]}}""", """{"toolResult":{"toolUseId":"c2","content":[{"text":"."}]}}""", """{"text":"go on"}"""], Content(sent, 2));
        Assert.Equal(["f", "g"], sent["toolConfig"]!["tools"]!.AsArray().Select(static t => (string?)t!["toolSpec"]!["name"]));
    }

    [Fact]
    public void A_model_that_cannot_be_made_to_call_a_certain_tool_is_told_no_other()
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],"tools":[{"type":"function","function":{"name":"f"} },{"type":"function","function":{"name":"g"} }],"tool_choice":{"type":"function","function":{"name":"g"} } }""", "mistral.mistral-large-3-675b-instruct");

        Assert.Equal("g", (string?)Assert.Single(sent["toolConfig"]!["tools"]!.AsArray())!["toolSpec"]!["name"]);
        Assert.Equal("""{"any":{}}""", sent["toolConfig"]!["toolChoice"]!.ToJsonString());
    }

    [Theory]
    [InlineData("\"auto\"", """{"auto":{}}""", "")]
    [InlineData("\"required\"", """{"any":{}}""", "")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", """{"tool":{"name":"f"}}""", "")]
    public void A_choice_of_tools_is_said_in_bedrocks_words(string choice, string expected, string dropped)
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],"tools":[{"type":"function","function":{"name":"f"} }],"tool_choice":{{choice}}}""");

        Assert.Equal(expected, sent["toolConfig"]!["toolChoice"]!.ToJsonString());
        Assert.Equal(dropped, string.Join(',', _dropped.Names));
    }

    [Fact]
    public void A_claude_on_which_no_tool_can_be_forced_chooses_itself_and_is_told_a_form_in_words()
    {
        const string Opus = "us.anthropic.claude-opus-5-5";
        var named = Json($$"""{"model":"m","messages":[{{Hello}}],"tools":[{"type":"function","function":{"name":"f"} },{"type":"function","function":{"name":"g"} }],"tool_choice":{"type":"function","function":{"name":"g"} } }""", Opus)["toolConfig"]!;
        var form = Json($$"""{"model":"m","messages":[{{Hello}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"x":{"$ref":"#"} } } } } }""", Opus);

        Assert.Equal(["f", "g"], named["tools"]!.AsArray().Select(static t => (string?)t!["toolSpec"]?["name"]).OfType<string>());
        Assert.Null(named["toolChoice"]);
        Assert.Equal(["tool_choice"], _dropped.Names);
        Assert.Null(form["toolConfig"]);
        Assert.Contains("$ref", (string?)form["system"]![0]!["text"]);
    }

    [Fact]
    public void An_answer_that_was_begun_is_not_gone_on_with_by_newer_claudes()
    {
        const string Begun = $$"""{"model":"m","messages":[{{Hello}},{"role":"assistant","content":"Sure"}]}""";

        Assert.NotNull(Run(Begun, "eu.anthropic.claude-sonnet-4-6", user: null).Error);
        Assert.Null(Run(Begun, "qwen.qwen3-32b-v1:0", user: null).Error);
    }

    [Fact]
    public void No_tools_are_told_where_none_may_be_called_but_those_of_the_history()
    {
        const string Tools = """ "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none" """;
        const string Call = """{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}""";

        Assert.Null(Json($$"""{"model":"m","messages":[{{Hello}}],{{Tools}}}""")["toolConfig"]);
        Assert.Empty(_dropped.Names);
        Assert.NotNull(Json($$"""{"model":"m","messages":[{{Hello}},{{Call}}],{{Tools}}}""")["toolConfig"]);
        Assert.Equal(["tool_choice"], _dropped.Names);
    }

    [Fact]
    public void Thoughts_go_back_in_place_with_their_signatures_to_claude_and_to_nobody_else()
    {
        const string Chat = """
            {"model":"m","max_tokens":9000,"reasoning":{"effort":"high"},"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"so","reasoning_details":[
            {"type":"reasoning.text","text":"hm","signature":"EqQB/+==","format":"anthropic-claude-v1","index":0},{"type":"reasoning.encrypted","data":"Emw+/=","format":"anthropic-claude-v1","index":1},
            {"type":"reasoning.encrypted","data":"gAAA","format":"openai-responses-v1"}],
            "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"r"}]}
            """;

        var sent = Json(Chat);

        Assert.Equal(
            ["""{"reasoningContent":{"reasoningText":{"text":"hm","signature":"EqQB/+=="}}}""", """{"reasoningContent":{"redactedContent":"Emw+/="}}""", """{"text":"so"}""", """{"toolUse":{"toolUseId":"c1","name":"f","input":{}}}"""],
            Content(sent, 1));
        Assert.Equal("""{"thinking":{"type":"enabled","budget_tokens":7200}}""", sent["additionalModelRequestFields"]!.ToJsonString());
        Assert.DoesNotContain("reasoning", Write(Chat, "deepseek.v3-v1:0"));
    }

    [Theory]
    [InlineData("us.anthropic.claude-opus-4-8", """{"effort":"xhigh","exclude":true}""", """{"thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"xhigh"}}""", "")]
    [InlineData("us.anthropic.claude-sonnet-5", """{"enabled":false}""", """{"thinking":{"type":"disabled"}}""", "")]
    [InlineData("openai.gpt-oss-120b-1:0", """{"effort":"minimal"}""", """{"reasoning_effort":"low"}""", "")]
    [InlineData("amazon.nova-2-lite-v1:0", """{"effort":"max"}""", """{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}""", "")]
    [InlineData("amazon.nova-2-lite-v1:0", """{"enabled":false}""", """{"reasoningConfig":{"type":"disabled"}}""", "")]
    [InlineData("qwen.qwen3-32b-v1:0", """{"effort":"high"}""", null, "reasoning")]
    public void A_wish_for_reasoning_is_said_in_the_models_own_words(string model, string wish, string? fields, string dropped)
    {
        var sent = Json($$"""{"model":"m","max_tokens":10000,"reasoning":{{wish}},"messages":[{{Hello}}]}""", model);

        Assert.Equal(fields, sent["additionalModelRequestFields"]?.ToJsonString());
        Assert.Equal(dropped, string.Join(',', _dropped.Names));
    }

    [Theory]
    [InlineData(Claude, """{"maxTokens":2000,"temperature":1}""", """{"top_k":4}""", "temperature,top_p")]
    [InlineData("us.anthropic.claude-opus-4-7", """{"maxTokens":2000}""", null, "temperature,top_p,top_k")]
    [InlineData("mistral.mistral-large-3-675b-instruct", """{"maxTokens":2000,"temperature":1,"topP":0.5}""", """{"top_k":4}""", "temperature")]
    [InlineData("qwen.qwen3-32b-v1:0", """{"maxTokens":2000,"temperature":1,"topP":0.5}""", null, "temperature,top_k")]
    public void Sampling_is_sent_as_far_as_the_model_takes_it_and_the_rest_is_reported(string model, string inference, string? fields, string dropped)
    {
        var sent = Json($$"""{"model":"m","max_tokens":2000,"temperature":1.7,"top_p":0.5,"top_k":4,"messages":[{{Hello}}]}""", model);

        Assert.Equal(inference, sent["inferenceConfig"]!.ToJsonString());
        Assert.Equal(fields, sent["additionalModelRequestFields"]?.ToJsonString());
        Assert.Equal(dropped, string.Join(',', _dropped.Names));
    }

    [Fact]
    public void Media_are_sent_as_bytes_with_formats_and_names_that_bedrock_takes()
    {
        var sent = Json($$"""
            {"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{MislabelledPng}}"} },
            {"type":"file","file":{"filename":"Q1_report (v2).pdf","file_data":"data:application/pdf;base64,JVBERg=="} },{"type":"file","file":{"filename":"Q1_report (v2).pdf","file_data":"data:application/pdf;base64,JVBERg=="} },
            {"type":"file","file":{"filename":"Q1_report (v2) (2).pdf","file_data":"data:application/pdf;base64,JVBERg=="} }]}]}
            """, "qwen.qwen3-vl-235b-a22b");

        Assert.Equal(
            ["""{"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}}""", """{"document":{"format":"pdf","name":"Q1 report (v2)","source":{"bytes":"JVBERg=="}}}""",
                """{"document":{"format":"pdf","name":"Q1 report (v2) (2)","source":{"bytes":"JVBERg=="}}}""",
                """{"document":{"format":"pdf","name":"Q1 report (v2) (2) (2)","source":{"bytes":"JVBERg=="}}}""", """{"text":"."}"""],
            Content(sent, 0));
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_documents_of_one_name_get_names_of_their_own_in_time()
    {
        await Task.Yield(); // the time-out is of what follows
        var document = """{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}""";

        var sent = Json($$"""{"model":"m","messages":[{"role":"user","content":[{{string.Join(',', Enumerable.Repeat(document, 40_000))}}]}]}""", "qwen.qwen3-vl-235b-a22b");

        Assert.Equal("a (40000)", (string?)sent["messages"]![0]!["content"]![39_999]!["document"]!["name"]);
    }

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"s3://b/k/a.webp"}}""", """{"image":{"format":"webp","source":{"s3Location":{"uri":"s3://b/k/a.webp"}}}}""")]
    [InlineData("""{"type":"video_url","video_url":{"url":"s3://b/a.3gp"}}""", """{"video":{"format":"three_gp","source":{"s3Location":{"uri":"s3://b/a.3gp"}}}}""")]
    [InlineData("""{"type":"file","file":{"file_data":"s3://b/Q1_report.docx"}}""", """{"document":{"format":"docx","name":"Q1 report","source":{"s3Location":{"uri":"s3://b/Q1_report.docx"}}}}""")]
    public void What_stands_in_a_bucket_is_fetched_by_bedrock(string part, string block) =>
        Assert.Equal(block, Content(Json($$"""{"model":"m","messages":[{"role":"user","content":[{{part}},{"type":"text","text":"x"}]}]}""", "us.amazon.nova-pro-v1:0"), 0).First());

    [Fact]
    public void Citations_of_a_callers_document_are_asked_for()
    {
        var sent = Json("""{"model":"m","messages":[{"role":"user","content":[{"type":"document","title":"Report","context":"of 2026","citations":{"enabled":true},"source":{"type":"text","data":"Hello"} }]}]}""");

        Assert.Equal("""{"document":{"format":"txt","name":"Report","context":"of 2026","citations":{"enabled":true},"source":{"bytes":"SGVsbG8="}}}""", Content(sent, 0).First());
    }

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"https://a.example/a.png"}}""", "could not be fetched")]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/tiff;base64,AAAA"}}""", "image/tiff")]
    [InlineData("""{"type":"file","file":{"file_id":"file-1"}}""", "another provider")]
    public void Media_that_bedrock_does_not_take_are_refused(string part, string word) =>
        Assert.Contains(word, Refusal($$"""{"model":"m","messages":[{"role":"user","content":[{{part}}]}]}""")!.Message);

    [Theory]
    [InlineData("anthropic.claude-opus-4-5-20251101-v1:0", "additionalModelRequestFields", """{"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"number"}},"additionalProperties":false}}}}""")]
    [InlineData("openai.gpt-oss-120b-1:0", "outputConfig", """{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\"}}}","name":"n"}}}}""")]
    [InlineData(Claude, "toolConfig", """{"tools":[{"toolSpec":{"name":"json","description":"Give your answer with this tool.","inputSchema":{"json":{"type":"object","properties":{"a":{"type":"number"}}}}}}],"toolChoice":{"tool":{"name":"json"}}}""")]
    [InlineData("amazon.nova-pro-v1:0", "toolConfig", """{"tools":[{"toolSpec":{"name":"json","description":"Give your answer with this tool.","inputSchema":{"json":{"type":"object","properties":{"a":{"type":"number"}}}}}}],"toolChoice":{"tool":{"name":"json"}}}""")]
    public void A_schema_binds_the_answer_as_the_model_can_be_bound(string model, string member, string expected)
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{Schema}} } } }""", model);

        Assert.Equal(expected, Text(sent[member]!));
    }

    [Fact]
    public void A_model_that_cannot_be_bound_is_told_the_schema_in_words() =>
        Assert.Contains("fits this JSON schema", (string?)Json($$"""{"model":"m","messages":[{"role":"system","content":"s"},{{Hello}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{Schema}} } } }""", "meta.llama3-3-70b-instruct-v1:0")["system"]![1]!["text"]);

    [Fact]
    public void Stops_tier_and_members_of_converses_own()
    {
        var sent = Json($$"""{"model":"m","stop":["a"," "],"service_tier":"flex","user":"u","performanceConfig":{"latency":"optimized"},"guardrailConfig":{"guardrailIdentifier":"g"},"safe_prompt":true,"stream":true,"messages":[{{Hello}}]}""", user: "hashed");

        Assert.Equal("""["a"]""", sent["inferenceConfig"]!["stopSequences"]!.ToJsonString());
        Assert.Equal(("flex", "optimized", "g"), ((string?)sent["serviceTier"]!["type"], (string?)sent["performanceConfig"]!["latency"], (string?)sent["guardrailConfig"]!["guardrailIdentifier"]));
        Assert.Equal("""["/delta/stop_sequence"]""", sent["additionalModelResponseFieldPaths"]!.ToJsonString());
        Assert.Equal(["stop", "safe_prompt", "user"], _dropped.Names);
    }

    [Fact]
    public void Ids_of_calls_have_the_length_that_mistrals_models_want_and_are_never_too_long()
    {
        var chat = $$"""{"model":"m","messages":[{{Hello}},{"role":"assistant","tool_calls":[{"id":"{{new string('x', 80)}}","type":"function","function":{"name":"f","arguments":"{}"} }]},{"role":"tool","tool_call_id":"{{new string('x', 80)}}","content":"r"}]}""";
        foreach (var (model, length) in (IEnumerable<(string, int)>)[("mistral.mistral-large-3-675b-instruct", 9), ("qwen.qwen3-32b-v1:0", 64)])
        {
            var sent = Json(chat, model)["messages"]!;
            var id = (string?)sent[1]!["content"]![0]!["toolUse"]!["toolUseId"];

            Assert.Equal(length, id!.Length);
            Assert.Equal(id, (string?)sent[2]!["content"]![0]!["toolResult"]!["toolUseId"]);
        }
    }

    [Theory]
    [InlineData(""" "n":2 """)]
    [InlineData(""" "modalities":["text","audio"],"audio":{"voice":"a","format":"wav"} """)]
    public void What_changes_the_meaning_is_refused(string fields) => Assert.NotNull(Refusal($$"""{"model":"m","messages":[{{Hello}}],{{fields}}}"""));

    private static IEnumerable<string> Content(JsonObject sent, int turn) => sent["messages"]![turn]!["content"]!.AsArray().Select(static c => Text(c!));

    private static string Text(JsonNode node) => node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private JsonObject Json(string chat, string model = Claude, string? user = null) => JsonNode.Parse(Write(chat, model, user))!.AsObject();

    private string Write(string chat, string model = Claude, string? user = null)
    {
        var (sent, error) = Run(chat, model, user);
        Assert.Null(error);
        return sent;
    }

    private GatewayError? Refusal(string chat) => Run(chat, Claude, user: null).Error;

    private (string Sent, GatewayError? Error) Run(string chat, string model, string? user)
    {
        var bytes = Encoding.UTF8.GetBytes(chat);
        var format = new ChatCallerFormat();
        Assert.True(format.TryRead(bytes, out var request, out var error), error?.Message);
        Assert.True(format.TryReadNeutral(bytes, request!, out var neutral, out error), error?.Message);
        var output = new ArrayBufferWriter<byte>();
        var unsaid = new BedrockProviderFormat().Write(neutral!, new(EndpointOf(model), JsonText.Quote(model), null, user), output, _dropped);
        return (Encoding.UTF8.GetString(output.WrittenSpan), unsaid);
    }

    private static Endpoint EndpointOf(string model) => new()
    {
        Id = "p:m",
        Model = new() { Id = "a/m", Name = "M" },
        Provider = new() { Id = "p", Name = "P", BaseUrl = new("https://h.example/") },
        UpstreamModel = model,
        JsonSchema = model.Contains("gpt-oss", StringComparison.Ordinal) ? true : null, // as the catalogue says
        Tag = "p",
        Prices = new PriceSheet { Prompt = NanoUsd.FromUsd(1m), Completion = NanoUsd.FromUsd(1m) },
    };
}
