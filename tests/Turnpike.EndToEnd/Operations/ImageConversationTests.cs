using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI.Images;

namespace Turnpike.EndToEnd.Operations;

/// <summary>Models that put images out beside text, asked at the addresses of images: their providers are asked in a conversation.</summary>
public sealed class ImageConversationTests : IAsyncLifetime
{
    private const string Artist = "test/artist";
    private const string Banana = "test/banana";
    private const string Png = Picture.Png;
    private const string Inline = "data:image/png;base64," + Png;

    private readonly ScriptedProvider _gemini = ScriptedProvider.Start();
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(c => c
        .Set("models", new JsonArray(Model(Artist), Model(Banana)))
        .Provider("gemini", _gemini.BaseUrl, ("dialect", "gemini"))
        .Endpoint("alpha", Artist, fields: [Prices()])
        .Endpoint("beta", Artist, fields: [Prices()])
        .Endpoint("gemini", Banana, fields: [Prices()]));

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _gemini.DisposeAsync();
    }

    [Fact]
    public async Task A_provider_of_chat_is_asked_with_modalities_and_its_image_is_told_as_one()
    {
        _gateway.Alpha.Otherwise(static _ => Drawn());

        var reply = await AskAsync("/images", $$"""{"model":"{{Artist}}","prompt":"a \"fox\"","n":1,"aspect_ratio":"16:9","resolution":"2K","seed":3,"quality":"high",{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal((Png, "image/png"), ((string?)reply.Json["data"]![0]!["b64_json"], (string?)reply.Json["data"]![0]!["media_type"]));
        Assert.Equal((10 * 1_000) + (5 * 2_000) + (1_290 * 30_000), reply.CostNano);
        Assert.Equal("/v1/chat/completions", _gateway.Alpha.Exchanges[0].Path);
        Assert.Equal(
            """{"model":"artist","messages":[{"role":"user","content":"a \"fox\""}],"seed":3,"modalities":["image","text"],"image_config":{"aspect_ratio":"16:9","image_size":"2K"}}""",
            _gateway.Alpha.Exchanges[0].BodyText);
        var record = await _gateway.GenerationAsync(reply.Header("X-Generation-Id")!);
        Assert.Equal("""["quality"]""", record["dropped_parameters"]!.ToJsonString());
        Assert.Equal(1, (int?)record["num_media_completion"]);
    }

    [Theory]
    [InlineData("1024x1536", "2:3")]
    [InlineData("1792x1024", "16:9")]
    [InlineData("1024x1024", "1:1")]
    [InlineData("auto", null)]
    public async Task Gemini_is_asked_in_its_own_words(string size, string? ratio)
    {
        _gemini.Otherwise(static _ => Answer.Json($$"""
            {"candidates":[{"content":{"parts":[{"text":"here"},{"inlineData":{"mimeType":"image/png","data":"{{Png}}"} }]},"finishReason":"STOP"}],
             "usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":1295,"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1290}]} }
            """));

        var reply = await AskAsync("/images/generations", $$"""{"model":"{{Banana}}","prompt":"a fox","size":"{{size}}","response_format":"url"}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal((10 * 1_000) + (5 * 2_000) + (1_290 * 30_000), reply.CostNano);
        Assert.Equal(1_295, (int?)reply.Json["usage"]!["output_tokens"]);
        var config = _gemini.Exchanges[0].Json["generationConfig"]!;
        Assert.Equal(("""["IMAGE","TEXT"]""", ratio), (config["responseModalities"]!.ToJsonString(), (string?)config["imageConfig"]?["aspectRatio"]));
        using var image = await _gateway.Client.SendAsync(_gateway.Client.Request(HttpMethod.Get, new Uri((string)reply.Json["data"]![0]!["url"]!).PathAndQuery));
        Assert.Equal(Convert.FromBase64String(Png), await image.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Given_images_stand_beside_the_words()
    {
        _gateway.Alpha.Otherwise(static _ => Drawn());

        var reply = await AskAsync("/images/edits", $$"""{"model":"{{Artist}}","prompt":"a fox","images":[{"image_url":"{{Inline}}"}],{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(Png, (string?)reply.Json["data"]![0]!["b64_json"]);
        Assert.Equal(
            $$$"""[{"type":"text","text":"a fox"},{"type":"image_url","image_url":{"url":"{{{Inline}}}"}}]""",
            _gateway.Alpha.Exchanges[0].Json["messages"]![0]!["content"]!.ToJsonString());
    }

    [Theory]
    [InlineData("n", "\"n\":2", "/images/generations")]
    [InlineData("mask", "\"mask\":{\"image_url\":\"" + Inline + "\"},\"images\":[{\"image_url\":\"" + Inline + "\"}]", "/images/edits")]
    public async Task What_a_conversation_has_no_words_for_is_refused(string field, string fields, string path)
    {
        var reply = await AskAsync(path, $$"""{"model":"{{Artist}}","prompt":"a fox",{{fields}}}""");
        await _gateway.SettledAsync();

        Assert.Equal((400, field), (reply.Status, (string?)reply.Json["error"]!["param"]));
        Assert.Empty(_gateway.Alpha.Exchanges);
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    [Fact]
    public async Task An_answer_without_an_image_is_not_paid_for_and_another_endpoint_is_asked()
    {
        _gateway.Alpha.Otherwise(static e => Answer.For(e, ["I cannot draw that"], 10, 5));
        _gateway.Beta.Otherwise(static _ => Drawn());

        var reply = await AskAsync("/images", $$"""{"model":"{{Artist}}","prompt":"a fox",{{GatewayHarness.AlphaFirst}}}""");
        var stuck = await AskAsync("/images", $$$"""{"model":"{{{Artist}}}","prompt":"a fox","provider":{"only":["alpha"]}}""");
        await _gateway.SettledAsync();

        Assert.Equal((200, 38_720_000), (reply.Status, reply.CostNano));
        Assert.Equal(502, stuck.Status);
        Assert.Contains("without an image", stuck.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot draw", stuck.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_wants_events_gets_the_one_that_tells_the_image()
    {
        _gateway.Alpha.Otherwise(static _ => Drawn());

        var body = $$"""{"model":"{{Artist}}","prompt":"a fox","stream":true,{{GatewayHarness.AlphaFirst}}}""";
        using var reply = await _gateway.Client.SendAsync(_gateway.Client.Request(HttpMethod.Post, "/api/v1/images/generations", body));

        var events = (await reply.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((2, "data: [DONE]"), (events.Length, events[1]));
        Assert.Equal(Png, (string?)JsonNode.Parse(events[0]["data: ".Length..])!["b64_json"]);
        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task They_are_among_the_models_of_images_with_one_image_an_answer()
    {
        var models = (await _gateway.Client.GetAsync("/api/v1/images/models")).Json["data"]!.AsArray();

        Assert.Equal([Artist, Banana], models.Select(static m => (string)m!["id"]!).Order());
        Assert.All(models, static m => Assert.Equal(1, (int?)m!["supported_parameters"]!["n"]!["max"]));
        var endpoints = await _gateway.Client.GetAsync($"/api/v1/images/models/{Banana}/endpoints");
        Assert.Contains("""{"billable":"output_image","unit":"token","cost_usd":0.00003}""", endpoints.Json["endpoints"]![0]!["pricing"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAIs_own_client_makes_and_edits_images()
    {
        _gateway.Alpha.Otherwise(static _ => Drawn());
        _gateway.Beta.Otherwise(static _ => Drawn());
        var client = new ImageClient(Artist, new ApiKeyCredential(_gateway.Key), OpenAIClients.OptionsFor(_gateway));

        GeneratedImage made = await client.GenerateImageAsync("a fox", new ImageGenerationOptions { Size = GeneratedImageSize.W1024xH1024 });
        GeneratedImage edited = await client.GenerateImageEditAsync(new MemoryStream(Convert.FromBase64String(Png)), "fox.png", "a red fox");

        Assert.Equal(Convert.FromBase64String(Png), made.ImageBytes.ToArray());
        Assert.Equal(Convert.FromBase64String(Png), edited.ImageBytes.ToArray());
    }

    private static JsonObject Model(string id) => new() { ["id"] = id, ["inputModalities"] = new JsonArray("text", "image"), ["outputModalities"] = new JsonArray("image", "text") };

    private static (string Name, JsonNode? Value) Prices() => ("prices", new JsonObject { ["prompt"] = 1, ["completion"] = 2, ["imageOutputTokens"] = 30 });

    private static Answer Drawn() => Answer.Json($$"""
        {"id":"c","object":"chat.completion","created":1,"model":"artist","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Here it is.",
         "images":[{"type":"image_url","image_url":{"url":"{{Inline}}"} }]} }],
         "usage":{"prompt_tokens":10,"completion_tokens":1295,"completion_tokens_details":{"image_tokens":1290} } }
        """);

    private Task<Reply> AskAsync(string path, string body) => _gateway.Client.PostAsync("/api/v1" + path, body);
}
