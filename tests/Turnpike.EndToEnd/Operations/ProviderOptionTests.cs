using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Operations;

/// <summary><c>provider.options</c>: what is said to one provider alone.</summary>
public sealed class ProviderOptionTests : IAsyncLifetime
{
    private const string Both =
        "\"provider\":{\"order\":[\"alpha\",\"beta\"],\"options\":{\"Alpha\":{\"guidance\":7.5,\"seed\":2,\"n\":9,\"model\":\"dearer\"},\"beta\":{\"safe\":{\"level\":[1, 2]}},\"other\":{\"x\":1}}}";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static config => config
        .Set("models", new JsonArray(Model("test/brush", "image"), Model("test/voice", "speech"), Model("test/scribe", "transcription")))
        .Endpoint("alpha", "test/brush").Endpoint("beta", "test/brush")
        .Endpoint("alpha", "test/voice").Endpoint("beta", "test/voice")
        .Endpoint("alpha", "test/scribe").Endpoint("beta", "test/scribe"));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Each_provider_of_an_image_is_told_its_own_and_nothing_that_is_paid_by()
    {
        await _gateway.Client.PostAsync("/api/v1/images", $$"""{"model":"test/brush","prompt":"a fox","n":2,"seed":1,{{Both}}}""");

        Assert.Equal("""{"model":"brush","prompt":"a fox","n":2,"response_format":"b64_json","guidance":7.5,"seed":2}""", (await _gateway.Alpha.ExchangeAsync()).BodyText);
        Assert.Equal("""{"model":"brush","prompt":"a fox","n":2,"seed":1,"response_format":"b64_json","safe":{"level":[1, 2]}}""", (await _gateway.Beta.ExchangeAsync()).BodyText);
    }

    [Fact]
    public async Task So_is_each_provider_of_speech()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Error(500));

        await _gateway.Client.PostAsync("/api/v1/audio/speech", $$"""{"model":"test/voice","input":"Hi","voice":"a",{{Both}}}""");

        Assert.Equal("""{"model":"voice","input":"Hi","voice":"a","response_format":"pcm","guidance":7.5,"seed":2}""", (await _gateway.Alpha.ExchangeAsync()).BodyText);
        Assert.Equal("""{"model":"voice","input":"Hi","voice":"a","response_format":"pcm","safe":{"level":[1, 2]}}""", (await _gateway.Beta.ExchangeAsync()).BodyText);
    }

    [Fact]
    public async Task So_is_each_provider_of_a_transcription_in_its_form()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Error(500));

        await _gateway.Client.PostAsync("/api/v1/audio/transcriptions",
            $$"""{"model":"test/scribe","input_audio":{"data":"AAAA","format":"wav"},"seed":1,"language":"en",{{Both.Replace("\"n\":9", "\"model_b\":1,\"words\":[\"a\",\"b\"]", StringComparison.Ordinal)}}}""");

        var alpha = (await _gateway.Alpha.ExchangeAsync()).BodyText;
        var beta = (await _gateway.Beta.ExchangeAsync()).BodyText;
        foreach (var (name, value) in new[] { ("guidance", "7.5"), ("seed", "2"), ("words[]", "a"), ("words[]", "b"), ("language", "en"), ("model", "scribe") })
        {
            Assert.Contains($"name=\"{name}\"\r\n\r\n{value}\r\n", alpha, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("name=\"seed\"\r\n\r\n1\r\n", alpha, StringComparison.Ordinal);
        Assert.DoesNotContain("dearer", alpha, StringComparison.Ordinal);
        Assert.DoesNotContain("model_b", alpha, StringComparison.Ordinal);
        Assert.Contains("name=\"safe\"\r\n\r\n{\"level\":[1, 2]}\r\n", beta, StringComparison.Ordinal);
        Assert.DoesNotContain("guidance", beta, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_passes_none_on()
    {
        await _gateway.Client.AskAsync(GatewayHarness.Plain, "\"provider\":{\"options\":{\"alpha\":{\"guidance\":1}}}");

        Assert.DoesNotContain("guidance", (await _gateway.Alpha.ExchangeAsync()).BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_a_key_or_an_account_hold_where_the_request_has_none_for_the_provider()
    {
        await _gateway.SetProviderDefaultsAsync("{\"options\":{\"alpha\":{\"style\":\"a\"}}}", "{\"options\":{\"beta\":{\"style\":\"b\"}},\"order\":[\"alpha\"]}");
        await Deadline.UntilAsync(
            async () =>
            {
                await _gateway.Client.PostAsync("/api/v1/images", """{"model":"test/brush","prompt":"a fox","provider":{"options":{"other":{"style":"c"}}}}""");
                return _gateway.Alpha.Exchanges[^1].BodyText.Contains("\"style\":\"a\"", StringComparison.Ordinal);
            },
            "the defaults to be in force");

        Assert.EndsWith("\"style\":\"b\"}", _gateway.Beta.Exchanges[^1].BodyText, StringComparison.Ordinal);
    }

    private static JsonObject Model(string id, string output) => new() { ["id"] = id, ["outputModalities"] = new JsonArray(output) };
}
