using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI.Images;

namespace Turnpike.EndToEnd.Operations;

/// <summary>Images made of given ones: sent as a form to whoever takes them at a known price, and paid for by their own tokens.</summary>
public sealed class GivenImageTests : IAsyncLifetime
{
    private const string Painter = "test/painter";
    private const string Unpriced = "test/unpriced";
    private const string Blind = "test/blind";
    private const string Png = Picture.Png;
    private const string Inline = "data:image/png;base64," + Png;

    private static readonly byte[] _png = Convert.FromBase64String(Png);

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c
        .Set("models", new JsonArray(Model(Painter, "text", "image"), Model(Unpriced, "text", "image"), Model(Blind, "text")))
        .Set("media.privateAddresses", true)
        .Endpoint("alpha", Painter, fields: [("prices", Prices(images: 10)), ("parameters", new JsonArray("n", "quality", "size"))])
        .Endpoint("beta", Painter, fields: [("prices", Prices(images: null)), ("parameters", new JsonArray("n", "quality", "size"))])
        .Endpoint("alpha", Unpriced, fields: [("prices", Prices(images: null))])
        .Endpoint("alpha", Blind, fields: [("prices", Prices(images: 10))]));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task References_go_to_the_provider_as_files_and_cost_their_own_tokens()
    {
        _gateway.Alpha.Otherwise(static _ => Made("""{"input_tokens":50,"input_tokens_details":{"text_tokens":10,"image_tokens":40},"output_tokens":100}"""));

        var reply = await AskAsync("/images", $$"""
            {"model":"{{Painter}}","prompt":"a \"fox\"","n":1,"quality":"low","aspect_ratio":"1:1","input_references":[{"type":"image_url","image_url":{"url":"{{Inline}}"} }],
             "provider":{"options":{"alpha":{"input_fidelity":"high","image":"x"} } } }
            """);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal((10 * 5_000) + (40 * 10_000) + (100 * 40_000), reply.CostNano);
        Assert.Equal("image/png", (string?)reply.Json["data"]![0]!["media_type"]);
        var sent = _gateway.Alpha.Exchanges[0];
        Assert.Equal("/v1/images/edits", sent.Path);
        Assert.Equal(
            [("model", "painter"), ("prompt", "a \"fox\""), ("n", "1"), ("quality", "low"), ("input_fidelity", "high"), ("size", "1024x1024")],
            Fields(sent));
        Assert.Contains("name=\"image\"; filename=\"image-1.png\"\r\nContent-Type: image/png\r\n\r\n", sent.BodyText, StringComparison.Ordinal);
        Assert.True(sent.Body.Span.IndexOf(_png) > 0);
        Assert.Equal(1, (int?)(await _gateway.GenerationAsync(reply.Header("X-Generation-Id")!))["num_media_prompt"]);
    }

    [Fact]
    public async Task What_stands_at_an_address_is_fetched()
    {
        await using var host = JsonService.Start(static _ => Answer.Json(_png) with { ContentType = "image/png" });
        _gateway.Alpha.Otherwise(static _ => Made("""{"input_tokens":50,"input_tokens_details":{"image_tokens":40},"output_tokens":100}"""));

        var reply = await AskAsync("/images", $$"""{"model":"{{Painter}}","prompt":"a fox","input_references":["{{Inline}}",{"image_url":"{{host.Url.AbsoluteUri.TrimEnd((char)47)}}/a.png"}]}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Contains("name=\"image[]\"; filename=\"image-2.png\"", _gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Url.ToString(), _gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
        Assert.Single(host.Exchanges);
    }

    [Fact]
    public async Task What_cannot_be_fetched_is_told_and_not_paid_for()
    {
        await using var host = JsonService.Start(static _ => Answer.Json("<svg/>") with { ContentType = "image/svg+xml" });
        var before = _gateway.Available;

        var reply = await AskAsync("/images", $$"""{"model":"{{Painter}}","prompt":"a fox","input_references":["{{host.Url.AbsoluteUri.TrimEnd((char)47)}}/a.svg"]}""");
        await _gateway.SettledAsync();

        Assert.Equal((400, "input_references"), (reply.Status, (string?)reply.Json["error"]!["param"]));
        Assert.Contains("no PNG", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_gateway.Alpha.Exchanges);
        Assert.Equal((before, 0), (_gateway.Available, _gateway.Held));
    }

    [Theory]
    [InlineData("""{"input_tokens":50,"output_tokens":100}""", (1 * 5_000) + (49 * 10_000) + (100 * 40_000))]
    [InlineData("null", (1 * 5_000) + (4160 * 10_000) + (4160 * 40_000))]
    public async Task Images_are_not_charged_as_text_where_the_provider_does_not_tell_them_apart(string usage, long cost)
    {
        _gateway.Alpha.Otherwise(_ => Made(usage));

        var reply = await AskAsync("/images", $$"""{"model":"{{Painter}}","prompt":"fox!","input_references":["{{Inline}}"]}""");

        Assert.Equal(cost, reply.CostNano);
    }

    [Fact]
    public async Task What_they_may_cost_is_set_aside_before_they_are_sent()
    {
        var client = await _gateway.LimitedClientAsync(0.22m); // 4,096 tokens made come to 0.164, the 8,192 of the context to 0.082 as images and half of that as text

        var one = await client.PostAsync("/api/v1/images", $$"""{"model":"{{Painter}}","prompt":"a fox","input_references":["{{Inline}}"],{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(one.Status == 402, one.Text);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Theory]
    [InlineData(Unpriced)]
    [InlineData(Blind)]
    public async Task A_model_that_is_not_given_images_is_told_with_where_others_are_found(string model)
    {
        var reply = await AskAsync("/images", $$"""{"model":"{{model}}","prompt":"a fox","input_references":["{{Inline}}"]}""");

        Assert.Equal((400, "model", "wrong_endpoint"), (reply.Status, (string?)reply.Json["error"]!["param"], (string?)reply.Json["error"]!["availability"]!["code"]));
        Assert.Contains("/api/v1/models?input_modalities=image&output_modalities=image", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_gateway.Alpha.Exchanges);
        Assert.Equal(0, _gateway.Held);
    }

    [Fact]
    public async Task An_endpoint_without_a_price_for_them_is_passed_over()
    {
        _gateway.Alpha.Otherwise(static _ => Made("""{"input_tokens":50,"output_tokens":100}"""));

        var reply = await AskAsync("/images", $$"""{"model":"{{Painter}}","prompt":"a fox","input_references":["{{Inline}}"],"provider":{"order":["beta","alpha"]} }""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    [Fact]
    public async Task A_provider_that_failed_is_told_of_before_one_that_could_not_be_asked()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json("""{"error":{"message":"oops"}}""", 500));

        var reply = await AskAsync("/images", $$"""{"model":"{{Painter}}","prompt":"a fox","input_references":["{{Inline}}"],"provider":{"order":["alpha","beta"]} }""");

        Assert.Equal(502, reply.Status);
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    [Fact]
    public async Task OpenAIs_own_client_edits_an_image_with_a_mask()
    {
        _gateway.Alpha.Otherwise(static _ => Made("""{"input_tokens":50,"input_tokens_details":{"image_tokens":40},"output_tokens":100}"""));
        var client = new ImageClient(Painter, new ApiKeyCredential(_gateway.Key), OpenAIClients.OptionsFor(_gateway));

        GeneratedImage made = await client.GenerateImageEditAsync(new MemoryStream(_png), "fox.png", "a hat", new MemoryStream(_png), "mask.png", new ImageEditOptions { Size = GeneratedImageSize.W1024xH1024 });

        Assert.Equal(_png, made.ImageBytes.ToArray());
        var sent = _gateway.Alpha.Exchanges[0];
        Assert.Equal("/v1/images/edits", sent.Path);
        Assert.Equal([("model", "painter"), ("prompt", "a hat"), ("size", "1024x1024")], Fields(sent));
        Assert.Contains("name=\"mask\"; filename=\"mask.png\"", sent.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_comes_as_events_under_their_own_name()
    {
        _gateway.Alpha.Otherwise(static _ => Made("""{"input_tokens":50,"output_tokens":100}"""));

        var reply = await AskAsync("/images/edits", $$"""{"model":"{{Painter}}","prompt":"a fox","stream":true,"images":[{"image_url":"{{Inline}}"}]}""");

        Assert.StartsWith("data: {\"type\":\"image_edit.completed\",\"b64_json\":\"" + Png, reply.Text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image", """{"model":"test/painter","prompt":"x"}""")]
    [InlineData("images[0]", """{"model":"test/painter","prompt":"x","images":[{"file_id":"file-1"}]}""")]
    [InlineData("images[0]", """{"model":"test/painter","prompt":"x","images":["data:image/png;base64,AAAA"]}""")]
    [InlineData("images[0]", """{"model":"test/painter","prompt":"x","images":["ftp://a.example/a.png"]}""")]
    [InlineData("images", """{"model":"test/painter","prompt":"x","images":"https://a.example/a.png"}""")]
    [InlineData("mask", """{"model":"test/painter","prompt":"x","images":["https://a.example/a.png"],"mask":7}""")]
    public async Task A_bad_image_is_named(string field, string body)
    {
        var reply = await AskAsync("/images/edits", body);

        Assert.Equal((400, field), (reply.Status, (string?)reply.Json["error"]!["param"]));
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task Their_price_is_listed()
    {
        var endpoints = await _gateway.Client.GetAsync($"/api/v1/models/{Painter}/endpoints");
        var images = await _gateway.Client.GetAsync($"/api/v1/images/models/{Painter}/endpoints");

        Assert.Equal("0.00001", (string?)endpoints.Json["data"]!["endpoints"]!.AsArray().Single(static e => (string?)e!["tag"] == "alpha")!["pricing"]!["image_token"]);
        Assert.Contains("""{"billable":"input_image","unit":"token","cost_usd":0.00001}""", images.Text, StringComparison.Ordinal);
    }

    private static JsonObject Model(string id, params string[] inputs) => new()
    {
        ["id"] = id,
        ["inputModalities"] = new JsonArray([.. inputs]),
        ["outputModalities"] = new JsonArray("image"),
    };

    private static JsonObject Prices(decimal? images)
    {
        var prices = new JsonObject { ["prompt"] = 5, ["completion"] = 40 };
        if (images is { } price)
        {
            prices["imageTokens"] = price;
        }

        return prices;
    }

    private static Answer Made(string usage) => Answer.Json($$"""{"created":1,"data":[{"b64_json":"{{Png}}"}],"usage":{{usage}}}""");

    // The fields that are no files.
    private static (string Name, string Value)[] Fields(ProviderExchange sent) =>
    [
        .. sent.BodyText.Split("--turnpike-form-0-end")
            .Where(static p => p.Contains("name=\"", StringComparison.Ordinal) && !p.Contains("filename", StringComparison.Ordinal))
            .Select(static p => (p.Split('"')[1], p[(p.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..^2])),
    ];

    private Task<Reply> AskAsync(string path, string body) => _gateway.Client.PostAsync("/api/v1" + path, body);
}
