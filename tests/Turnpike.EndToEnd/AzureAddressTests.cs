using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>The addresses of Azure OpenAI's clients.</summary>
public sealed class AzureAddressTests : IAsyncLifetime
{
    private const string Listener = "test/listener";
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c
        .Set("models", new JsonArray(
            new JsonObject { ["id"] = Listener, ["outputModalities"] = new JsonArray("transcription") },
            new JsonObject { ["id"] = "test/painter", ["inputModalities"] = new JsonArray("text", "image"), ["outputModalities"] = new JsonArray("image") }))
        .Endpoint("alpha", "test/painter", "painter-1", prompt: 0, completion: 0)
        .Endpoint("alpha", Listener, "ear-1", prompt: 0, completion: 0));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("/openai/deployments/test%2Fplain/chat/completions?api-version=2024-10-21", "{" + Messages + "}", "{\"model\":\"plain\"," + Messages + "}")]
    [InlineData("/openai/deployments/test/plain/chat/completions?api-version=2024-10-21", "{" + Messages + ",\"model\":\"test/plain\"}", "{" + Messages + ",\"model\":\"plain\"}")]
    [InlineData("/openai/deployments/plain/chat/completions", "{ \"model\": \"gpt-4o\", " + Messages + "}", "{ \"model\": \"plain\", " + Messages + "}")]
    [InlineData("/openai/v1/chat/completions", "{\"model\":\"test/plain\"," + Messages + "}", "{\"model\":\"plain\"," + Messages + "}")]
    public async Task The_model_is_that_of_the_address_where_it_names_one(string address, string body, string sent)
    {
        _gateway.Alpha.Otherwise(static e => Answer.For(e, ["Hi"], 10, 1));

        var reply = await _gateway.Client.PostAsync(address, body);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("test/plain", (string?)reply.Json["model"]);
        Assert.Equal(sent, _gateway.Alpha.Exchanges[0].BodyText);
    }

    [Theory]
    [InlineData("nothing/here", "{" + Messages + "}", 404, "model_not_found", "model")]
    [InlineData("test/plain", "{}", 400, "invalid_prompt", "messages")]
    [InlineData("test/plain", "{" + Messages + ",\"model\":", 400, "invalid_prompt", null)]
    [InlineData("test/plain", "[]", 400, "invalid_prompt", "body")]
    public async Task Errors_have_a_word_for_a_code(string model, string body, int status, string code, string? param)
    {
        var reply = await _gateway.Client.PostAsync($"/openai/deployments/{model}/chat/completions", body);

        var error = reply.Json["error"]!;
        Assert.Equal((status, code, param), (reply.Status, (string?)error["code"], (string?)error["param"]));
        Assert.NotEmpty((string)error["message"]!);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task A_form_of_images_gets_the_model_too()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json($$"""{"data":[{"b64_json":"{{Picture.Png}}"}]}"""));
        using var form = new MultipartFormDataContent { { new StringContent("gpt-image-1"), "model" }, { new StringContent("a fox"), "prompt" } };
        form.Add(new ByteArrayContent([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]), "image", "a.png");
        using var request = _gateway.Client.Request(HttpMethod.Post, "/openai/deployments/test%2Fpainter/images/edits?api-version=2025-04-01-preview");
        request.Content = form;

        using var response = await _gateway.Client.SendAsync(request);

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Assert.Contains("painter-1", _gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
        Assert.DoesNotContain("gpt-image-1", _gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_gets_the_model_too()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json("""{"text":"Hello","usage":{"type":"tokens","input_tokens":10,"output_tokens":2,"total_tokens":12}}"""));
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent("RIFF"u8.ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        form.Add(file, "file", "a.wav");
        using var request = _gateway.Client.Request(HttpMethod.Post, "/openai/deployments/test%2Flistener/audio/transcriptions?api-version=2024-10-21");
        request.Content = form;

        using var response = await _gateway.Client.SendAsync(request);

        Assert.Equal("Hello", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["text"]);
        Assert.Contains("ear-1", _gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_may_stand_where_Azure_has_it_and_what_is_not_there_is_told()
    {
        var anybody = new GatewayClient(_gateway.Address, key: null);
        _gateway.Alpha.Otherwise(static e => Answer.For(e, ["Hi"], 10, 1));

        var reply = await anybody.PostAsync("/openai/deployments/plain/chat/completions", "{" + Messages + "}", ("api-key", _gateway.Key));
        var nowhere = await anybody.PostAsync("/openai/deployments/plain/chat/complete", "{}", ("api-key", _gateway.Key));
        var models = await anybody.GetAsync("/openai/models?api-version=2024-10-21", ("api-key", _gateway.Key));

        Assert.Equal((200, 404, 200), (reply.Status, nowhere.Status, models.Status));
        Assert.NotNull(nowhere.Json["error"]);
        Assert.Contains(models.Json["data"]!.AsArray(), static m => (string?)m!["id"] == "test/plain");
    }
}
