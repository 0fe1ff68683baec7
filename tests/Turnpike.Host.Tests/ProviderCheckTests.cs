using System.Text.Json.Nodes;

namespace Turnpike.Host.Tests;

/// <summary><c>turnpike providers check ID</c> against a provider of Anthropic's dialect.</summary>
public sealed class ProviderCheckTests : IAsyncLifetime
{
    private readonly ScriptedProvider _provider = ScriptedProvider.Start();
    private readonly Workplace _place = new();

    public async ValueTask InitializeAsync() => await ConfigureAsync("");

    private Task ConfigureAsync(string more) => File.WriteAllTextAsync(
        Path.Combine(_place.Folder, "turnpike.json"),
        $$"""
        {
          "providers": [{ "id": "alpha", "dialect": "anthropic-messages", "baseUrl": "{{_provider.BaseUrl}}", "key": "sk-never-to-be-shown" }],
          "endpoints": [{ "provider": "alpha", "model": "test/plain", "upstreamModel": "claude-sonnet-4-5", "prices": { "prompt": 1, "completion": 2 }, "contextLength": 8192 }]{{more}}
        }
        """);

    public async ValueTask DisposeAsync()
    {
        await _place.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Everything_is_asked_once_and_judged_with_its_cost()
    {
        _provider.Otherwise(Answers);

        var check = await _place.RunAsync("providers", "check", "alpha", "--json");

        var live = check.Json["live"]!;
        Assert.Equal(
            ["plain pass", "stream pass", "usage pass", "tools pass", "json schema pass", "image not_expressible", "reasoning pass", "error pass"],
            live["checks"]!.AsArray().Select(static c => $"{c!["check"]} {c["state"]}"));
        Assert.Equal(0, check.ExitCode);
        Assert.Equal(0.0001m, (decimal)live["cost"]!); // five answers of 10 and 5 tokens
        Assert.Equal(1 + 6, _provider.Started);
        Assert.DoesNotContain("never-to-be-shown", check.Output + check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_wrong_fails_with_its_reason()
    {
        _provider.Otherwise(static exchange => exchange.Json["tools"] is null ? Answers(exchange) : Message("""{"type":"text","text":"Sunny."}"""));

        var check = await _place.RunAsync("providers", "check", "alpha");

        Assert.Equal(1, check.ExitCode);
        Assert.Matches(@"tools +FAILED .*the tool was not called", check.Output);
        Assert.Matches(@"reasoning +pass", check.Output);
    }

    [Fact]
    public async Task Where_nothing_works_the_rest_is_not_asked()
    {
        _provider.Otherwise(static exchange => exchange.Method == "GET" ? Answers(exchange) : Answer.Json("""{"type":"error","error":{"type":"invalid_request_error","message":"no such thing"}}""", 400));

        var check = await _place.RunAsync("providers", "check", "alpha", "--json");

        Assert.Equal(1, check.ExitCode);
        Assert.Equal("fail", (string?)check.Json["live"]!["checks"]![0]!["state"]);
        Assert.All(check.Json["live"]!["checks"]!.AsArray().Skip(1), static c => Assert.Equal("not_run", (string?)c!["state"]));
        Assert.Equal(2, _provider.Started);
    }

    [Fact]
    public async Task A_refused_key_is_told_with_what_was_asked_and_what_the_gateway_warns_of()
    {
        _provider.Otherwise(static exchange => exchange.Method == "GET" ? Answers(exchange) : Answer.Json("""{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key sk-never-to-be-shown"}}""", 401));

        var check = await _place.RunAsync("providers", "check", "alpha");

        Assert.Equal(1, check.ExitCode);
        Assert.Contains($"Asked was the model 'claude-sonnet-4-5' at {_provider.BaseUrl}.", check.Output, StringComparison.Ordinal);
        Assert.Contains("alpha refused the gateway itself (Credentials, status 401, authentication_error)", check.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("never-to-be-shown", check.Output + check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_must_be_seen_and_a_provider_without_chat_models_is_told_as_one()
    {
        _provider.Otherwise(Answers);
        await ConfigureAsync(""", "models": [{ "id": "test/plain", "inputModalities": ["text", "image"] }]""");
        var seeing = await _place.RunAsync("providers", "check", "alpha");
        await ConfigureAsync(""", "models": [{ "id": "test/plain", "outputModalities": ["embeddings"] }]""");
        var mute = await _place.RunAsync("providers", "check", "alpha");

        Assert.Matches(@"image +FAILED .*the picture was not seen", seeing.Output);
        Assert.Equal((1, 0), (seeing.ExitCode, mute.ExitCode));
        Assert.Contains("'alpha' has no chat model to send requests to.", mute.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.000001", 1)]
    [InlineData("0", 0)]
    public async Task No_more_is_spent_than_may_be(string most, int exitCode)
    {
        _provider.Otherwise(Answers);

        var check = await _place.RunAsync("providers", "check", "alpha", "--json", "--max-spend", most);

        Assert.Equal(exitCode, check.ExitCode);
        Assert.Equal(1, _provider.Started); // its list of models
        Assert.All(check.Json["live"]?["checks"]?.AsArray() ?? [], static c => Assert.Contains((string?)c!["state"], (string[])["not_run", "not_expressible"]));
    }

    [Theory]
    [InlineData("--max-spend", "much")]
    [InlineData("--max-spend", "101")]
    [InlineData("--timeout", "0")]
    [InlineData("--model", "test/none")]
    public async Task A_wrong_word_is_refused_in_a_sentence(string option, string value)
    {
        _provider.Otherwise(Answers);

        var check = await _place.RunAsync("providers", "check", "alpha", option, value);

        Assert.NotEqual(0, check.ExitCode);
        Assert.StartsWith("turnpike: '", check.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", check.Error, StringComparison.Ordinal);
    }

    private static Answer Answers(ProviderExchange exchange) => exchange.Method == "GET" ? Answer.Json("""{"data":[]}""")
        : exchange.Model == "turnpike-no-such-model" ? Answer.Json("""{"type":"error","error":{"type":"not_found_error","message":"model: turnpike-no-such-model"}}""", 404)
        : exchange.IsStream ? Stream()
        : exchange.Json["tools"] is not null ? Message("""{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Rome"}}""", "tool_use")
        : exchange.Json["output_config"] is not null ? Message("""{"type":"text","text":"{\"city\":\"Rome\"}"}""")
        : exchange.Json["thinking"] is not null ? Message("""{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"text","text":"391"}""")
        : Message("""{"type":"text","text":"Hello"}""");

    private static Answer Message(string content, string stop = "end_turn") => Answer.Json(
        $$"""{"id":"m","type":"message","role":"assistant","model":"m","content":[{{content}}],"stop_reason":"{{stop}}","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5} }""");

    private static Answer Stream()
    {
        string[] events =
        [
            """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":10,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"one two"}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}""",
            """{"type":"message_stop"}""",
        ];
        return Answer.Stream(events.Select(static e => $"event: {JsonNode.Parse(e)!["type"]}\ndata: {e}\n\n"));
    }
}
