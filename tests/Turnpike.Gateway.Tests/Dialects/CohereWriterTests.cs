using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.CohereV2;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class CohereWriterTests
{
    private const string Hello = """{"role":"user","content":"hi"}""";
    private const string Tools = """ "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}},{"type":"function","function":{"name":"g"}}] """;
    private const string Reasoning = "command-a-reasoning-08-2025";
    private const string Document = """{"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,SGVsbG8="}}""";

    private readonly DroppedParameters _dropped = new();

    [Fact]
    public void A_plain_request()
    {
        Assert.Equal(
            """{"model":"command-a","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"max_tokens":100,"temperature":0.5,"stream":true}""",
            Write("""{"model":"m","max_tokens":100,"temperature":0.5,"stream":true,"messages":[{"role":"developer","content":"be brief"},{"role":"user","content":"hi"}]}"""));
        Assert.Empty(_dropped.Names);
    }

    [Fact]
    public void A_blank_word_of_the_users_is_no_answer_to_go_on_with()
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}},{"role":"assistant","content":"b"},{"role":"user","content":" "}]}""");

        Assert.Equal(["user hi", "assistant b", "user ."], sent["messages"]!.AsArray().Select(static m => $"{m!["role"]} {m["content"]}"));
    }

    [Fact]
    public void Text_before_calls_is_their_plan_and_results_are_text()
    {
        var sent = Json("""
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"I will","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
            {"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"one"}]},{"role":"tool","tool_call_id":"c2","content":"two"}]}
            """);

        Assert.Equal(
            [
                """{"role":"user","content":"a"}""",
                """{"role":"assistant","tool_plan":"I will","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]}""",
                """{"role":"tool","tool_call_id":"c1","content":"one"}""",
                """{"role":"tool","tool_call_id":"c2","content":"two"}""",
            ],
            Messages(sent));
    }

    [Fact]
    public void A_prompt_in_which_only_the_system_speaks_has_a_turn_of_the_user() =>
        Assert.Equal("""{"role":"user","content":"."}""", Messages(Json("""{"model":"m","messages":[{"role":"system","content":"s"}]}""")).Last());

    [Fact]
    public void An_image_that_is_a_file_elsewhere_cannot_be_said() => Assert.Contains(
        "file at another provider",
        Run("""{"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"f"}}]}]}""", "command-a", user: null).Error!.Message);

    [Fact]
    public void What_a_tool_shows_follows_its_results_as_the_users()
    {
        var sent = Json(ChatRequests.WithPictureOfATool);

        Assert.Equal(
            [
                """{"role":"tool","tool_call_id":"c1","content":"one"}""",
                """{"role":"tool","tool_call_id":"c2","content":"The result follows."}""",
                """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}""",
            ],
            sent["messages"]!.AsArray().Skip(2).SkipLast(1).Select(static m => m!.ToJsonString()));
    }

    [Theory]
    [InlineData(Reasoning, """{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"so"}]}""")]
    [InlineData("command-a", """{"role":"assistant","content":"so"}""")]
    public void Thoughts_go_back_to_a_model_that_thinks_and_those_of_others_do_not(string model, string expected)
    {
        var sent = Json("""
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"so","reasoning_details":[{"type":"reasoning.text","text":"hm"},
            {"type":"reasoning.text","text":"signed","signature":"EqQB","format":"anthropic-claude-v1"},{"type":"reasoning.encrypted","data":"gAAA","format":"openai-responses-v1"}]},{"role":"user","content":"b"}]}
            """, model);

        Assert.Equal(expected, Messages(sent).ElementAt(1));
    }

    [Theory]
    [InlineData(Reasoning, """{"effort":"high"}""", """{"type":"enabled","token_budget":800}""", "")]
    [InlineData(Reasoning, """{"max_tokens":50}""", """{"type":"enabled","token_budget":50}""", "")]
    [InlineData(Reasoning, """{"enabled":true}""", """{"type":"enabled"}""", "")]
    [InlineData(Reasoning, """{"effort":"none"}""", """{"type":"disabled"}""", "")]
    [InlineData("command-a", """{"effort":"high"}""", null, "reasoning")]
    public void A_wish_for_reasoning_is_a_budget(string model, string wish, string? thinking, string dropped)
    {
        Assert.Equal(thinking, Json($$"""{"model":"m","max_tokens":1000,"reasoning":{{wish}},"messages":[{{Hello}}]}""", model)["thinking"]?.ToJsonString());
        Assert.Equal(dropped, string.Join(',', _dropped.Names));
    }

    [Theory]
    [InlineData("\"auto\"", "f,g", null)]
    [InlineData("\"none\"", "f,g", "NONE")]
    [InlineData("\"required\"", "f,g", "REQUIRED")]
    [InlineData("""{"type":"function","function":{"name":"g"}}""", "g", "REQUIRED")]
    public void A_certain_tool_is_the_only_one_that_is_told(string choice, string tools, string? word)
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],{{Tools}},"tool_choice":{{choice}}}""");

        Assert.Equal(tools, string.Join(',', sent["tools"]!.AsArray().Select(static t => (string?)t!["function"]!["name"])));
        Assert.Equal(word, (string?)sent["tool_choice"]);
        Assert.All(sent["tools"]!.AsArray(), static t => Assert.NotNull(t!["function"]!["parameters"]));
    }

    [Fact]
    public void Images_stand_in_the_message_and_documents_beside_it()
    {
        var sent = Json($$"""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"https://a.example/a.png","detail":"low"} },{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="} },{{Document}}]}]}""");

        Assert.Equal(
            """[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"https://a.example/a.png","detail":"low"}},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]""",
            sent["messages"]![0]!["content"]!.ToJsonString());
        Assert.Equal("""[{"data":{"title":"a.txt","text":"Hello"}}]""", sent["documents"]!.ToJsonString());
    }

    [Fact]
    public void Beside_tools_a_document_stands_in_the_text()
    {
        var sent = Json($$"""{"model":"m","messages":[{"role":"user","content":[{{Document}}]}],{{Tools}}}""");

        Assert.Equal("""[{"type":"text","text":"a.txt\n\nHello"}]""", sent["messages"]![0]!["content"]!.ToJsonString());
        Assert.Null(sent["documents"]);
    }

    [Fact]
    public void A_schema_binds_the_answer_and_beside_tools_is_told_in_words()
    {
        const string Format = """ "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","required":["a"]}}} """;

        Assert.Equal("""{"type":"json_object","json_schema":{"type":"object","required":["a"]}}""", Json($$"""{"model":"m","messages":[{{Hello}}],{{Format}}}""")["response_format"]!.ToJsonString());
        var beside = Json($$"""{"model":"m","messages":[{"role":"system","content":"s"},{{Hello}}],{{Format}},{{Tools}}}""");
        Assert.Null(beside["response_format"]);
        Assert.Contains("\"required\":[\"a\"]", (string?)beside["messages"]![1]!["content"]);
        Assert.Equal("system", (string?)beside["messages"]![1]!["role"]);
    }

    [Fact]
    public void Sampling_has_coheres_names_and_bounds_and_the_rest_is_reported()
    {
        var sent = Json($$"""{"model":"m","temperature":1.5,"top_p":1,"top_k":40,"frequency_penalty":-1,"presence_penalty":0.5,"seed":7,"min_p":0.1,"logprobs":true,"stop":["a","b","c","d"],"user":"u","parallel_tool_calls":false,"messages":[{{Hello}}]}""", user: "hashed");

        Assert.Equal((1, 0.99, 40, 0, 0.5, 7), ((double)sent["temperature"]!, (double)sent["p"]!, (double)sent["k"]!, (double)sent["frequency_penalty"]!, (double)sent["presence_penalty"]!, (int)sent["seed"]!));
        Assert.Equal("""["a","b","c","d"]""", sent["stop_sequences"]!.ToJsonString());
        Assert.True((bool)sent["logprobs"]!);
        Assert.Equal(["temperature", "frequency_penalty", "min_p", "user"], _dropped.Names);
    }

    [Fact]
    public void Members_of_coheres_own_go_through()
    {
        var sent = Json($$"""{"model":"m","safety_mode":"STRICT","citation_options":{"mode":"FAST"},"documents":["one",{"data":{"text":"two"} }],"safe_prompt":true,"messages":[{{Hello}}]}""");

        Assert.Equal(("STRICT", "FAST"), ((string?)sent["safety_mode"], (string?)sent["citation_options"]!["mode"]));
        Assert.Equal("""["one",{"data":{"text":"two"}}]""", sent["documents"]!.ToJsonString());
        Assert.Equal(["safe_prompt"], _dropped.Names);
    }

    [Theory]
    [InlineData(""" "messages":[{"role":"user","content":"a"}],"n":2 """, "n")]
    [InlineData(""" "messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}] """, "messages")]
    [InlineData(""" "messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}]}] """, "not text")]
    [InlineData(""" "messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}] """, "sound")]
    public void What_changes_the_meaning_is_refused(string fields, string word) =>
        Assert.Contains(word, Run($$"""{"model":"m",{{fields}}}""", "command-a", user: null).Error!.Message);

    private static IEnumerable<string> Messages(JsonObject sent) => sent["messages"]!.AsArray().Select(static m => m!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    private JsonObject Json(string chat, string model = "command-a", string? user = null) => JsonNode.Parse(Write(chat, model, user))!.AsObject();

    private string Write(string chat, string model = "command-a", string? user = null)
    {
        var (sent, error) = Run(chat, model, user);
        Assert.Null(error);
        return sent;
    }

    private (string Sent, GatewayError? Error) Run(string chat, string model, string? user)
    {
        var bytes = Encoding.UTF8.GetBytes(chat);
        var format = new ChatCallerFormat();
        Assert.True(format.TryRead(bytes, out var request, out var error), error?.Message);
        Assert.True(format.TryReadNeutral(bytes, request!, out var neutral, out error), error?.Message);
        var endpoint = new Endpoint
        {
            Id = "p:m",
            Model = new() { Id = "a/m", Name = "M" },
            Provider = new() { Id = "p", Name = "P" },
            UpstreamModel = model,
            Tag = "p",
            Prices = new PriceSheet { Prompt = NanoUsd.FromUsd(1m), Completion = NanoUsd.FromUsd(1m) },
        };
        var output = new ArrayBufferWriter<byte>();
        var unsaid = new CohereProviderFormat().Write(neutral!, new(endpoint, JsonText.Quote(model), null, user), output, _dropped);
        return (Encoding.UTF8.GetString(output.WrittenSpan), unsaid);
    }
}
