using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Core.Shared;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Gemini;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class GeminiWriterTests
{
    private const string Hello = """{"role":"user","content":"hi"}""";

    private readonly DroppedParameters _dropped = new();

    [Fact]
    public void A_plain_request_has_the_system_apart_and_neither_model_nor_stream_in_it()
    {
        var sent = Write("""{"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"stream":true,"max_tokens":9,"temperature":0.5}""");

        Assert.Equal("""{"systemInstruction":{"parts":[{"text":"be brief"}]},"contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":{"temperature":0.5,"maxOutputTokens":9}}""", sent);
        Assert.Empty(_dropped.Names);
    }

    [Fact]
    public void Neighbours_of_one_role_share_a_content_empty_texts_are_left_out_and_a_begun_answer_stands_last()
    {
        var contents = Contents("""{"role":"user","content":"a"},{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"b"}]},{"role":"assistant","content":"c"},{"role":"system","content":"d"},{"role":"assistant","content":"e"}""");

        Assert.Equal(["user a b", "model c", "user d", "model e"], contents.Select(static c => $"{c!["role"]} {string.Join(' ', c["parts"]!.AsArray().Select(static p => (string?)p!["text"]))}"));
    }

    [Fact]
    public void A_prompt_that_the_model_begins_is_opened_by_the_user()
    {
        var contents = Contents("""{"role":"assistant","content":"Welcome"},{"role":"user","content":"hi"}""");

        Assert.Equal(["user .", "model Welcome", "user hi"], contents.Select(static c => $"{c!["role"]} {c["parts"]![0]!["text"]}"));
    }

    [Fact]
    public void A_blank_word_of_the_users_is_no_answer_to_go_on_with()
    {
        var contents = Contents("""{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":""}""");

        Assert.Equal(["user a", "model b", "user ."], contents.Select(static c => $"{c!["role"]} {c["parts"]![0]!["text"]}"));
    }

    [Fact]
    public void Gemma_is_told_the_system_message_by_the_user()
    {
        var sent = Json("""{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"a"}]}""", "gemma-3-27b-it");

        Assert.Null(sent["systemInstruction"]);
        Assert.Equal("""[{"role":"user","parts":[{"text":"s"},{"text":"a"}]}]""", Text(sent["contents"]!));
    }

    [Fact]
    public void Results_go_into_one_content_in_the_order_of_their_calls_with_names_and_as_objects()
    {
        var contents = Contents(ToolTurn);

        Assert.Equal("""[{"functionCall":{"id":"c1","name":"f","args":{"x":1}}},{"functionCall":{"id":"c2","name":"g","args":{}}}]""", Text(contents[1]!["parts"]!));
        Assert.Equal("""[{"functionResponse":{"id":"c1","name":"f","response":{"ok":true}}},{"functionResponse":{"id":"c2","name":"g","response":{"result":"two"}}}]""", Text(contents[2]!["parts"]!));
    }

    [Fact]
    public void Vertex_is_sent_no_ids_of_calls()
    {
        var contents = Contents(ToolTurn, host: GeminiHost.Vertex);

        Assert.DoesNotContain("\"id\"", Text(contents));
    }

    [Fact]
    public void A_result_without_a_call_is_refused_by_name_of_its_field() =>
        Assert.Contains("messages[1].tool_call_id", Refusal($$"""{"model":"m","messages":[{{Hello}},{"role":"tool","tool_call_id":"c9","content":"x"}]}""")!.Message);

    [Fact]
    public void Signatures_go_back_on_the_parts_that_they_came_with()
    {
        var contents = Contents($$$"""
            {{{Hello}}},{"role":"assistant","content":"so","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"T/+==","format":"google-gemini-v1"},
            {"type":"reasoning.encrypted","data":"A/+==","id":"c1","format":"google-gemini-v1"},{"type":"reasoning.encrypted","data":"E/+==","format":"google-gemini-v1"},{"type":"reasoning.encrypted","data":"no","format":"openai-responses-v1"}],
            "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]}
            """);

        Assert.Equal(
            """[{"text":"hm","thought":true,"thoughtSignature":"T/+=="},{"text":"so","thoughtSignature":"E/+=="},{"functionCall":{"id":"c1","name":"f","args":{}},"thoughtSignature":"A/+=="},{"functionCall":{"id":"c2","name":"g","args":{}}}]""",
            Text(contents[1]!["parts"]!));
    }

    [Theory]
    [InlineData("gemini-3-pro-preview", "skip_thought_signature_validator")]
    [InlineData("gemini-2.5-pro", null)]
    public void A_call_of_another_model_is_excused_from_its_signature_where_one_is_asked_for(string model, string? signature)
    {
        var parts = Contents(ToolTurn, model)[1]!["parts"]!;

        Assert.Equal(signature, (string?)parts[0]!["thoughtSignature"]);
        Assert.Null(parts[1]!["thoughtSignature"]);
    }

    [Fact]
    public void Bytes_go_inline_with_their_type()
    {
        var contents = Contents("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},{"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}]}""");

        Assert.Equal("""[{"inlineData":{"mimeType":"image/png","data":"iVBO"}},{"inlineData":{"mimeType":"application/pdf","data":"JVBE"}},{"inlineData":{"mimeType":"audio/wav","data":"UklG"}}]""", Text(contents[0]!["parts"]!));
    }

    [Theory]
    [InlineData("https://example.com/a.jpg", "Vertex", true)]
    [InlineData("gs://bucket/a.jpg", "Vertex", true)]
    [InlineData("https://example.com/a.jpg", "GeminiApi", false)]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/files/x.jpg", "GeminiApi", true)]
    public void An_address_is_passed_on_to_who_can_fetch_it(string address, string host, bool isSaid)
    {
        var chat = $$$"""{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{address}}}"}}]}]}""";

        var (sent, error) = Run(chat, "gemini-2.5-flash", Enum.Parse<GeminiHost>(host));

        Assert.Equal(isSaid, error is null);
        Assert.True(!isSaid || sent.Contains($$$"""{"fileData":{"mimeType":"image/jpeg","fileUri":"{{{address}}}"}}""", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gs://open/a.jpg", true)]
    [InlineData("gs://opened/a.jpg", false)]
    [InlineData("GS://other/open/a.jpg", false)]
    [InlineData("https://example.com/a.jpg", true)]
    public void Only_what_stands_in_a_bucket_that_the_operator_opens_is_left_to_the_provider(string address, bool isTaken)
    {
        var provider = new Provider { Id = "v", Name = "V", Dialect = Core.Catalog.Dialects.Vertex, Settings = ImmutableSortedDictionary<string, Secret>.Empty.Add("buckets", new("some, open")) };
        var endpoint = new Endpoint { Id = "v:m", Provider = provider, Model = new() { Id = "a/m", Name = "M" }, UpstreamModel = "gemini-2.5-flash", Tag = "v", Prices = PriceSheet.Free };
        var media = new MediaPart(MediaKind.Image, new MediaSource { Url = address });

        Assert.Equal(isTaken, ProviderFormats.For(endpoint).TakesUrlOf(media, endpoint));
    }

    [Fact]
    public void A_bucket_is_no_file_of_the_provider()
    {
        var (_, error) = Run("""{"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"gs://secret/a.pdf"}}]}]}""", "gemini-2.5-flash", GeminiHost.Vertex);

        Assert.Contains("another provider", error!.Message);
    }

    [Theory]
    [InlineData("\"auto\"", """{"mode":"AUTO"}""")]
    [InlineData("\"none\"", """{"mode":"NONE"}""")]
    [InlineData("\"required\"", """{"mode":"ANY"}""")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", """{"mode":"ANY","allowedFunctionNames":["f"]}""")]
    public void The_choice_of_a_tool_is_a_mode(string choice, string config)
    {
        var sent = Json($$$"""{"model":"m","messages":[{{{Hello}}}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{{{choice}}}}""");

        Assert.Equal(config, Text(sent["toolConfig"]!["functionCallingConfig"]!));
        Assert.Equal("""[{"functionDeclarations":[{"name":"f","description":""}]}]""", Text(sent["tools"]!));
    }

    [Theory]
    [InlineData("""{"type":"object","$schema":"x","additionalProperties":false,"properties":{"a":{"type":["string","null"],"minLength":2}},"required":["a","b"]}""", """{"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true,"minLength":"2"}},"required":["a"]}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"object","properties":{"next":{"$ref":"#/$defs/A"}}}}}""", """{"type":"OBJECT","properties":{"a":{"type":"OBJECT","properties":{"next":{"type":"OBJECT"}}}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"const":5},"b":{"enum":[1,2]},"c":{"oneOf":[{"type":"integer"},{"type":"string"}]},"d":{"type":["integer","boolean"]}}}""", """{"type":"OBJECT","properties":{"a":{"type":"INTEGER","minimum":5,"maximum":5},"b":{"type":"INTEGER","description":"One of 1, 2.","minimum":1,"maximum":2},"c":{"anyOf":[{"type":"INTEGER"},{"type":"STRING"}]},"d":{"anyOf":[{"type":"INTEGER"},{"type":"BOOLEAN"}]}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"null"}]},"any":{}}}}}""", """{"type":"OBJECT","properties":{"a":{"type":"OBJECT","properties":{"next":{"type":"OBJECT","nullable":true},"any":{"type":"STRING"}}}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","enum":["","x"]},"b":{"enum":[""]}}}""", """{"type":"OBJECT","properties":{"a":{"type":"STRING","enum":["x"]},"b":{"type":"STRING"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"enum":["x",1.5,null]},"b":{"type":"number","enum":[0.5,-1],"description":"How much."}}}""", """{"type":"OBJECT","properties":{"a":{"anyOf":[{"type":"STRING","nullable":true,"enum":["x"]},{"type":"NUMBER","nullable":true,"minimum":1.5,"maximum":1.5}]},"b":{"type":"NUMBER","description":"How much. One of 0.5, -1.","minimum":-1,"maximum":0.5}}}""")]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"type":"array"}}},{"required":["a"]}]}""", """{"type":"OBJECT","properties":{"a":{"type":"ARRAY","items":{"type":"STRING"}}},"required":["a"]}""")]
    public void A_schema_is_put_into_the_subset(string schema, string expected)
    {
        var sent = Json($$$$"""{"model":"m","messages":[{{{{Hello}}}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{{{schema}}}}}}}""");

        Assert.Equal("application/json", (string?)sent["generationConfig"]!["responseMimeType"]);
        Assert.Equal(expected, Text(sent["generationConfig"]!["responseSchema"]!));
    }

    [Fact]
    public void A_schema_whose_references_make_it_huge_is_cut()
    {
        var words = string.Join(',', Enumerable.Range(0, 5_000).Select(static i => $"\"word {i} of many\""));
        var uses = string.Join(',', Enumerable.Range(0, 1_000).Select(static i => $$"""
            "p{{i}}":{"$ref":"#/$defs/Words"}
            """));

        var sent = Json($$$"""
            {"model":"m","messages":[{{{Hello}}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":
            {"type":"object","properties":{{{{uses}}}},"$defs":{"Words":{"enum":[{{{words}}}]} } } } } }
            """);

        var properties = sent["generationConfig"]!["responseSchema"]!["properties"]!;
        Assert.Equal((5_000, "OBJECT"), (properties["p0"]!["enum"]!.AsArray().Count, (string?)properties["p999"]!["type"]));
        Assert.InRange(Text(properties).Length, 1_000_000, 2_000_000);
    }

    [Fact]
    public void A_schema_of_many_forms_in_each_other_is_not_made_whole_before_it_is_cut()
    {
        var levels = string.Join(',', Enumerable.Range(0, 5).Select(static level => $$"""
            "A{{level}}":{"anyOf":[{{string.Join(',', Enumerable.Repeat($$"""{"$ref":"#/$defs/A{{level + 1}}"}""", 2_000))}}]}
            """));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var sent = Json($$$"""
            {"model":"m","messages":[{{{Hello}}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":
            {"type":"object","properties":{"a":{"$ref":"#/$defs/A0"}},"$defs":{{{{levels}}},"A5":{"type":"string"} } } } } }
            """);

        Assert.NotNull(sent["generationConfig"]!["responseSchema"]!["properties"]!["a"]!["anyOf"]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    [Theory]
    [InlineData("gemini-2.5-pro", """{"effort":"high"}""", """{"thinkingBudget":32768,"includeThoughts":true}""")]
    [InlineData("gemini-2.5-pro", """{"effort":"none"}""", """{"thinkingBudget":128,"includeThoughts":false}""")]
    [InlineData("gemini-2.5-flash", """{"effort":"none"}""", """{"thinkingBudget":0,"includeThoughts":false}""")]
    [InlineData("gemini-2.5-flash", """{"max_tokens":2000,"exclude":true}""", """{"thinkingBudget":2000,"includeThoughts":false}""")]
    [InlineData("gemini-2.5-flash", """{"enabled":true}""", """{"thinkingBudget":-1,"includeThoughts":true}""")]
    [InlineData("gemini-3-pro-preview", """{"effort":"medium"}""", """{"thinkingLevel":"HIGH","includeThoughts":true}""")]
    [InlineData("gemini-3-flash-preview", """{"effort":"minimal"}""", """{"thinkingLevel":"MINIMAL","includeThoughts":true}""")]
    [InlineData("gemini-3.6-flash", """{"effort":"minimal"}""", """{"thinkingLevel":"MINIMAL","includeThoughts":true}""")]
    [InlineData("gemini-3.7-flash", """{"effort":"minimal"}""", """{"thinkingLevel":"LOW","includeThoughts":true}""")]
    [InlineData("gemini-3.8-flash", """{"effort":"none"}""", """{"thinkingLevel":"LOW","includeThoughts":false}""")]
    [InlineData("gemini-flash-latest", """{"effort":"minimal"}""", """{"thinkingLevel":"LOW","includeThoughts":true}""")]
    [InlineData("gemini-3.5-flash", """{"effort":"xhigh"}""", """{"thinkingLevel":"HIGH","includeThoughts":true}""")]
    [InlineData("gemini-2.0-flash", """{"effort":"high"}""", null)]
    public void Reasoning_is_a_budget_or_a_level_as_the_model_has_it(string model, string reasoning, string? config)
    {
        var sent = Json($$$"""{"model":"m","messages":[{{{Hello}}}],"reasoning":{{{reasoning}}}}""", model);

        Assert.Equal(config, sent["generationConfig"]!["thinkingConfig"] is { } thinking ? Text(thinking) : null);
    }

    [Theory]
    [InlineData("gemini-2.0-flash", "gemini", "temperature,topP,topK,frequencyPenalty,presencePenalty", "")]
    [InlineData("gemini-2.5-flash", "gemini", "temperature,topP,topK", "frequency_penalty,presence_penalty")]
    [InlineData("gemini-2.5-flash", "vertex", "temperature,topP,topK,frequencyPenalty,presencePenalty", "")]
    [InlineData("gemini-3.5-flash", "vertex", "temperature,topP,topK", "frequency_penalty,presence_penalty")]
    [InlineData("gemini-3.5-flash-lite", "gemini", "", "temperature,top_p,top_k,frequency_penalty,presence_penalty")]
    [InlineData("gemini-3.8-flash", "vertex", "", "temperature,top_p,top_k,frequency_penalty,presence_penalty")]
    [InlineData("gemini-flash-latest", "gemini", "", "temperature,top_p,top_k,frequency_penalty,presence_penalty")]
    public void Sampling_that_a_model_ignores_or_refuses_is_left_out_and_reported(string model, string host, string sent, string dropped)
    {
        var config = JsonNode.Parse(Write($$"""{"model":"m","messages":[{{Hello}}],"temperature":1,"top_p":0.9,"top_k":5,"presence_penalty":1,"frequency_penalty":-1}""", model, HostOf(host)))!["generationConfig"]!;

        Assert.Equal(sent, string.Join(',', config.AsObject().Select(static m => m.Key)));
        Assert.Equal(dropped, string.Join(',', _dropped.Names));
    }

    [Fact]
    public void A_penalty_of_nothing_is_not_sent_and_not_missed()
    {
        Assert.Empty(Json($$"""{"model":"m","messages":[{{Hello}}],"presence_penalty":0,"frequency_penalty":0}""")["generationConfig"]!.AsObject());
        Assert.Empty(_dropped.Names);
    }

    [Theory]
    [InlineData("gemini-3.5-flash", false)]
    [InlineData("gemini-3.5-flash-lite", true)]
    [InlineData("gemini-3.6-flash", true)]
    [InlineData("gemini-flash-latest", true)]
    public void A_begun_answer_is_refused_by_models_that_do_not_go_on_with_it(string model, bool isRefused) => Assert.Equal(
        isRefused, Refusal($$"""{"model":"m","messages":[{{Hello}},{"role":"assistant","content":"Well"}]}""", model)?.Message.Contains("'messages'") == true);

    [Theory]
    [InlineData("gemini-2.5-flash", "gemini", false)]
    [InlineData("gemini-3.1-flash-lite", "gemini", true)]
    [InlineData("gemini-3.1-pro-preview", "vertex", false)]
    public void Several_answers_are_refused_where_the_model_gives_one(string model, string host, bool isRefused) =>
        Assert.Equal(isRefused, Run($$"""{"model":"m","messages":[{{Hello}}],"n":2}""", model, HostOf(host)).Error?.Message.Contains("'n'") == true);

    [Fact]
    public void Sampling_and_form_of_the_answer()
    {
        var sent = Json($$"""{"model":"m","messages":[{{Hello}}],"top_p":0.9,"top_k":5,"seed":4294967301,"stop":["a"],"n":2,"presence_penalty":1,"frequency_penalty":-1,"logprobs":true,"top_logprobs":3,"modalities":["text","image"],"image_config":{"aspect_ratio":"16:9"},"response_format":{"type":"json_object"} }""", "gemini-2.0-flash");

        Assert.Equal(
            """{"topP":0.9,"topK":5,"frequencyPenalty":-1,"presencePenalty":1,"seed":5,"responseLogprobs":true,"logprobs":3,"stopSequences":["a"],"candidateCount":2,"responseMimeType":"application/json","responseModalities":["TEXT","IMAGE"],"imageConfig":{"aspectRatio":"16:9"}}""",
            Text(sent["generationConfig"]!));
    }

    [Fact]
    public void Safety_and_cached_content_pass_and_what_is_cached_is_not_said_again()
    {
        var sent = Json("""{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}],"safety_settings":[{"category":"X","threshold":"OFF"}],"cached_content":"cachedContents/1","foo":1}""");

        Assert.Equal("OFF", (string?)sent["safetySettings"]![0]!["threshold"]);
        Assert.Equal("cachedContents/1", (string?)sent["cachedContent"]);
        Assert.Equal((null, null), (sent["systemInstruction"], sent["tools"]));
        Assert.Equal(["foo"], _dropped.Names);
    }

    [Theory]
    [InlineData(""" "stop":["a","b","c","d","e","f"] """, "stop")]
    [InlineData(""" "n":9 """, "n")]
    public void What_the_model_cannot_do_is_refused(string members, string field) =>
        Assert.Contains($"'{field}'", Refusal($$$"""{"model":"m","messages":[{{{Hello}}}],{{{members}}}}""")!.Message);

    [Fact]
    public void Before_the_third_generation_a_form_beside_tools_is_asked_for_in_words()
    {
        var sent = Json("""{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"hi"}],"response_format":{"type":"json_object"},"tools":[{"type":"function","function":{"name":"f"}}]}""");

        Assert.Equal(["s", "Answer with one JSON object and with nothing else, not even a code fence."], sent["systemInstruction"]!["parts"]!.AsArray().Select(static p => (string?)p!["text"]));
        Assert.NotNull(sent["tools"]);
        Assert.Null(sent["generationConfig"]!["responseMimeType"]);
    }

    [Fact]
    public void A_prompt_in_which_nobody_speaks_has_a_turn_of_the_user() =>
        Assert.Equal("""[{"role":"user","parts":[{"text":"."}]}]""", Text(Contents("""{"role":"user","content":""}""")));

    [Fact]
    public void A_film_by_its_bytes() => Assert.Equal(
        """{"inlineData":{"mimeType":"video/webm","data":"AAAA"}}""",
        Text(Contents("""{"role":"user","content":[{"type":"input_video","input_video":{"data":"AAAA","format":"webm"}}]}""")[0]!["parts"]![0]!));

    [Fact]
    public void A_budget_leaves_room_for_an_answer() => Assert.Equal(
        950,
        (long?)Json($$"""{"model":"m","messages":[{{Hello}}],"max_tokens":1000,"reasoning":{"max_tokens":5000} }""")["generationConfig"]!["thinkingConfig"]!["thinkingBudget"]);

    [Fact]
    public void Tools_and_a_form_of_the_answer_go_together_from_the_third_generation_on() =>
        Assert.NotNull(Json($$$"""{"model":"m","messages":[{{{Hello}}}],"response_format":{"type":"json_object"},"tools":[{"type":"function","function":{"name":"f"}}]}""", "gemini-3-flash-preview")["tools"]);

    private const string ToolTurn = Hello + """
        ,{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},
        {"role":"tool","tool_call_id":"c2","content":"two"},{"role":"tool","tool_call_id":"c1","content":"{\"ok\":true}"}
        """;

    private static string Text(JsonNode node) => node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private JsonArray Contents(string messages, string model = "gemini-2.5-flash", GeminiHost host = GeminiHost.GeminiApi) =>
        JsonNode.Parse(Write($$"""{"model":"m","messages":[{{messages}}]}""", model, host))!["contents"]!.AsArray();

    private JsonObject Json(string chat, string model = "gemini-2.5-flash") => JsonNode.Parse(Write(chat, model))!.AsObject();

    private string Write(string chat, string model = "gemini-2.5-flash", GeminiHost host = GeminiHost.GeminiApi)
    {
        var (sent, error) = Run(chat, model, host);
        Assert.Null(error);
        return sent;
    }

    private static GeminiHost HostOf(string dialect) => dialect == "vertex" ? GeminiHost.Vertex : GeminiHost.GeminiApi;

    private GatewayError? Refusal(string chat, string model = "gemini-2.5-flash") => Run(chat, model, GeminiHost.GeminiApi).Error;

    private (string Sent, GatewayError? Error) Run(string chat, string model, GeminiHost host)
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
        var unsaid = GeminiNeutralWriter.Write(neutral!, new(endpoint, JsonText.Quote(model), null, null), host, output, _dropped);
        return (Encoding.UTF8.GetString(output.WrittenSpan), unsaid);
    }
}
