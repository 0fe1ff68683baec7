using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Dialects.OpenAIResponses;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>What a chat request becomes for a provider of the Responses API.</summary>
public sealed class ResponsesWriterTests
{
    [Fact]
    public void Messages_become_items_and_reasoning_stands_before_the_call_that_it_led_to()
    {
        var (body, _) = Write("""
            {"model":"m","messages":[{"role":"system","content":"Be short."},{"role":"user","content":[{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
            {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},{"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}]},
            {"role":"assistant","content":"Let me see.","reasoning_details":[{"type":"reasoning.summary","summary":"Thin","id":"rs_1","format":"openai-responses-v1","index":0},{"type":"reasoning.summary","summary":"king","id":"rs_1","format":"openai-responses-v1","index":0},
            {"type":"reasoning.encrypted","data":"gAAA/+==","id":"rs_1","format":"openai-responses-v1","index":0},{"type":"reasoning.text","text":"foreign","signature":"sig","format":"anthropic-claude-v1","index":1}],
            "tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"call_1","content":"sunny"}]}
            """);

        Assert.Equal(
            """
            [{"role":"system","content":"Be short."},
            {"role":"user","content":[{"type":"input_text","text":"What?"},{"type":"input_image","detail":"low","image_url":"data:image/png;base64,AAAA"},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"},{"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}]},
            {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Thinking"}],"encrypted_content":"gAAA/+=="},
            {"type":"message","role":"assistant","content":"Let me see."},
            {"type":"function_call","call_id":"call_1","name":"f","arguments":"{\"a\":1}"},
            {"type":"function_call_output","call_id":"call_1","output":"sunny"}]
            """.ReplaceLineEndings(""),
            body["input"]!.ToJsonString(Relaxed));
        Assert.False((bool)body["store"]!);
        Assert.Equal("""["reasoning.encrypted_content"]""", body["include"]!.ToJsonString());
    }

    [Fact]
    public void What_the_assistant_said_or_refused_is_one_text()
    {
        var (body, _) = Write("""
            {"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"refusal","refusal":"no"}]},{"role":"user","content":"y"}]}
            """);

        Assert.Equal("""{"type":"message","role":"assistant","content":"abno"}""", body["input"]![1]!.ToJsonString());
    }

    [Fact]
    public void Fields_take_their_names_here_and_what_has_none_is_reported()
    {
        var (body, dropped) = Write("""
            {"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":50,"temperature":0.5,"reasoning":{"effort":"high"},"verbosity":"low","stop":["a"],"seed":1,"logit_bias":{"1":1},"frequency_penalty":1,"stream":true,
            "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object"}}},"metadata":{"a":"b"},"parallel_tool_calls":false,
            "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}},{"type":"web_search"}],"tool_choice":{"type":"function","function":{"name":"f"}},"prompt_cache_key":"k","service_tier":"flex"}
            """);

        Assert.Equal("""{"format":{"type":"json_schema","name":"s","schema":{"type":"object"},"strict":true},"verbosity":"low"}""", body["text"]!.ToJsonString());
        Assert.Equal("""[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":false}]""", body["tools"]!.ToJsonString());
        Assert.Equal("""{"type":"function","name":"f"}""", body["tool_choice"]!.ToJsonString());
        Assert.Equal("""{"effort":"high","summary":"auto"}""", body["reasoning"]!.ToJsonString());
        Assert.Equal((50, 0.5, false, true, "k", "flex"), ((int)body["max_output_tokens"]!, (double)body["temperature"]!, (bool)body["parallel_tool_calls"]!, (bool)body["stream"]!, (string)body["prompt_cache_key"]!, (string)body["service_tier"]!));
        Assert.Equal(["frequency_penalty", "logit_bias", "metadata", "seed", "stop", "tools:web_search"], dropped.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("o3", "high", false)]
    [InlineData("gpt-5-mini", "low", false)]
    [InlineData("gpt-5.1", "none", true)]
    [InlineData("gpt-5.1", "low", false)]
    [InlineData("gpt-4o", "none", true)]
    [InlineData("grok-4", "low", true)]
    public void A_reasoning_model_is_not_sent_the_sampling_that_it_refuses(string model, string effort, bool takes)
    {
        var (body, dropped) = Write($$"""{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":1,"reasoning_effort":"{{effort}}"}""", model);

        Assert.Equal(takes, body["temperature"] is not null);
        Assert.Equal(!takes, dropped.Contains("temperature"));
        Assert.Equal(model == "gpt-4o", body["include"] is null);
    }

    [Theory]
    [InlineData(""" "n":2 """, "'n'")]
    [InlineData(""" "modalities":["text","image"] """, "'modalities'")]
    public void What_would_change_the_answer_is_refused(string members, string field) => Assert.Contains(
        field,
        new ResponsesProviderFormat().Write(ReadChat($$"""{"model":"m","messages":[{"role":"user","content":"x"}],{{members}} }"""), Target("m"), new ArrayBufferWriter<byte>(), new())!.Message);

    [Fact]
    public void Ids_of_calls_are_no_longer_than_they_are_taken_and_results_name_the_same()
    {
        var id = new string('x', 90);
        var (body, _) = Write($$"""{"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"{{id}}","type":"function","function":{"name":"f","arguments":"{}"} }]},{"role":"tool","tool_call_id":"{{id}}","content":"r"}]}""");

        Assert.Equal(64, ((string)body["input"]![1]!["call_id"]!).Length);
        Assert.Equal((string?)body["input"]![1]!["call_id"], (string?)body["input"]![2]!["call_id"]);
    }

    [Fact]
    public void A_film_cannot_be_said()
    {
        var request = ReadChat("""{"model":"m","messages":[{"role":"user","content":[{"type":"video_url","video_url":{"url":"https://v.example/a.mp4"}}]}]}""");

        Assert.Contains("film", new ResponsesProviderFormat().Write(request, Target("m"), new ArrayBufferWriter<byte>(), new())!.Message);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static UpstreamTarget Target(string model) =>
        new(TestCatalog.SwiftAtAcme with { UpstreamModel = model }, Encoding.UTF8.GetBytes($"\"{model}\""), null, null) { CacheKey = "k" };

    private static Gateway.Dialects.Neutral.NeutralRequest ReadChat(string chat)
    {
        var bytes = Encoding.UTF8.GetBytes(chat);
        var format = new ChatCallerFormat();
        Assert.True(format.TryRead(bytes, out var request, out var error), error?.Message);
        Assert.True(format.TryReadNeutral(bytes, request!, out var neutral, out error), error?.Message);
        return neutral!;
    }

    private static (JsonNode Body, IReadOnlyList<string> Dropped) Write(string chat, string model = "gpt-x")
    {
        var output = new ArrayBufferWriter<byte>();
        var dropped = new DroppedParameters();
        Assert.Null(new ResponsesProviderFormat().Write(ReadChat(chat), Target(model), output, dropped));
        return (JsonNode.Parse(output.WrittenSpan)!, dropped.Names);
    }
}
