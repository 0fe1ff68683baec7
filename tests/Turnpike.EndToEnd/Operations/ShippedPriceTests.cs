using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Operations;

/// <summary>Models of the shipped catalogue beside chat, at providers of which only the address is another: what they cost.</summary>
public sealed class ShippedPriceTests : IAsyncLifetime
{
    private const string Png = Picture.Png;

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static config =>
    {
        var alpha = (string)config.Document["providers"]![0]!["baseUrl"]!;
        config.Provider("openai", alpha).Provider("groq", alpha).Provider("cohere", alpha);
    });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("embeddings", "openai/text-embedding-3-small", "\"input\":\"Hello\"", 1000 * 20)]
    [InlineData("rerank", "cohere/rerank-v3.5", "\"query\":\"q\",\"documents\":[\"a\"]", 2_000_000)]
    [InlineData("images/generations", "openai/dall-e-3", "\"prompt\":\"a fox\",\"size\":\"1024x1024\",\"n\":1", 40_000_000)]
    [InlineData("images", "openai/gpt-image-1", "\"prompt\":\"a fox\"", (20 * 5_000) + (1000 * 40_000))]
    [InlineData("images", "openai/gpt-image-1", "\"prompt\":\"a fox\",\"input_references\":[\"data:image/png;base64," + Png + "\"]", (10 * 5_000) + (10 * 10_000) + (1000 * 40_000))]
    [InlineData("audio/transcriptions", "openai/whisper-1", "\"input_audio\":{\"data\":\"AAAA\",\"format\":\"mp3\"}", 360_000_000 / 360)]
    [InlineData("audio/transcriptions", "openai/whisper-large-v3-turbo", "\"input_audio\":{\"data\":\"AAAA\",\"format\":\"mp3\"}", 40_000_000 / 360)]
    public async Task An_answer_costs_its_units(string address, string model, string fields, long cost)
    {
        _gateway.Alpha.Otherwise(static exchange => Answer.Json(
            exchange.Path.EndsWith("embeddings", StringComparison.Ordinal) ? """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"usage":{"prompt_tokens":1000,"total_tokens":1000}}"""
            : exchange.Path.EndsWith("rerank", StringComparison.Ordinal) ? """{"id":"r","results":[{"index":0,"relevance_score":0.5}],"meta":{"billed_units":{"search_units":1}}}"""
            : exchange.Path.EndsWith("transcriptions", StringComparison.Ordinal) ? """{"text":"Hello","usage":{"type":"duration","seconds":10}}"""
            : $$"""{"created":1,"data":[{"b64_json":"{{Png}}"}]{{(exchange.Path.EndsWith("edits", StringComparison.Ordinal) ? ",\"usage\":{\"input_tokens\":20,\"input_tokens_details\":{\"image_tokens\":10,\"text_tokens\":10},\"output_tokens\":1000,\"total_tokens\":1020}" : exchange.Model == "gpt-image-1" ? ",\"usage\":{\"input_tokens\":20,\"output_tokens\":1000,\"total_tokens\":1020}" : "")}} }"""));
        var before = _gateway.Available;

        var reply = await _gateway.Client.PostAsync($"/api/v1/{address}", $$"""{"model":"{{model}}",{{fields}}}""");
        await _gateway.SettledAsync();

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(cost, before - _gateway.Available);
    }

    [Fact]
    public async Task Speech_costs_its_characters()
    {
        _gateway.Alpha.Otherwise(static _ => new Answer { ContentType = "audio/pcm", Steps = [new Step.Send(new byte[400])] });
        var before = _gateway.Available;

        var reply = await _gateway.Client.PostAsync("/api/v1/audio/speech", """{"model":"openai/tts-1","input":"0123456789","voice":"alloy"}""");
        await _gateway.SettledAsync();

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(10 * 15_000, before - _gateway.Available);
    }

    [Fact]
    public async Task They_are_listed_under_what_they_give()
    {
        foreach (var (output, model) in (IEnumerable<(string, string)>)[("speech", "openai/tts-1"), ("transcription", "openai/whisper-1"), ("rerank", "cohere/rerank-v3.5"), ("image", "openai/dall-e-3")])
        {
            var list = (await _gateway.Client.GetAsync($"/api/v1/models?output_modalities={output}")).Json["data"]!.AsArray();
            Assert.Contains(list, m => (string?)m!["id"] == model);
        }
    }
}
