using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Audio;

namespace Turnpike.EndToEnd.Operations;

/// <summary>Speech: audio relayed byte for byte as it is made, charged by characters or by tokens.</summary>
public sealed class SpeechTests : IAsyncLifetime
{
    private const string PerCharacter = "test/voice";
    private const string PerToken = "test/singer";

    private static readonly byte[] _audio = [.. Enumerable.Range(0, 4000).Select(static i => (byte)(i * 7))];

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c
        .Set("models", new JsonArray(Model(PerCharacter), Model(PerToken)))
        .Endpoint("alpha", PerCharacter, fields: [("prices", Prices(15))])
        .Endpoint("beta", PerCharacter, fields: [("prices", Prices(30))])
        .Endpoint("alpha", PerToken, prompt: 0.6m, completion: 12));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Audio_comes_byte_for_byte_and_costs_its_characters()
    {
        _gateway.Alpha.On("voice", Spoken());
        var before = _gateway.Available;

        using var reply = await AskAsync($$"""{"model":"{{PerCharacter}}","input":"Gr\u00fc\u00df dich 🦊","voice":"a","speed":1.25,"response_format":"mp3",{{GatewayHarness.AlphaFirst}}}""");
        var audio = await reply.Content.ReadAsByteArrayAsync();
        await _gateway.SettledAsync();

        Assert.Equal("audio/mpeg", reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal(_audio, audio);
        Assert.Equal(before - (11 * 15_000), _gateway.Available);
        Assert.Equal("/v1/audio/speech", _gateway.Alpha.Exchanges[0].Path);
        Assert.Equal("""{"model":"voice","input":"Gr\u00fc\u00df dich 🦊","voice":"a","speed":1.25,"response_format":"mp3"}""", _gateway.Alpha.Exchanges[0].BodyText);
        var record = await _gateway.GenerationAsync(reply.Headers.GetValues("X-Generation-Id").Single());
        Assert.Equal("tts", (string?)record["api_type"]);
        Assert.Equal(11, (int?)record["units"]!["characters"]);
    }

    [Fact]
    public async Task The_first_bytes_come_before_the_last_are_made()
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.On("voice", (Spoken() with { Steps = [new Step.Send(_audio[..1000]), new Step.Until(gate.Task), new Step.Send(_audio[1000..])] }));

        using var reply = await AskAsync($$"""{"model":"{{PerCharacter}}","input":"hi","voice":"a",{{GatewayHarness.AlphaFirst}}}""");
        await using var stream = await reply.Content.ReadAsStreamAsync();
        var first = new byte[1000];
        await stream.ReadExactlyAsync(first, Deadline.Token());
        gate.SetResult();
        using var rest = new MemoryStream();
        await stream.CopyToAsync(rest, Deadline.Token());

        Assert.Equal("audio/pcm", reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal(_audio[..1000], first);
        Assert.Equal(_audio[1000..], rest.ToArray());
    }

    [Fact]
    public async Task Speech_that_is_charged_by_tokens_is_billed_by_rule()
    {
        _gateway.Alpha.On("singer", Spoken());
        var before = _gateway.Available;

        using var reply = await AskAsync($$"""{"model":"{{PerToken}}","input":"{{new string('a', 150)}}","voice":"a"}""");
        _ = await reply.Content.ReadAsByteArrayAsync();
        await _gateway.SettledAsync();

        Assert.Equal(before - ((38 * 600) + (210 * 12_000)), _gateway.Available);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("nothing")]
    [InlineData("less than a frame")]
    [InlineData("JSON")]
    public async Task Without_a_frame_another_endpoint_is_asked(string how)
    {
        _gateway.Alpha.On("voice", how switch
        {
            "500" => Answer.Error(500),
            "nothing" => Spoken() with { Steps = [] },
            "less than a frame" => Spoken() with { Steps = [new Step.Send(_audio[..95])] },
            _ => Answer.Json("""{"audio":"no"}"""),
        });
        _gateway.Beta.On("voice", Spoken());
        var before = _gateway.Available;

        using var reply = await AskAsync($$"""{"model":"{{PerCharacter}}","input":"hello","voice":"a","response_format":"mp3",{{GatewayHarness.AlphaFirst}}}""");
        var audio = await reply.Content.ReadAsByteArrayAsync();
        await _gateway.SettledAsync();

        Assert.Equal(_audio, audio);
        Assert.Equal(before - (5 * 30_000), _gateway.Available);
    }

    [Fact]
    public async Task Audio_that_breaks_off_does_not_look_whole_and_costs_nothing()
    {
        _gateway.Alpha.On("voice", Spoken().Then(new Step.Cut()));
        var before = _gateway.Available;

        var failure = await Record.ExceptionAsync(async () =>
        {
            using var reply = await AskAsync($$"""{"model":"{{PerCharacter}}","input":"hello","voice":"a",{{GatewayHarness.AlphaFirst}}}""");
            await reply.Content.ReadAsByteArrayAsync();
        });
        await _gateway.SettledAsync();

        Assert.NotNull(failure);
        Assert.Equal(before, _gateway.Available);
    }

    [Theory]
    [InlineData("input", """{"model":"test/voice","voice":"a"}""")]
    [InlineData("input", """{"model":"test/voice","voice":"a","input":""}""")]
    [InlineData("voice", """{"model":"test/voice","input":"x"}""")]
    [InlineData("response_format", """{"model":"test/voice","input":"x","voice":"a","response_format":"wav"}""")]
    [InlineData("stream_format", """{"model":"test/voice","input":"x","voice":"a","stream_format":"sse"}""")]
    [InlineData("speed", """{"model":"test/voice","input":"x","voice":"a","speed":"fast"}""")]
    [InlineData("model", """{"model":"test/plain","input":"x","voice":"a"}""")]
    public async Task A_bad_field_is_named(string field, string body)
    {
        using var reply = await AskAsync(body);

        Assert.Equal(400, (int)reply.StatusCode);
        Assert.Equal(field, (string?)JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["error"]!["param"]);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task OpenAIs_own_client_works()
    {
        _gateway.Alpha.Otherwise(static _ => Spoken());
        _gateway.Beta.Otherwise(static _ => Spoken());
        var client = new AudioClient(
            PerCharacter,
            new ApiKeyCredential(_gateway.Key),
            new OpenAIClientOptions { Endpoint = new Uri(_gateway.Address, "/api/v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });

        BinaryData audio = await client.GenerateSpeechAsync("hello", GeneratedSpeechVoice.Alloy, new SpeechGenerationOptions { ResponseFormat = GeneratedSpeechFormat.Mp3 });

        Assert.Equal(_audio, audio.ToArray());
    }

    private static JsonObject Model(string id) => new() { ["id"] = id, ["outputModalities"] = new JsonArray("speech") };

    private static JsonObject Prices(decimal characters) => new() { ["prompt"] = 0, ["completion"] = 0, ["characters"] = characters };

    private static Answer Spoken() => new() { ContentType = "audio/mpeg", Steps = [new Step.Send(_audio)] };

    private Task<HttpResponseMessage> AskAsync(string body) =>
        _gateway.Client.SendAsync(_gateway.Client.Request(HttpMethod.Post, "/api/v1/audio/speech", body));
}
