#pragma warning disable OPENAI001 // the package calls its streams of speech experimental
using System.ClientModel;
using System.Text.Json.Nodes;
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

    [Theory]
    [InlineData(PerCharacter, 5 * 15_000)]
    [InlineData(PerToken, (2 * 600) + (7 * 12_000))]
    public async Task Audio_comes_as_events_to_who_wants_them(string model, long cost)
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.Otherwise(_ => Spoken() with { Steps = [new Step.Send(_audio[..1000]), new Step.Until(gate.Task), new Step.Send(_audio[1000..])] });
        var before = _gateway.Available;

        using var reply = await AskAsync(Events(model));
        using var audio = new MemoryStream();
        JsonNode? last = null;
        await foreach (var item in SseReader.ReadAsync(await reply.Content.ReadAsStreamAsync(), Deadline.Token()))
        {
            gate.TrySetResult();
            if (item.Data is null)
            {
                continue; // a comment that keeps it alive
            }

            last = JsonNode.Parse(item.Data)!;
            if ((string?)last["type"] == "speech.audio.delta")
            {
                var piece = (string)last["audio"]!;
                audio.Write(Convert.FromBase64String(piece));
                Assert.True(audio.Length == _audio.Length || !piece.EndsWith('=')); // who joins them before reading gets the same
            }
        }

        await _gateway.SettledAsync();
        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal(_audio, audio.ToArray());
        Assert.Equal("speech.audio.done", (string?)last!["type"]);
        Assert.Equal((2, 7, 9), ((int)last["usage"]!["input_tokens"]!, (int)last["usage"]!["output_tokens"]!, (int)last["usage"]!["total_tokens"]!));
        Assert.Equal(cost / 1e9m, (decimal)last["usage"]!["cost"]!);
        Assert.Equal(before - cost, _gateway.Available);
        Assert.DoesNotContain("stream_format", _gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("JSON")]
    public async Task Without_a_frame_for_an_event_another_endpoint_is_asked(string how)
    {
        _gateway.Alpha.On("voice", how == "JSON" ? Answer.Json("""{"audio":"no"}""") : Spoken() with { Steps = [] });
        _gateway.Beta.On("voice", Spoken());

        using var reply = await AskAsync(Events(PerCharacter));
        var text = await reply.Content.ReadAsStringAsync();

        Assert.Contains(Convert.ToBase64String(_audio[..3]), text, StringComparison.Ordinal);
        Assert.Contains("\"cost\":0.00015", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_that_break_off_end_with_an_error_and_cost_nothing()
    {
        _gateway.Alpha.On("voice", Spoken().Then(new Step.Cut()));
        var before = _gateway.Available;

        var reply = await _gateway.Client.StreamAtAsync("/api/v1/audio/speech", Events(PerCharacter));
        await _gateway.SettledAsync();

        Assert.True(reply.IsWhole);
        Assert.Equal(("error", 502), ((string)reply.Chunks[^1]["type"]!, (int)reply.Error!["code"]!));
        Assert.Equal(before, _gateway.Available);
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
    [InlineData("stream_format", """{"model":"test/voice","input":"x","voice":"a","stream_format":"ogg"}""")]
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
        var client = new AudioClient(PerCharacter, new ApiKeyCredential(_gateway.Key), OpenAIClients.OptionsFor(_gateway));

        BinaryData audio = await client.GenerateSpeechAsync("hello", GeneratedSpeechVoice.Alloy, new SpeechGenerationOptions { ResponseFormat = GeneratedSpeechFormat.Mp3 });

        Assert.Equal(_audio, audio.ToArray());
    }

    [Fact]
    public async Task OpenAIs_own_client_streams()
    {
        _gateway.Alpha.Otherwise(static _ => Spoken());
        _gateway.Beta.Otherwise(static _ => Spoken());
        var client = new AudioClient(PerCharacter, new ApiKeyCredential(_gateway.Key), OpenAIClients.OptionsFor(_gateway));

        using var audio = new MemoryStream();
        var tokens = 0;
        await foreach (var update in await client.GenerateSpeechStreamingAsync("hello", GeneratedSpeechVoice.Alloy, new SpeechGenerationOptions { ResponseFormat = GeneratedSpeechFormat.Mp3 }))
        {
            if (update is StreamingSpeechAudioDeltaUpdate delta)
            {
                audio.Write(delta.AudioBytes.ToMemory().Span);
            }
            else if (update is StreamingSpeechAudioDoneUpdate done)
            {
                tokens = done.Usage.TotalTokenCount;
            }
        }

        Assert.Equal(_audio, audio.ToArray());
        Assert.Equal(9, tokens);
    }

    private static string Events(string model) => $$"""{"model":"{{model}}","input":"hello","voice":"a","stream_format":"sse",{{GatewayHarness.AlphaFirst}}}""";

    private static JsonObject Model(string id) => new() { ["id"] = id, ["outputModalities"] = new JsonArray("speech") };

    private static JsonObject Prices(decimal characters) => new() { ["prompt"] = 0, ["completion"] = 0, ["characters"] = characters };

    private static Answer Spoken() => new() { ContentType = "audio/mpeg", Steps = [new Step.Send(_audio)] };

    private Task<HttpResponseMessage> AskAsync(string body) =>
        _gateway.Client.SendAsync(_gateway.Client.Request(HttpMethod.Post, "/api/v1/audio/speech", body));
}
