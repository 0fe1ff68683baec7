using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class AnthropicWriterTests
{
    private const string Hello = """{"role":"user","content":"hi"}""";

    private readonly DroppedParameters _dropped = new();

    [Fact]
    public void A_plain_request_gets_the_output_limit_that_is_required_and_cache_marks()
    {
        var sent = Write("""{"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"stream":true}""");

        Assert.Equal("""{"model":"claude-opus-4-1","max_tokens":32000,"system":[{"type":"text","text":"be brief","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}],"stream":true}""", sent);
        Assert.Empty(_dropped.Names);
    }

    [Fact]
    public void Messages_of_one_role_are_one_turn_and_results_stand_first()
    {
        var sent = Json("""
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"b"}]},
            {"role":"assistant","content":null,"tool_calls":[{"id":"c:1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},
            {"role":"tool","tool_call_id":"c:1","content":"one"},{"role":"system","content":"mind this"},{"role":"tool","tool_call_id":"c2","content":""},{"role":"user","content":"go on"}]}
            """);

        var turns = sent["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "user"], turns.Select(static t => (string?)t!["role"]));
        Assert.Equal(["a", "b"], turns[0]!["content"]!.AsArray().Select(static c => (string?)c!["text"]));
        Assert.Equal(["""{"type":"tool_use","id":"c_1","name":"f","input":{"x":1}}""", """{"type":"tool_use","id":"c2","name":"g","input":{}}"""], turns[1]!["content"]!.AsArray().Select(static c => c!.ToJsonString()));
        Assert.Equal(["tool_result c_1", "tool_result c2", "text ", "text "], turns[2]!["content"]!.AsArray().Select(static c => $"{c!["type"]} {c["tool_use_id"]}"));
    }

    [Fact]
    public void A_blank_word_of_the_users_is_no_answer_to_go_on_with()
    {
        var turns = Json($$"""{"model":"m","messages":[{{Hello}},{"role":"assistant","content":"b"},{"role":"user","content":" "}]}""")["messages"]!.AsArray();

        Assert.Equal(["user hi", "assistant b", "user ."], turns.Select(static t => $"{t!["role"]} {t["content"]![0]!["text"]}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("""
        ,"tools":[{"type":"other","name":"x"}],"tool_choice":{"type":"other","name":"x"}
        """)]
    public void Tools_of_the_history_are_told_where_no_others_are_and_none_is_to_be_called(string more)
    {
        var sent = Json($$"""
            {"model":"m","messages":[{{Hello}},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"} },{"id":"b","type":"function","function":{"name":"f","arguments":"{}"} }]},
            {"role":"tool","tool_call_id":"a","content":"1"},{"role":"tool","tool_call_id":"b","content":"2"}]{{more}} }
            """);

        Assert.Equal(("f", "{\"type\":\"none\"}"), ((string?)Assert.Single(sent["tools"]!.AsArray())!["name"], sent["tool_choice"]!.ToJsonString()));
    }

    [Fact]
    public void Calls_that_share_an_id_are_told_apart()
    {
        var sent = Json("""
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"1"},
            {"role":"assistant","function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"2"}]}
            """);

        var content = sent["messages"]!.AsArray().SelectMany(static t => t!["content"]!.AsArray());
        Assert.Equal(["call_function", "call_function", "call_function_2", "call_function_2"], content.Select(static c => (string?)(c!["id"] ?? c["tool_use_id"])).OfType<string>());
    }

    [Fact]
    public void Calls_of_two_turns_that_a_client_gave_one_id_are_told_apart()
    {
        var sent = Json("""
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"1"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"2"}]}
            """);

        var content = sent["messages"]!.AsArray().SelectMany(static t => t!["content"]!.AsArray());
        Assert.Equal(["c1", "c1", "c1_2", "c1_2"], content.Select(static c => (string?)(c!["id"] ?? c["tool_use_id"])).OfType<string>());
    }

    [Fact]
    public void Thoughts_go_back_in_place_with_their_signatures_and_those_of_others_do_not()
    {
        var sent = Json("""
            {"model":"m","max_tokens":9000,"reasoning":{"effort":"high"},"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"so","reasoning_details":[
            {"type":"reasoning.text","text":" hm\n","signature":"EqQB/+==","format":"anthropic-claude-v1","index":0},{"type":"reasoning.encrypted","data":"Emw+/=","format":"anthropic-claude-v1","index":1},
            {"type":"reasoning.text","text":"unsigned","format":"anthropic-claude-v1"},{"type":"reasoning.encrypted","data":"gAAA","format":"openai-responses-v1"}],
            "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"r"}]}
            """);

        Assert.Equal(
            ["""{"type":"thinking","thinking":" hm\n","signature":"EqQB/+=="}""", """{"type":"redacted_thinking","data":"Emw+/="}""", """{"type":"text","text":"so"}""", """{"type":"tool_use","id":"c1","name":"f","input":{}}"""],
            sent["messages"]![1]!["content"]!.AsArray().Select(static c => Text(c!)));
        Assert.Equal("""{"type":"enabled","budget_tokens":7200}""", sent["thinking"]!.ToJsonString());
    }

    [Theory]
    [InlineData("claude-opus-4-1", """{"effort":"low"}""", """{"type":"enabled","budget_tokens":2000}""", null)]
    [InlineData("claude-opus-4-1", """{"max_tokens":50}""", """{"type":"enabled","budget_tokens":1024}""", null)]
    [InlineData("claude-opus-4-1", """{"max_tokens":50000}""", """{"type":"enabled","budget_tokens":9500}""", null)]
    [InlineData("claude-opus-4-1", """{"effort":"none"}""", null, null)]
    [InlineData("claude-opus-4-6", """{"effort":"xhigh"}""", """{"type":"adaptive","display":"summarized"}""", "max")]
    [InlineData("claude-opus-4-8", """{"effort":"xhigh","exclude":true}""", """{"type":"adaptive","display":"omitted"}""", "xhigh")]
    [InlineData("claude-sonnet-5", """{"max_tokens":1500}""", """{"type":"adaptive","display":"summarized"}""", "low")]
    [InlineData("claude-sonnet-5", """{"enabled":true}""", """{"type":"adaptive","display":"summarized"}""", null)]
    [InlineData("claude-sonnet-5", """{"enabled":false}""", """{"type":"disabled"}""", null)]
    [InlineData("claude-fable-5", """{"enabled":false}""", null, null)]
    [InlineData("claude-mythos-5-1", """{"enabled":false}""", null, null)]
    [InlineData("claude-opus-5-5", """{"enabled":false}""", null, null)]
    [InlineData("claude-sonnet-5-5", """{"enabled":false}""", """{"type":"between_tools"}""", null)]
    [InlineData("claude-haiku-5-5", """{"enabled":false}""", """{"type":"disabled"}""", null)]
    [InlineData("claude-mythos-preview", """{"effort":"low"}""", """{"type":"adaptive","display":"summarized"}""", "low")]
    [InlineData("anthropic.claude-mythos-preview-v1:0", """{"effort":"low"}""", """{"type":"adaptive","display":"summarized"}""", "low")]
    public void A_wish_for_reasoning_is_said_as_the_models_generation_takes_it(string model, string wish, string? thinking, string? effort)
    {
        var sent = Json($$"""{"model":"m","max_tokens":10000,"reasoning":{{wish}},"messages":[{{Hello}}]}""", model);

        Assert.Equal(thinking, sent["thinking"]?.ToJsonString());
        Assert.Equal(effort, (string?)sent["output_config"]?["effort"]);
    }

    [Theory]
    [InlineData(""","max_tokens":1000""")]
    [InlineData(""","max_tokens":4000,"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required" """)]
    public void Reasoning_gives_way_where_it_cannot_be_had(string fields)
    {
        Assert.Null(Json($$"""{"model":"m","reasoning":{"effort":"high"},"messages":[{{Hello}}]{{fields}}}""")["thinking"]);
        Assert.Equal(["reasoning"], _dropped.Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""",{"role":"user","content":"This is what it shows."}""")]
    public void A_turn_of_calls_without_thoughts_is_gone_on_with_without_thinking(string behind)
    {
        var sent = Json($$$$"""{"model":"m","max_tokens":9000,"reasoning":{"effort":"high"},"messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":""}}]},{"role":"tool","tool_call_id":"c","content":"r"}{{{{behind}}}}]}""");

        Assert.Null(sent["thinking"]);
        Assert.Equal(["reasoning"], _dropped.Names);
    }

    [Theory]
    [InlineData("claude-opus-4-1", """ "temperature":1.7,"top_p":0.5,"top_k":4 """, """{"temperature":1,"top_k":4}""", "temperature,top_p")]
    [InlineData("claude-3-haiku-20240307", """ "temperature":0.7,"top_p":0.5 """, """{"temperature":0.7,"top_p":0.5}""", "")]
    [InlineData("claude-opus-4-7", """ "temperature":0.7,"top_p":0.5,"top_k":4 """, "{}", "temperature,top_p,top_k")]
    [InlineData("claude-opus-4-1", """ "temperature":0.7,"top_k":4,"reasoning":{"effort":"low"} """, "{}", "temperature,top_k")]
    [InlineData("claude-opus-4-1", """ "seed":1,"frequency_penalty":1,"presence_penalty":1,"repetition_penalty":1,"min_p":0.1,"top_a":0.1,"logit_bias":{"1":2},"logprobs":true,"top_logprobs":2 """, "{}", "min_p,top_a,frequency_penalty,presence_penalty,repetition_penalty,seed,logprobs,top_logprobs,logit_bias")]
    public void Sampling_is_sent_as_far_as_the_model_takes_it_and_the_rest_is_reported(string model, string fields, string expected, string dropped)
    {
        var sent = Json($$"""{"model":"m","max_tokens":2000,{{fields}},"messages":[{{Hello}}]}""", model);

        Assert.Equal(expected, new JsonObject(sent.Where(static m => m.Key is "temperature" or "top_p" or "top_k").Select(static m => new KeyValuePair<string, JsonNode?>(m.Key, m.Value!.DeepClone()))).ToJsonString());
        Assert.Equal(dropped, string.Join(',', _dropped.Names));
    }

    [Fact]
    public void Tools_and_the_choice_among_them()
    {
        var sent = Json($$"""
            {"model":"m","messages":[{{Hello}}],"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"properties":{"x":{"type":"string"} } },"strict":true} },{"type":"function","function":{"name":"g"} },{"type":"retrieval","name":"r"}],
            "tool_choice":{"type":"function","function":{"name":"g"} },"parallel_tool_calls":false}
            """);

        Assert.Equal("""{"name":"f","description":"d","input_schema":{"type":"object","properties":{"x":{"type":"string"}},"additionalProperties":false},"strict":true}""", sent["tools"]![0]!.ToJsonString());
        Assert.Equal("""{"name":"g","input_schema":{"type":"object","properties":{}},"cache_control":{"type":"ephemeral"}}""", sent["tools"]![1]!.ToJsonString());
        Assert.Equal("""{"type":"tool","name":"g","disable_parallel_tool_use":true}""", sent["tool_choice"]!.ToJsonString());
        Assert.Equal(["tools:r"], _dropped.Names);
    }

    [Fact]
    public void What_an_assistant_showed_is_shown_by_the_user()
    {
        const string Image = """{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0="}}""";
        var turns = Json($$"""{"model":"m","messages":[{{Hello}},{"role":"assistant","content":"see","images":[{{Image}}]},{"role":"user","content":"and?"}]}""")["messages"]!.AsArray();

        Assert.Equal(["user", "assistant", "user"], turns.Select(static t => (string?)t!["role"]));
        Assert.Equal("""[{"type":"text","text":"see"}]""", turns[1]!["content"]!.ToJsonString());
        Assert.Equal(["image", "text"], turns[2]!["content"]!.AsArray().Select(static b => (string?)b!["type"]));
    }

    [Fact]
    public void Of_a_choice_among_some_tools_the_others_are_not_told()
    {
        var sent = Json($$"""
            {"model":"m","messages":[{{Hello}}],"tools":[{"type":"function","function":{"name":"f"} },{"type":"function","function":{"name":"g"} }],
            "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"g"} }]} } }
            """);

        Assert.Equal("g", (string?)Assert.Single(sent["tools"]!.AsArray())!["name"]);
        Assert.Equal("any", (string?)sent["tool_choice"]!["type"]);
    }

    [Theory]
    [InlineData("auto", "auto")]
    [InlineData("required", "any")]
    [InlineData("none", "none")]
    public void A_choice_of_tools_in_a_word(string chat, string sent) =>
        Assert.Equal($$"""{"type":"{{sent}}"}""", Json($$"""{"model":"m","messages":[{{Hello}}],"tools":[{"type":"function","function":{"name":"g"} }],"tool_choice":"{{chat}}"}""")["tool_choice"]!.ToJsonString());

    [Fact]
    public void A_schema_is_bound_to_the_answer_closed_and_without_what_is_refused()
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"a":{"type":"integer","minimum":1},"b":{"type":"array","minItems":2,"items":{"type":"object","properties":{} } } } } } } }""");

        Assert.Equal("""{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"integer","description":"(minimum: 1)"},"b":{"type":"array","items":{"type":"object","properties":{},"additionalProperties":false},"description":"(minItems: 2)"}},"additionalProperties":false}}""", sent["output_config"]!["format"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"oneOf":[{"type":"string","format":"color"},{"type":"null"}]}}}""", """{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}},"additionalProperties":false}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"object","properties":{"b":{"type":"string"}},"not":{"required":["c"]}}}}""", """{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"object","properties":{"b":{"type":"string"}},"additionalProperties":false}},"additionalProperties":false}""")]
    [InlineData("""{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}}""", null)]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"object","properties":{"kids":{"type":"array","items":{"$ref":"#/$defs/A"}}}}}}""", null)]
    [InlineData("""{"type":"object","properties":{"map":{"type":"object","additionalProperties":{"type":"string"}}}}""", null)]
    [InlineData("""{"type":"object"}""", null)]
    public void What_cannot_be_bound_is_the_input_of_a_tool(string schema, string? bound)
    {
        var sent = Json($$$$"""{"model":"m","messages":[{{{{Hello}}}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{{{schema}}}}}}}""");

        Assert.Equal(bound, sent["output_config"]?["format"]!["schema"]!.ToJsonString());
        Assert.Equal(bound is null ? schema : null, sent["tools"]?[0]!["input_schema"]!.ToJsonString());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_schema_that_says_a_part_of_it_again_and_again_is_walked_over_once()
    {
        await Task.Yield(); // the time-out is of what follows
        var parts = string.Join(',', Enumerable.Range(0, 12).Select(static i => $$"""
            "A{{i}}":{"anyOf":[{{string.Join(',', Enumerable.Repeat($$"""{"$ref":"#/$defs/A{{i + 1}}"}""", 40))}}]}
            """));

        var sent = Json($$$"""
            {"model":"m","messages":[{{{Hello}}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":
            {"type":"object","properties":{"a":{"$ref":"#/$defs/A0"}},"$defs":{{{{parts}}},"A12":{"type":"string"} } } } } }
            """);

        Assert.Equal("json_schema", (string?)sent["output_config"]!["format"]!["type"]);
    }

    [Fact]
    public void What_is_no_object_and_cannot_be_bound_is_asked_for_in_words()
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"array","items":{"type":"object"} } } } }""");

        Assert.Contains("fits this JSON schema", (string?)sent["system"]![0]!["text"]);
        Assert.Null(sent["tools"]);
    }

    [Fact]
    public void Calls_are_bound_to_the_schema_of_a_strict_tool_where_that_can_be()
    {
        const string Tools = """[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"string","maxLength":3}}}}},{"type":"function","function":{"name":"g","strict":true,"parameters":{"type":"object"}}}]""";
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],"tools":{{Tools}} }""");

        Assert.Equal((true, "(maxLength: 3)"), ((bool?)sent["tools"]![0]!["strict"], (string?)sent["tools"]![0]!["input_schema"]!["properties"]!["a"]!["description"]));
        Assert.Null(sent["tools"]![1]!["strict"]);
        Assert.Equal(["tools.strict"], _dropped.Names);
    }

    [Fact]
    public void A_model_that_cannot_be_bound_answers_with_a_tool()
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{} } } } }""", "claude-sonnet-4");

        Assert.Equal("json", (string?)sent["tools"]![0]!["name"]);
        Assert.Equal("""{"type":"tool","name":"json","disable_parallel_tool_use":true}""", sent["tool_choice"]!.ToJsonString());
        Assert.Null(sent["output_config"]);
    }

    [Fact]
    public void Json_without_a_schema_is_asked_for_in_words_behind_the_systems_own() => Assert.Equal(
        2,
        Json("""{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}],"response_format":{"type":"json_object"}}""")["system"]!.AsArray().Count);

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/png;base64,/9j/AA=="}}""", """{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/AA=="}}""")]
    [InlineData("""{"type":"image_url","image_url":{"url":"https://a.example/x.png"}}""", """{"type":"image","source":{"type":"url","url":"https://a.example/x.png"}}""")]
    [InlineData("""{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}}""", """{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="},"title":"a.pdf"}""")]
    [InlineData("""{"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,aGk="}}""", """{"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi"},"title":"a.txt"}""")]
    [InlineData("""{"type":"file","file":{"file_id":"file_1"}}""", """{"type":"document","source":{"type":"file","file_id":"file_1"}}""")]
    public void Images_and_documents(string part, string expected) =>
        Assert.Equal(expected, Text(Json($$"""{"model":"m","messages":[{"role":"user","content":[{{part}},{"type":"text","text":"x"}]}]}""")["messages"]![0]!["content"]![0]!));

    [Fact]
    public void An_image_in_a_tools_result_stays_in_it()
    {
        var sent = Json("""{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":""}}]},{"role":"tool","tool_call_id":"c","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw=="}}]}]}""");

        Assert.Equal("image", (string?)sent["messages"]![2]!["content"]![0]!["content"]![0]!["type"]);
    }

    [Theory]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}""", "recording")]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/tiff;base64,AAAA"}}""", "image/tiff")]
    [InlineData("""{"type":"file","file":{"file_data":"data:application/zip;base64,AAAA"}}""", "application/zip")]
    public void What_the_model_cannot_take_is_refused_with_its_name(string part, string named) =>
        Assert.Contains(named, Refusal($$"""{"model":"m","messages":[{"role":"user","content":[{{part}}]}]}""")!.Message);

    [Fact]
    public void More_than_one_answer_is_refused() => Assert.Contains("'n'", Refusal($$"""{"model":"m","n":2,"messages":[{{Hello}}]}""")!.Message);

    [Fact]
    public void A_begun_answer_ends_without_white_space_and_is_refused_where_the_endpoint_cannot_go_on()
    {
        const string Body = """{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"Sure: \n"}]}""";

        Assert.Equal("Sure:", (string?)Json(Body)["messages"]![1]!["content"]![0]!["text"]);
        Assert.NotNull(Refusal(Body, prefill: false));
    }

    [Theory]
    [InlineData("claude-opus-4-5", null, true)]
    [InlineData("claude-sonnet-4-6", null, false)]
    [InlineData("claude-haiku-5-5", null, false)]
    [InlineData("claude-mythos-preview", null, false)]
    [InlineData("claude-opus-4-6", true, true)]
    public void A_begun_answer_is_gone_on_with_by_models_before_4_6_or_as_the_endpoint_says(string model, bool? prefill, bool isTaken) =>
        Assert.Equal(isTaken, Run($$"""{"model":"m","messages":[{{Hello}},{"role":"assistant","content":"Sure"}]}""", model, prefill, user: null, body: null).Error is null);

    [Theory]
    [InlineData("claude-opus-5", "required", "any", "f g", "")]
    [InlineData("claude-opus-5-5", "required", "", "f g", "tool_choice")]
    [InlineData("claude-sonnet-5-5", """{"type":"function","function":{"name":"g"}}""", "", "f g", "tool_choice")]
    [InlineData("claude-fable-5-1", "required", "", "f g", "tool_choice")]
    [InlineData("claude-haiku-5-5", "required", "any", "f g", "")]
    [InlineData("claude-opus-5-5", "none", "none", "f g", "")]
    public void A_model_on_which_no_tool_can_be_forced_chooses_itself(string model, string choice, string sent, string tools, string dropped)
    {
        var said = choice.StartsWith('{') ? choice : $"\"{choice}\"";
        var body = Json($$"""{"model":"m","messages":[{{Hello}}],"tools":[{"type":"function","function":{"name":"f"} },{"type":"function","function":{"name":"g"} }],"tool_choice":{{said}} }""", model);

        Assert.Equal(sent, (string?)body["tool_choice"]?["type"] ?? "");
        Assert.Equal(tools, string.Join(' ', body["tools"]!.AsArray().Select(static t => (string?)t!["name"])));
        Assert.Equal(dropped, string.Join(',', _dropped.Names));
    }

    [Fact]
    public void A_form_that_can_neither_be_bound_nor_forced_is_asked_for_in_words()
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"x":{"$ref":"#"} } } } } }""", "claude-opus-5-5");

        Assert.Null(sent["tools"]);
        Assert.Contains("$ref", (string?)sent["system"]![0]!["text"]);
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":"x"},{"role":"user","content":"y"}""", ". x y")]
    [InlineData("""{"role":"system","content":"only"}""", "only")]
    [InlineData("""{"role":"user","content":" "}""", ".")]
    public void A_prompt_always_begins_with_the_users_turn(string messages, string texts)
    {
        var turns = Json($$"""{"model":"m","messages":[{{messages}}]}""")["messages"]!.AsArray();

        Assert.Equal("user", (string?)turns[0]!["role"]);
        Assert.Equal(texts, string.Join(' ', turns.Select(static t => (string?)t!["content"]![0]!["text"])));
    }

    [Fact]
    public void The_callers_marks_stand_alone_and_of_too_many_the_first_go()
    {
        const string Marked = """{"type":"text","text":"t","cache_control":{"type":"ephemeral","ttl":"1h"}}""";

        var one = Write($$"""{"model":"m","messages":[{"role":"system","content":[{{Marked}}]},{{Hello}}]}""");
        var six = Json($$"""{"model":"m","messages":[{"role":"user","content":[{{string.Join(',', Enumerable.Repeat(Marked, 6))}}]}]}""");

        Assert.Equal(1, one.Split("cache_control").Length - 1);
        Assert.Contains("\"ttl\":\"1h\"", one);
        Assert.Equal([false, false, true, true, true, true], six["messages"]![0]!["content"]!.AsArray().Select(static c => c!["cache_control"] is not null));
    }

    [Theory]
    [InlineData("5m", "1h", "5m", "1h 1h 1h 5m")]
    [InlineData("1h", "5m", "5m", "1h 1h 5m 5m")]
    [InlineData("5m", "5m", "5m", "5m 5m 5m 5m")]
    public void No_mark_of_an_hour_stands_behind_a_shorter_one(string first, string second, string third, string sent)
    {
        string Part(string ttl) => $$$"""{"type":"text","text":"t","cache_control":{"type":"ephemeral","ttl":"{{{ttl}}}"}}""";
        var body = Json($$$"""
            {"model":"m","tools":[{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral","ttl":"5m"}}],
            "messages":[{"role":"system","content":[{{{Part(first)}}}]},{"role":"user","content":[{{{Part(second)}}},{{{Part(third)}}}]}]}
            """);

        JsonNode?[] marked = [.. body["tools"]!.AsArray(), .. body["system"]!.AsArray(), .. body["messages"]![0]!["content"]!.AsArray()];
        Assert.Equal(sent, string.Join(' ', marked.Select(static m => m!["cache_control"]!["ttl"])));
    }

    [Fact]
    public void A_longer_conversation_has_the_shorter_one_as_its_prefix_but_for_marks()
    {
        const string First = """{"role":"system","content":"s"},{"role":"user","content":"a"}""";
        const string Tools = """ "tools":[{"type":"function","function":{"name":"f"}}] """;

        var shorter = Write($$"""{"model":"m","messages":[{{First}}],{{Tools}}}""");
        var longer = Write($$"""{"model":"m","messages":[{{First}},{"role":"assistant","content":"b"},{"role":"user","content":"c"}],{{Tools}}}""");

        Assert.StartsWith(shorter[..^2], longer);
        Assert.Equal(4, longer.Split("cache_control").Length - 1);
    }

    [Fact]
    public void Limits_stops_tier_and_user()
    {
        var sent = Json($$"""{"model":"m","max_tokens":99999,"stop":["a"," "],"service_tier":"default","user":"u","metadata":{"x":"y"},"messages":[{{Hello}}]}""", user: "hashed");

        Assert.Equal(32_000, (int?)sent["max_tokens"]);
        Assert.Equal("""["a"]""", sent["stop_sequences"]!.ToJsonString());
        Assert.Equal("standard_only", (string?)sent["service_tier"]);
        Assert.Equal("""{"user_id":"hashed"}""", sent["metadata"]!.ToJsonString());
        Assert.Equal(["stop", "metadata"], _dropped.Names);
    }

    [Fact]
    public void Another_host_has_the_version_in_the_body_and_the_model_out_of_it() =>
        Assert.StartsWith("""{"anthropic_version":"vertex-2023-10-16","max_tokens":""", Write($$"""{"model":"m","messages":[{{Hello}}]}""", body: new(HasModel: false, "vertex-2023-10-16")));

    private static string Text(JsonNode node) => node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private JsonObject Json(string chat, string model = "claude-opus-4-1", string? user = null) => JsonNode.Parse(Write(chat, model, user))!.AsObject();

    private string Write(string chat, string model = "claude-opus-4-1", string? user = null, AnthropicBody? body = null)
    {
        var (sent, error) = Run(chat, model, prefill: null, user, body);
        Assert.Null(error);
        return sent;
    }

    private GatewayError? Refusal(string chat, bool? prefill = null) => Run(chat, "claude-opus-4-1", prefill, user: null, body: null).Error;

    private (string Sent, GatewayError? Error) Run(string chat, string model, bool? prefill, string? user, AnthropicBody? body)
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
            Prefill = prefill,
        };
        var output = new ArrayBufferWriter<byte>();
        var unsaid = AnthropicNeutralWriter.Write(neutral!, new(endpoint, JsonText.Quote(model), null, user), output, _dropped, body ?? AnthropicBody.Usual);
        return (Encoding.UTF8.GetString(output.WrittenSpan), unsaid);
    }
}
