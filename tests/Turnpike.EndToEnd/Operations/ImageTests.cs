using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI.Images;

namespace Turnpike.EndToEnd.Operations;

/// <summary>Images of a text: told as base64 or by an address of ours, paid for only when they are images.</summary>
public sealed class ImageTests : IAsyncLifetime
{
    private const string PerImage = "test/brush";
    private const string PerToken = "test/pixels";
    private const string Png = Picture.Png;

    private readonly ShiftedTimeProvider _time = new();
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        static c => c
            .Set("models", new JsonArray(Model(PerImage), Model(PerToken)))
            .Set("images.bytesMax", 1024)
            .Endpoint("alpha", PerImage, fields: [("prices", new JsonObject { ["prompt"] = 0, ["completion"] = 0, ["imageOutput"] = 0.04m })])
            .Endpoint("beta", PerImage, fields: [("prices", new JsonObject { ["prompt"] = 0, ["completion"] = 0, ["imageOutput"] = 0.05m })])
            .Endpoint("alpha", PerToken, prompt: 5, completion: 40, fields: [("parameters", new JsonArray("seed"))]),
        _time);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task OpenRouters_form_tells_base64_and_type_and_costs_each_image()
    {
        _gateway.Alpha.On("brush", Made(2));

        var reply = await AskAsync("/images", $$"""{"model":"{{PerImage}}","prompt":"a fox","n":2,"aspect_ratio":"16:9","resolution":"1K","seed":3,{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(2, reply.Json["data"]!.AsArray().Count);
        Assert.Equal($$"""{"b64_json":"{{Png}}","media_type":"image/png"}""", reply.Json["data"]![1]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(80_000_000, reply.CostNano);
        Assert.Equal("/v1/images/generations", _gateway.Alpha.Exchanges[0].Path);
        Assert.Equal("""{"model":"brush","prompt":"a fox","n":2,"seed":3,"response_format":"b64_json","size":"1360x768"}""", _gateway.Alpha.Exchanges[0].BodyText);
        var record = await _gateway.GenerationAsync(reply.Header("X-Generation-Id")!);
        Assert.Equal(2, (int?)record["num_media_completion"]);
    }

    [Theory]
    [InlineData("/images", "created", "prompt_tokens")]
    [InlineData("/images/generations", "created_at", "input_tokens")]
    public async Task Images_come_as_events_to_who_wants_them(string path, string created, string tokens)
    {
        _gateway.Alpha.On("brush", Made(2));

        var reply = await AskAsync(path, $$"""{"model":"{{PerImage}}","prompt":"a fox","n":2,"stream":true,"partial_images":2,{{GatewayHarness.AlphaFirst}}}""");

        Assert.Equal(200, reply.Status);
        var events = reply.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((3, "data: [DONE]"), (events.Length, events[2]));
        var images = events[..2].Select(static e => JsonNode.Parse(e["data: ".Length..])!).ToList();
        Assert.All(images, i => Assert.Equal(("image_generation.completed", Png, true), ((string)i["type"]!, (string)i["b64_json"]!, i[created] is not null)));
        Assert.Null(images[0]["usage"]);
        Assert.Equal(0.08, (double)images[1]["usage"]!["cost"]!);
        Assert.NotNull(images[1]["usage"]![tokens]);
        Assert.DoesNotContain("stream", _gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_that_came_as_events_come_again_to_who_repeats_the_request()
    {
        _gateway.Alpha.On("brush", Made(1));
        var body = $$"""{"model":"{{PerImage}}","prompt":"a fox","stream":true,{{GatewayHarness.AlphaFirst}}}""";

        var first = await _gateway.Client.PostAsync("/api/v1/images", body, ("Idempotency-Key", "once"));
        var second = await _gateway.Client.PostAsync("/api/v1/images", body, ("Idempotency-Key", "once"));

        Assert.Contains("image_generation.completed", first.Text, StringComparison.Ordinal);
        Assert.Equal(first.Text, second.Text);
        Assert.Single(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task OpenAIs_form_tells_an_address_that_serves_the_image_without_a_key_until_it_ends()
    {
        _gateway.Alpha.On("brush", Made(1));

        var reply = await AskAsync("/images/generations", $$"""{"model":"{{PerImage}}","prompt":"a fox",{{GatewayHarness.AlphaFirst}}}""");
        var address = new Uri((string)reply.Json["data"]![0]!["url"]!);
        var anybody = new GatewayClient(_gateway.Address, key: null);
        using var image = await anybody.SendAsync(anybody.Request(HttpMethod.Get, address.PathAndQuery));
        var forged = await anybody.GetAsync(address.PathAndQuery.Replace("expires=", "expires=9", StringComparison.Ordinal));

        Assert.Equal(_gateway.Address.Authority, address.Authority);
        Assert.Equal("image/png", image.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Convert.FromBase64String(Png), await image.Content.ReadAsByteArrayAsync());
        Assert.Equal(404, forged.Status);
        _time.Shift(TimeSpan.FromHours(2));
        Assert.Equal(404, (await anybody.GetAsync(address.PathAndQuery)).Status);
    }

    [Fact]
    public async Task The_oldest_images_give_way_when_there_are_too_many_bytes()
    {
        _gateway.Alpha.Otherwise(_ => Made(10));
        _gateway.Beta.Otherwise(_ => Made(10));

        var first = await AskAsync("/images/generations", $$"""{"model":"{{PerImage}}","prompt":"a fox","n":10}""");
        var second = await AskAsync("/images/generations", $$"""{"model":"{{PerImage}}","prompt":"a fox","n":10}""");

        Assert.Equal(404, (await _gateway.Client.GetAsync(PathOf(first, 0))).Status);
        Assert.Equal(200, (await _gateway.Client.GetAsync(PathOf(second, 9))).Status);
    }

    [Theory]
    [InlineData("b64_json")]
    [InlineData("base64")]
    public async Task Images_that_are_charged_by_tokens_cost_what_the_provider_counts(string form)
    {
        _gateway.Alpha.On("pixels", Answer.Json($$"""{"created":1,"data":[{"b64_json":"{{Png}}","revised_prompt":"a red fox"}],"usage":{"input_tokens":10,"output_tokens":1056,"total_tokens":1066} }"""));

        var reply = await AskAsync("/images/generations", $$"""{"model":"{{PerToken}}","prompt":"a fox","response_format":"{{form}}","quality":"low"}""");

        Assert.Equal((10 * 5_000) + (1056 * 40_000), reply.CostNano);
        Assert.Equal($$"""[{"b64_json":"{{Png}}","revised_prompt":"a red fox"}]""", reply.Json["data"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("""{"model":"pixels","prompt":"a fox","quality":"low"}""", _gateway.Alpha.Exchanges[0].BodyText);
    }

    [Fact]
    public async Task What_of_the_prompt_was_images_is_told_apart()
    {
        _gateway.Alpha.On("pixels", Answer.Json(
            $$"""{"created":1,"data":[{"b64_json":"{{Png}}"}],"usage":{"input_tokens":50,"output_tokens":9,"input_tokens_details":{"text_tokens":10,"image_tokens":40 } } }"""));

        var reply = await AskAsync("/images/generations", $$"""{"model":"{{PerToken}}","prompt":"a fox"}""");

        Assert.Equal("""{"image_tokens":40,"text_tokens":10}""", reply.Usage!["input_tokens_details"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_usage_they_are_not_free()
    {
        _gateway.Alpha.On("pixels", Made(1));

        var reply = await AskAsync("/images", $$"""{"model":"{{PerToken}}","prompt":"fox!"}""");

        Assert.Equal(5_000 + (4160 * 40_000), reply.CostNano);
    }

    [Theory]
    [InlineData("""{"data":[{"b64_json":"PGh0bWw+"}]}""")]
    [InlineData("""{"data":[{"b64_json":""}]}""")]
    [InlineData("""{"data":[{"b64_json":"!!!"}]}""")]
    [InlineData("""{"data":[{"url":"https://elsewhere.example/1.png"}]}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":[{"b64_json":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="},{"b64_json":"AAAA"}]}""")]
    [InlineData("500")]
    public async Task What_is_no_image_is_not_paid_for_and_another_endpoint_is_asked(string answer)
    {
        _gateway.Alpha.On("brush", answer == "500" ? Answer.Error(500) : Answer.Json(answer));
        _gateway.Beta.On("brush", Made(2));
        var before = _gateway.Available;

        var reply = await AskAsync("/images", $$"""{"model":"{{PerImage}}","prompt":"a fox","n":2,{{GatewayHarness.AlphaFirst}}}""");
        await _gateway.SettledAsync();

        Assert.Equal(100_000_000, reply.CostNano);
        Assert.Equal(before - 100_000_000, _gateway.Available);
    }

    [Fact]
    public async Task All_images_must_be_affordable_before_the_request_is_sent()
    {
        var client = await _gateway.LimitedClientAsync(0.09m);

        var reply = await client.PostAsync("/api/v1/images", $$"""{"model":"{{PerImage}}","prompt":"a fox","n":2}""");

        Assert.Equal(402, reply.Status);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task Images_that_would_cost_more_than_the_caller_wants_to_pay_are_not_made()
    {
        var reply = await AskAsync("/images", $$"""{"model":"{{PerImage}}","prompt":"a fox","n":2,"max_cost":0.09}""");

        Assert.Equal(400, reply.Status);
        Assert.Equal("max_cost", (string?)reply.Json["error"]!["param"]);
        Assert.Empty(_gateway.Alpha.Exchanges);
        Assert.Equal(0, _gateway.Held);
    }

    [Theory]
    [InlineData("prompt", """{"model":"test/brush"}""")]
    [InlineData("prompt", """{"model":"test/brush","prompt":""}""")]
    [InlineData("n", """{"model":"test/brush","prompt":"x","n":11}""")]
    [InlineData("aspect_ratio", """{"model":"test/brush","prompt":"x","aspect_ratio":"wide"}""")]
    [InlineData("resolution", """{"model":"test/brush","prompt":"x","resolution":"8K"}""")]
    [InlineData("response_format", """{"model":"test/brush","prompt":"x","response_format":"png"}""")]
    [InlineData("input_references[0]", """{"model":"test/brush","prompt":"x","input_references":[{"type":"image_url"}]}""")]
    [InlineData("stream", """{"model":"test/brush","prompt":"x","stream":"yes"}""")]
    [InlineData("partial_images", """{"model":"test/brush","prompt":"x","stream":true,"partial_images":4}""")]
    [InlineData("model", """{"model":"test/plain","prompt":"x"}""")]
    public async Task A_bad_field_is_named(string field, string body)
    {
        var reply = await AskAsync("/images", body);

        Assert.Equal(400, reply.Status);
        Assert.Equal(field, (string?)reply.Json["error"]!["param"]);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task OpenAIs_own_client_works()
    {
        _gateway.Alpha.Otherwise(static _ => Made(1));
        _gateway.Beta.Otherwise(static _ => Made(1));
        var client = new ImageClient(PerImage, new ApiKeyCredential(_gateway.Key), OpenAIClients.OptionsFor(_gateway));

        GeneratedImage byAddress = await client.GenerateImageAsync("a fox");
        GeneratedImage bytes = await client.GenerateImageAsync("a fox", new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Bytes });

        Assert.Equal(_gateway.Address.Authority, byAddress.ImageUri.Authority);
        Assert.Equal(Convert.FromBase64String(Png), bytes.ImageBytes.ToArray());
    }

    private static JsonObject Model(string id) => new() { ["id"] = id, ["outputModalities"] = new JsonArray("image") };

    private static Answer Made(int count) =>
        Answer.Json($$"""{"created":1,"data":[{{string.Join(',', Enumerable.Repeat($$"""{"b64_json":"{{Png}}"}""", count))}}]}""");

    private static string PathOf(Reply reply, int image) => new Uri((string)reply.Json["data"]![image]!["url"]!).PathAndQuery;

    private Task<Reply> AskAsync(string path, string body) => _gateway.Client.PostAsync("/api/v1" + path, body);
}
