using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Providers.Simulator;

namespace Turnpike.EndToEnd.Simulator;

public sealed class SimulatorTests : IDisposable
{
    private const string Weather = """
        {"type":"function","function":{"name":"get_weather","parameters":{"type":"object","required":["city","days"],
          "properties":{"city":{"type":"string","enum":["Oslo","Rome"]},"days":{"type":"integer","minimum":2},"unit":{"type":"string"}}}}}
        """;

    private readonly SimulatorHarness _simulator = new();

    public void Dispose() => _simulator.Dispose();

    [Fact]
    public void The_catalogue_says_plainly_that_it_is_a_simulator()
    {
        Assert.Equal(["turnpike/echo", "turnpike/lorem", "turnpike/echo:free", "turnpike/lorem:free"], BuiltInCatalog.Models.Select(m => m.Id));
        Assert.All(BuiltInCatalog.Models, m => Assert.Contains("simulator, not a language model", m.Description, StringComparison.Ordinal));
        Assert.All(BuiltInCatalog.Endpoints, e => Assert.Equal(e.Model.IsFreeVariant, e.Prices.IsFree));
    }

    [Fact]
    public async Task Echo_says_back_the_last_user_message_with_its_parts_joined()
    {
        var answer = await _simulator.AskAsync("""
            {"model":"echo","messages":[{"role":"user","content":"first"},{"role":"assistant","content":"x"},{"role":"user","content":[
              {"type":"text","text":"see "},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"text","text":" ü€😀"}]}]}
            """);

        Assert.Equal("see [image] ü€😀", (string)answer["choices"]![0]!["message"]!["content"]!);
        Assert.Equal("stop", (string)answer["choices"]![0]!["finish_reason"]!);
        Assert.Equal("chat.completion", (string)answer["object"]!);
    }

    [Fact]
    public async Task Usage_counts_a_token_for_every_four_bytes_of_whole_characters()
    {
        var answer = await _simulator.AskAsync("""{"model":"echo","messages":[{"role":"system","content":"abcd"},{"role":"user","content":"12345678 é"}]}""");

        Assert.Equal(4, (int)answer["usage"]!["prompt_tokens"]!);
        Assert.Equal(3, (int)answer["usage"]!["completion_tokens"]!);
        Assert.Equal(7, (int)answer["usage"]!["total_tokens"]!);
    }

    [Theory]
    [InlineData("""{"type":"json_object"}""", """{"echo":"say \"hi\""}""")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","required":["a"],"properties":{"a":{"type":"boolean"}}}}}""", """{"a":false}""")]
    public async Task Json_is_answered_where_it_is_asked_for(string format, string expected)
    {
        var answer = await _simulator.AskAsync($$"""{"model":"echo","response_format":{{format}},"messages":[{"role":"user","content":"say \"hi\""}]}""");

        Assert.Equal(expected, (string)answer["choices"]![0]!["message"]!["content"]!);
    }

    [Theory]
    [InlineData("""{"$ref":"#/$defs/p","$defs":{"p":{"type":"object","required":["x"],"properties":{"x":{"type":"number","exclusiveMinimum":1}}}}}""", """{"x":1.5}""")]
    [InlineData("""{"type":"array","minItems":2,"items":{"type":"string","minLength":3}}""", """["xxx","xxx"]""")]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"string"}]}""", "null")]
    [InlineData("""{"allOf":[{"required":["a"],"properties":{"a":{"const":7}}},{"required":["b"],"properties":{"b":{"type":["string","null"]}}}]}""", """{"a":7,"b":""}""")]
    [InlineData("""{"type":"object","required":["day"],"properties":{"day":{"type":"string","format":"date"}}}""", """{"day":"1970-01-01"}""")]
    public async Task A_structured_answer_is_the_smallest_that_fits_its_schema(string schema, string expected)
    {
        var answer = await _simulator.AskAsync(
            $$$"""{"model":"echo","response_format":{"type":"json_schema","json_schema":{"schema":{{{schema}}},"name":"n"}},"messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal(expected, (string)answer["choices"]![0]!["message"]!["content"]!);
    }

    [Theory]
    [InlineData("\"required\"", "anything")]
    [InlineData("""{"type":"function","function":{"name":"get_weather"}}""", "anything")]
    [InlineData("\"auto\"", "please call get_weather now")]
    public async Task A_tool_is_called_with_arguments_that_fit_its_schema(string choice, string message)
    {
        var answer = await _simulator.AskAsync(
            $$"""{"model":"echo","tools":[{{Weather}}],"tool_choice":{{choice}},"messages":[{"role":"user","content":"{{message}}"}]}""");

        var call = answer["choices"]![0]!["message"]!["tool_calls"]![0]!;
        Assert.Equal("get_weather", (string)call["function"]!["name"]!);
        Assert.Equal("""{"city":"Oslo","days":2}""", (string)call["function"]!["arguments"]!);
        Assert.Equal("tool_calls", (string)answer["choices"]![0]!["finish_reason"]!);
    }

    [Fact]
    public async Task After_a_tools_result_it_answers_with_text()
    {
        var answer = await _simulator.AskAsync($$$"""
            {"model":"echo","tools":[{{{Weather}}}],"tool_choice":"required","messages":[{"role":"user","content":"call get_weather"},
              {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"get_weather","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"c","content":"sunny"}]}
            """);

        Assert.Equal("sunny", (string)answer["choices"]![0]!["message"]!["content"]!);
    }

    [Fact]
    public async Task Streamed_arguments_come_in_pieces_that_make_the_whole()
    {
        var events = await _simulator.StreamAsync(
            $$"""{"model":"echo","stream":true,"tools":[{{Weather}}],"tool_choice":"required","messages":[{"role":"user","content":"x"}]}""");

        var calls = events.SkipLast(1).Select(static e => JsonNode.Parse(e)!["choices"]![0]!["delta"]!["tool_calls"]?[0]).Where(static c => c is not null).ToList();
        Assert.Equal("get_weather", (string)calls[0]!["function"]!["name"]!);
        Assert.True(calls.Count > 3);
        Assert.Equal("""{"city":"Oslo","days":2}""", string.Concat(calls.Select(static c => (string)c!["function"]!["arguments"]!)));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(""","stream_options":{"include_usage":true}""", true)]
    public async Task A_stream_has_a_usage_chunk_only_where_it_is_asked_for(string options, bool expected)
    {
        var events = await _simulator.StreamAsync($$"""{"model":"echo","stream":true{{options}},"messages":[{"role":"user","content":"hello world"}]}""");

        Assert.Equal("[DONE]", events[^1]);
        var chunks = events.SkipLast(1).Select(static e => JsonNode.Parse(e)!).ToList();
        Assert.Equal("hello world", string.Concat(chunks.Select(static c => (string?)c["choices"]!.AsArray().FirstOrDefault()?["delta"]!["content"])));
        Assert.Equal(expected, chunks[^1]["choices"]!.AsArray().Count == 0);
        Assert.Equal(expected ? 3 : null, (int?)chunks[^1]["usage"]?["completion_tokens"]);
    }

    [Theory]
    [InlineData("""{"model":"lorem","max_tokens":5,"messages":[{"role":"user","content":"x"}]}""", 5, "length")]
    [InlineData("""{"model":"lorem","max_completion_tokens":7,"messages":[{"role":"user","content":"200 tokens"}]}""", 7, "length")]
    [InlineData("""{"model":"lorem","messages":[{"role":"user","content":"200 tokens, 100000 tokens/s"}]}""", 200, "stop")]
    [InlineData("""{"model":"lorem","messages":[{"role":"user","content":"x"}]}""", 128, "stop")]
    [InlineData("""{"model":"echo","max_tokens":1,"messages":[{"role":"user","content":"hello"}]}""", 1, "length")]
    [InlineData("""{"model":"echo","max_tokens":2,"messages":[{"role":"user","content":"hello"}]}""", 2, "stop")]
    [InlineData("""{"model":"echo","stop":["lo"],"messages":[{"role":"user","content":"hello"}]}""", 1, "stop")]
    public async Task An_answer_is_as_long_as_was_wished_and_allowed(string request, int tokens, string finishReason)
    {
        var answer = await _simulator.AskAsync(request);

        Assert.Equal(tokens, (int)answer["usage"]!["completion_tokens"]!);
        Assert.Equal(finishReason, (string)answer["choices"]![0]!["finish_reason"]!);
    }

    [Fact]
    public async Task The_same_seed_writes_the_same_text_and_another_seed_another()
    {
        Task<JsonNode> Ask(int seed) => _simulator.AskAsync($$"""{"model":"lorem","seed":{{seed}},"messages":[{"role":"user","content":"x"}]}""");

        var texts = await Task.WhenAll(Ask(1), Ask(1), Ask(2));

        var contents = texts.Select(static t => (string)t["choices"]![0]!["message"]!["content"]!).ToList();
        Assert.Equal(contents[0], contents[1]);
        Assert.NotEqual(contents[0], contents[2]);
    }

    [Theory]
    [InlineData("""{"model":"echo"}""", 400, "messages")]
    [InlineData("""{"model":"echo","messages":[]}""", 400, "messages")]
    [InlineData("""{"model":"echo","messages":[{"role":"robot","content":"x"}]}""", 400, "messages[0].role")]
    [InlineData("""{"model":"echo","messages":[{"role":"user","content":7}]}""", 400, "messages[0].content")]
    [InlineData("""{"model":"echo","n":2,"messages":[{"role":"user","content":"x"}]}""", 400, "n")]
    [InlineData("""{"model":"echo","max_tokens":0,"messages":[{"role":"user","content":"x"}]}""", 400, "max_tokens")]
    [InlineData("""{"model":"echo","tools":[{"type":"function"}],"messages":[{"role":"user","content":"x"}]}""", 400, "tools[0].function")]
    [InlineData("""{"model":"gpt-9","messages":[{"role":"user","content":"x"}]}""", 404, "model")]
    [InlineData("""{"model":""", 400, null)]
    public async Task A_bad_request_is_refused_as_OpenAI_refuses_it(string request, int status, string? param)
    {
        using var response = await _simulator.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal(param, (string?)error["param"]);
        Assert.Equal("invalid_request_error", (string)error["type"]!);
    }

    [Fact]
    public async Task A_wished_pace_is_kept_and_cancelling_ends_the_wait_at_once()
    {
        var clock = new ManualTimeProvider();
        using var simulator = new SimulatorHarness(clock);
        using var response = await simulator.SendAsync("""{"model":"lorem","stream":true,"messages":[{"role":"user","content":"10 tokens, 2 tokens/s, after 300 ms"}]}""");
        var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[64 << 10];

        var first = Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer));
        var second = stream.ReadAsync(buffer).AsTask();
        Assert.False(second.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(300));
        var token = Encoding.UTF8.GetString(buffer, 0, await second);
        using var cancellation = new CancellationTokenSource();
        var third = stream.ReadAsync(buffer, cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        Assert.Contains("\"role\":\"assistant\"", first, StringComparison.Ordinal);
        Assert.Contains("\"content\":", token, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.Equal(0, clock.PendingTimers);
    }
}
