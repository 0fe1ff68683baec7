using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Ollama;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class OllamaWriterTests
{
    private const string Hello = """{"role":"user","content":"hi"}""";
    private const string Tools = """ "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}},{"type":"function","function":{"name":"g"}}] """;

    private static readonly ModelReasoning _thinks = new();
    private static readonly ModelReasoning _levels = new() { SupportedEfforts = ["max", "high", "low"] };

    private readonly DroppedParameters _dropped = new();

    [Fact]
    public void A_plain_request_says_that_it_is_not_streamed()
    {
        Assert.Equal(
            """{"model":"qwen3:8b","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"options":{"num_predict":100,"temperature":0.5},"truncate":false,"stream":false}""",
            Write("""{"model":"m","max_tokens":100,"temperature":0.5,"messages":[{"role":"developer","content":"be brief"},{"role":"user","content":"hi"}]}"""));
        Assert.Empty(_dropped.Names);
    }

    [Fact]
    public void Arguments_are_objects_and_results_name_their_tool()
    {
        var sent = Json("""
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"I will","reasoning":"hm","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
            {"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"one"}]},{"role":"tool","tool_call_id":"c2","content":"two"}]}
            """);

        Assert.Equal(
            [
                """{"role":"user","content":"a"}""",
                """{"role":"assistant","content":"I will","thinking":"hm","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}},{"function":{"name":"g","arguments":{}}}]}""",
                """{"role":"tool","content":"one","tool_name":"f"}""",
                """{"role":"tool","content":"two","tool_name":"g"}""",
            ],
            sent["messages"]!.AsArray().Select(static m => m!.ToJsonString()));
    }

    [Fact]
    public void Thoughts_of_other_formats_are_left_out()
    {
        var sent = Json("""
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"so","reasoning_details":[{"type":"reasoning.text","text":"hm"},
            {"type":"reasoning.text","text":"signed","signature":"EqQB","format":"anthropic-claude-v1"},{"type":"reasoning.encrypted","data":"gAAA","format":"openai-responses-v1"}]},{"role":"user","content":"b"}]}
            """);

        Assert.Equal("""{"role":"assistant","content":"so","thinking":"hm"}""", sent["messages"]![1]!.ToJsonString());
    }

    public static TheoryData<string, string, string?, string> Wishes => new()
    {
        // model, wish, think, dropped
        { "thinks", """{"effort":"high"}""", "true", "" },
        { "thinks", """{"enabled":true}""", "true", "" },
        { "thinks", """{"effort":"none"}""", "false", "" },
        { "levels", """{"effort":"minimal"}""", "\"low\"", "" },
        { "levels", """{"effort":"xhigh"}""", "\"max\"", "" },
        { "levels", """{"effort":"none"}""", "false", "" },
        { "gpt-oss:20b", """{"effort":"xhigh"}""", "\"high\"", "" },
        { "gpt-oss:20b", """{"enabled":true}""", "\"medium\"", "" },
        { "gpt-oss:20b", """{"enabled":false}""", "\"low\"", "reasoning" },
        { "plain", """{"effort":"high"}""", null, "reasoning" },
        { "plain", """{"enabled":false}""", "false", "" },
    };

    [Fact]
    public void What_a_tool_shows_follows_its_results_as_the_users()
    {
        var sent = Json(ChatRequests.WithPictureOfATool);

        Assert.Equal(
            [
                """{"role":"tool","content":"one","tool_name":"f"}""",
                """{"role":"tool","content":"The result follows.","tool_name":"f"}""",
                """{"role":"user","content":"","images":["iVBORw0KGgo="]}""",
            ],
            sent["messages"]!.AsArray().Skip(2).SkipLast(1).Select(static m => m!.ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(Wishes))]
    public void A_wish_for_reasoning_is_a_switch_or_a_level(string model, string wish, string? think, string dropped)
    {
        var reasoning = model switch { "thinks" => _thinks, "levels" => _levels, _ => null };

        Assert.Equal(think, Json($$"""{"model":"m","reasoning":{{wish}},"messages":[{{Hello}}]}""", e => e with { UpstreamModel = model, Model = e.Model with { Reasoning = reasoning } })["think"]?.ToJsonString());
        Assert.Equal(dropped, string.Join(',', _dropped.Names));
    }

    [Theory]
    [InlineData("\"auto\"", "f,g", "")]
    [InlineData("\"none\"", "", "")]
    [InlineData("\"required\"", "f,g", "tool_choice")]
    [InlineData("""{"type":"function","function":{"name":"g"}}""", "g", "tool_choice")]
    public void A_choice_of_tools_is_made_by_which_are_told(string choice, string tools, string dropped)
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],{{Tools}},"tool_choice":{{choice}}}""");

        Assert.Equal(tools, string.Join(',', (sent["tools"]?.AsArray() ?? []).Select(static t => (string?)t!["function"]!["name"])));
        Assert.All(sent["tools"]?.AsArray() ?? [], static t => Assert.NotNull(t!["function"]!["parameters"]));
        Assert.Equal(dropped, string.Join(',', _dropped.Names));
    }

    [Fact]
    public void Images_stand_beside_the_text_and_documents_in_it()
    {
        var sent = Json("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="} },{"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,SGVsbG8="} },{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/+A=="} }]}]}""");

        Assert.Equal("look\na.txt\n\nHello", (string?)sent["messages"]![0]!["content"]);
        Assert.Equal(["iVBORw0KGgo=", "/9j/+A=="], sent["messages"]![0]!["images"]!.AsArray().Select(static i => (string?)i));
    }

    [Fact]
    public void A_schema_binds_the_answer_and_beside_tools_is_told_in_words()
    {
        const string Format = """ "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","required":["a"]}}} """;

        Assert.Equal("""{"type":"object","required":["a"]}""", Json($$"""{"model":"m","messages":[{{Hello}}],{{Format}}}""")["format"]!.ToJsonString());
        Assert.Equal("json", (string?)Json($$"""{"model":"m","messages":[{{Hello}}],"response_format":{"type":"json_object"} }""")["format"]);
        Assert.Equal("""{"type":"array"}""", Json($$"""{"model":"m","messages":[{{Hello}}],"response_format":{"type":"json_object","schema":{"type":"array"} } }""")["format"]!.ToJsonString());
        var beside = Json($$"""{"model":"m","messages":[{"role":"system","content":"s"},{{Hello}}],{{Format}},{{Tools}}}""");
        Assert.Null(beside["format"]);
        Assert.Contains("\"required\":[\"a\"]", (string?)beside["messages"]![1]!["content"]);
    }

    [Fact]
    public void Sampling_stands_in_the_options_and_the_rest_is_reported()
    {
        var sent = Json(
            $$"""{"model":"m","max_tokens":9000,"temperature":1.5,"top_p":1,"top_k":40,"min_p":0.1,"top_a":0.2,"frequency_penalty":-1,"presence_penalty":0.5,"repetition_penalty":1.1,"seed":7,"stop":["a","b"],"logprobs":true,"top_logprobs":2,"logit_bias":{"1":2},"user":"u","stream":true,"messages":[{{Hello}}]}""",
            static e => e with { ContextLength = 16384, MaxCompletionTokens = 4096 });

        Assert.Equal(
            """{"num_ctx":16384,"num_predict":4096,"temperature":1.5,"top_p":1,"top_k":40,"min_p":0.1,"seed":7,"frequency_penalty":-1,"presence_penalty":0.5,"repeat_penalty":1.1,"stop":["a","b"]}""",
            sent["options"]!.ToJsonString());
        Assert.Equal((true, 2, true), ((bool)sent["logprobs"]!, (int)sent["top_logprobs"]!, (bool)sent["stream"]!));
        Assert.Equal(["top_a", "logit_bias", "user"], _dropped.Names);
    }

    [Fact]
    public void What_is_said_in_ollamas_words_goes_through_but_does_not_go_before_what_the_gateway_says()
    {
        var sent = Json(
            $$"""{"model":"m","temperature":1,"keep_alive":"10m","think":"low","options":{"temperature":0,"num_ctx":1000000,"mirostat":1},"safe_prompt":true,"messages":[{{Hello}}]}""",
            static e => e with { ContextLength = 4096 });

        Assert.Equal("""{"num_ctx":4096,"temperature":1,"mirostat":1}""", sent["options"]!.ToJsonString());
        Assert.Equal(("10m", "low"), ((string?)sent["keep_alive"], (string?)sent["think"]));
        Assert.Equal(["safe_prompt"], _dropped.Names);
    }

    [Fact]
    public void A_prompt_that_is_too_long_is_cut_only_where_the_caller_says_so()
    {
        var sent = Json($$"""{"model":"m","truncate":true,"shift":false,"messages":[{{Hello}}]}""");

        Assert.Equal((true, false), ((bool)sent["truncate"]!, (bool)sent["shift"]!));
        Assert.Empty(_dropped.Names);
    }

    [Theory]
    [InlineData(""" "messages":[{"role":"user","content":"a"}],"n":2 """, "n")]
    [InlineData(""" "messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}] """, "messages")]
    [InlineData(""" "messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}]}] """, "not text")]
    [InlineData(""" "messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}] """, "sound")]
    [InlineData(""" "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example/a.png"}}]}] """, "fetched")]
    public void What_changes_the_meaning_is_refused(string fields, string word) =>
        Assert.Contains(word, Run($$"""{"model":"m",{{fields}}}""", static e => e).Error!.Message);

    [Fact]
    public void No_request_makes_the_writer_throw()
    {
        var random = new Random(20261126);
        var whole = Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":9,"options":{"a":[1]},"keep_alive":5,"think":null,"stop":["a"],"reasoning":{"effort":"low"},"response_format":{"type":"json_object"},"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"} }]},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"} }]},{"role":"tool","tool_call_id":"a","content":"y"}],{{Tools}}}""");
        var format = new ChatCallerFormat();
        for (var round = 0; round < 3000; round++)
        {
            var bytes = whole.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(32, 127);
            }

            if (format.TryRead(bytes, out var request, out _) && format.TryReadNeutral(bytes, request!, out var neutral, out _))
            {
                var output = new ArrayBufferWriter<byte>();
                if (new OllamaProviderFormat().Write(neutral!, new(Endpoint, JsonText.Quote("m"), null, null), output, new()) is null)
                {
                    Assert.NotNull(JsonNode.Parse(output.WrittenSpan));
                }
            }
        }
    }

    [Theory]
    [InlineData("http://gpu.example:11434", "http://gpu.example:11434/api/chat")]
    [InlineData("http://gpu.example:11434/api/", "http://gpu.example:11434/api/chat")]
    [InlineData("https://ollama.com/api", "https://ollama.com/api/chat")]
    public void The_base_url_may_say_api_or_not(string baseUrl, string address) =>
        Assert.Equal(address, new OllamaProviderFormat().AddressOf(Endpoint with { BaseUrl = new(baseUrl) }, Operation.Chat, stream: true)!.AbsoluteUri);

    private static Endpoint Endpoint { get; } = new()
    {
        Id = "p:m",
        Model = new() { Id = "a/m", Name = "M" },
        Provider = new() { Id = "p", Name = "P" },
        UpstreamModel = "qwen3:8b",
        Tag = "p",
        Prices = new PriceSheet { Prompt = NanoUsd.FromUsd(1m), Completion = NanoUsd.FromUsd(1m) },
    };

    private JsonObject Json(string chat, Func<Endpoint, Endpoint>? change = null) => JsonNode.Parse(Write(chat, change))!.AsObject();

    private string Write(string chat, Func<Endpoint, Endpoint>? change = null)
    {
        var (sent, error) = Run(chat, change ?? (static e => e));
        Assert.Null(error);
        return sent;
    }

    private (string Sent, GatewayError? Error) Run(string chat, Func<Endpoint, Endpoint> change)
    {
        var bytes = Encoding.UTF8.GetBytes(chat);
        var format = new ChatCallerFormat();
        Assert.True(format.TryRead(bytes, out var request, out var error), error?.Message);
        Assert.True(format.TryReadNeutral(bytes, request!, out var neutral, out error), error?.Message);
        var endpoint = change(Endpoint);
        var output = new ArrayBufferWriter<byte>();
        var user = request!.User is null ? null : "hashed";
        var unsaid = new OllamaProviderFormat().Write(neutral!, new(endpoint, JsonText.Quote(endpoint.UpstreamModel), null, user), output, _dropped);
        return (Encoding.UTF8.GetString(output.WrittenSpan), unsaid);
    }
}
