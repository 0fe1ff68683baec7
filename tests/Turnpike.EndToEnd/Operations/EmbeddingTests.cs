using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI.Embeddings;

namespace Turnpike.EndToEnd.Operations;

/// <summary>Embeddings: the caller's bytes to the provider, its vectors back, and what they cost.</summary>
public sealed class EmbeddingTests : IAsyncLifetime
{
    private const string Model = "test/vectors";
    private const string Two = """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.10,-2e-3]},{"object":"embedding","index":1,"embedding":"AACAPw=="}],"model":"vectors-1","usage":{"prompt_tokens":7,"total_tokens":7},"extra":{"kept":true}}""";
    private const string One = """{"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPwAAAEA="}],"model":"vectors-1","usage":{"prompt_tokens":3,"total_tokens":3}}""";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c
        .Set("models", new JsonArray(
            new JsonObject { ["id"] = Model, ["outputModalities"] = new JsonArray("embeddings") },
            new JsonObject { ["id"] = "test/roomy-vectors", ["outputModalities"] = new JsonArray("embeddings") }))
        .Endpoint("alpha", "test/roomy-vectors", "vectors-1", prompt: 0.13m, completion: 0, fields: ("contextLength", 16_384))
        .Endpoint("alpha", Model, "vectors-1", prompt: 0.13m, completion: 0)
        .Endpoint("beta", Model, "vectors-1", prompt: 0.13m, completion: 0));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Vectors_come_as_the_provider_sent_them_and_cost_to_the_nano_dollar()
    {
        _gateway.Alpha.On("vectors-1", Answer.Json(Two));
        var before = _gateway.Available;

        var reply = await AskAsync($$"""{"model":"{{Model}}","input":["a","b"],"dimensions":2,"encoding_format":"float","input_type":"search_query",{{GatewayHarness.AlphaFirst}}}""");
        await _gateway.SettledAsync();

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Contains("\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.10,-2e-3]}", reply.Text, StringComparison.Ordinal);
        Assert.Contains("\"extra\":{\"kept\":true}", reply.Text, StringComparison.Ordinal);
        Assert.Equal(Model, (string?)reply.Json["model"]);
        Assert.Equal(7 * 130, reply.CostNano);
        Assert.Equal(before - (7 * 130), _gateway.Available);
        var sent = _gateway.Alpha.Exchanges[0];
        Assert.Equal("/v1/embeddings", sent.Path);
        Assert.Equal("""{"model":"vectors-1","input":["a","b"],"dimensions":2,"encoding_format":"float","input_type":"search_query"}""", sent.BodyText);
        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal("embeddings", (string?)record["api_type"]);
        Assert.Equal(7, (int?)record["tokens_prompt"]);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("no vectors")]
    [InlineData("too few vectors")]
    [InlineData("an error in a 200")]
    public async Task Another_endpoint_answers_where_one_fails(string how)
    {
        _gateway.Alpha.On("vectors-1", how switch
        {
            "500" => Answer.Error(500),
            "no vectors" => Answer.Json("""{"object":"list","data":[]}"""),
            "too few vectors" => Answer.Json(One),
            _ => Answer.Json(Wire.Error("quota")),
        });
        _gateway.Beta.On("vectors-1", Answer.Json(Two));

        var reply = await AskAsync($$"""{"model":"{{Model}}","input":["a","b"],{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("beta", ((string)reply.Json["provider"]!).ToLowerInvariant());
        Assert.Equal(7 * 130, reply.CostNano);
    }

    [Fact]
    public async Task Without_usage_the_prompt_is_billed_by_rule()
    {
        _gateway.Alpha.On("vectors-1", Answer.Json("""{"data":[{"embedding":[1]}]}"""));

        var reply = await AskAsync($$"""{"model":"{{Model}}","input":[1,2,3,4,5],{{GatewayHarness.AlphaFirst}}}""");

        Assert.Equal(5 * 130, reply.CostNano);
        Assert.Equal("estimated", (string?)(await _gateway.GenerationAsync((string)reply.Json["id"]!))["billing_basis"]);
    }

    [Theory]
    [InlineData("input", """{"model":"test/vectors"}""")]
    [InlineData("input", """{"model":"test/vectors","input":[]}""")]
    [InlineData("input", """{"model":"test/vectors","input":""}""")]
    [InlineData("input[1]", """{"model":"test/vectors","input":["a",null]}""")]
    [InlineData("input[0]", """{"model":"test/vectors","input":[[1,"x"]]}""")]
    [InlineData("dimensions", """{"model":"test/vectors","input":"a","dimensions":0}""")]
    [InlineData("encoding_format", """{"model":"test/vectors","input":"a","encoding_format":"hex"}""")]
    [InlineData("stream", """{"model":"test/vectors","input":"a","stream":true}""")]
    [InlineData("model", """{"input":"a"}""")]
    [InlineData("model", """{"model":"test/plain","input":"a"}""")]
    [InlineData("models", """{"model":"test/vectors","input":"a","models":"x"}""")]
    [InlineData("input", """{"model":"test/vectors","input":"a","input":"b"}""")]
    public async Task A_bad_field_is_named(string field, string body)
    {
        var reply = await AskAsync(body);

        Assert.Equal(400, reply.Status);
        Assert.Equal(field, (string?)reply.Json["error"]!["param"]);
        Assert.Empty(_gateway.Alpha.Exchanges);
        Assert.Equal(0, _gateway.Held);
    }

    [Fact]
    public async Task Who_cannot_pay_the_whole_batch_is_refused_before_it_is_sent()
    {
        var client = await _gateway.LimitedClientAsync(0.000001m);

        var reply = await client.PostAsync("/api/v1/embeddings", $$"""{"model":"{{Model}}","input":["{{new string('x', 20_000)}}","{{new string('y', 20_000)}}"]}""");

        Assert.Equal(402, reply.Status);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    // The endpoints take 8,192 tokens at once, and those of the other model 16,384: more than is shortened for conversations.
    [Theory]
    [InlineData(Model, 40)]
    [InlineData("test/roomy-vectors", 40)]
    public async Task A_batch_may_be_longer_than_the_models_context(string model, int count)
    {
        var vectors = string.Join(',', Enumerable.Range(0, count).Select(static i => $$"""{"object":"embedding","index":{{i}},"embedding":[0.5]}"""));
        _gateway.Alpha.Otherwise(_ => Answer.Json($$"""{"object":"list","data":[{{vectors}}],"usage":{"prompt_tokens":7,"total_tokens":7} }"""));
        var texts = string.Join(',', Enumerable.Repeat($"\"{new string('x', 10_000)}\"", count));

        var reply = await AskAsync($$"""{"model":"{{model}}","input":[{{texts}}],{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(reply.Status == 200, reply.Text);
    }

    [Fact]
    public async Task A_picture_is_not_taken_for_a_text_that_is_too_long()
    {
        _gateway.Alpha.On("vectors-1", Answer.Json(One));

        var reply = await AskAsync($$"""{"model":"{{Model}}","input":[{"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{new string('A', 100_000)}}"} }]}],{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(reply.Status == 200, reply.Text);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_refused_before_it_is_sent()
    {
        var reply = await AskAsync($$"""{"model":"{{Model}}","input":"{{new string('x', 100_000)}}"}""");

        Assert.Equal(400, reply.Status);
        Assert.Equal("context_length_exceeded", reply.ErrorType);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Theory]
    [InlineData("[1,2,3]", "strings")]
    [InlineData("[[1],[2]]", "strings")]
    [InlineData("TEXTS", "96")]
    public async Task What_the_dialect_of_a_model_does_not_take_is_told_of_the_input(string input, string word)
    {
        await using var gateway = await GatewayHarness.StartAsync(
            static c => c
                .Set("models", new JsonArray(new JsonObject { ["id"] = "test/embed", ["outputModalities"] = new JsonArray("embeddings") }))
                .Endpoint("alpha", "test/embed", prompt: 0.1m, completion: 0),
            providerFields: new() { ["dialect"] = "cohere-v2" });
        var said = input == "TEXTS" ? $"[{string.Join(',', Enumerable.Repeat("\"a\"", 97))}]" : input;

        var reply = await gateway.Client.PostAsync("/api/v1/embeddings", $$"""{"model":"test/embed","input":{{said}}}""");

        Assert.Equal((400, "input"), (reply.Status, (string?)reply.Json["error"]!["param"]));
        Assert.Contains(word, reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task OpenAIs_own_client_works()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json(One));
        _gateway.Beta.Otherwise(static _ => Answer.Json(One));
        var client = new EmbeddingClient(Model, new ApiKeyCredential(_gateway.Key), OpenAIClients.OptionsFor(_gateway));

        OpenAIEmbedding vector = await client.GenerateEmbeddingAsync("hello");

        Assert.Equal([1f, 2f], vector.ToFloats().ToArray());
    }

    private Task<Reply> AskAsync(string body) => _gateway.Client.PostAsync("/api/v1/embeddings", body);
}
