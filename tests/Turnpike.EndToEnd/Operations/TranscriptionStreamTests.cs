#pragma warning disable OPENAI001 // the package calls its streams of transcriptions experimental
using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI.Audio;

namespace Turnpike.EndToEnd.Operations;

/// <summary>Transcriptions as events: the provider's where it makes them, else its whole answer as one piece and its end.</summary>
public sealed class TranscriptionStreamTests : IAsyncLifetime
{
    private const string Streaming = "test/clerk";
    private const string Whole = "test/scribe";
    private const string Usage = """{"type":"tokens","input_tokens":30,"input_token_details":{"text_tokens":10,"audio_tokens":20},"output_tokens":5,"total_tokens":35}""";
    private const long TokensCost = (10 * 2_500) + (20 * 6_000) + (5 * 10_000);

    private static readonly byte[] _audio = [.. Enumerable.Range(0, 32_000).Select(static i => (byte)(i * 7))];

    private static readonly string _hel = Event("""{"type":"transcript.text.delta","delta":"Hel","logprobs":[{"token":"Hel","logprob":-0.5,"bytes":[72,101,108]}]}""");
    private static readonly string _lo = Event("""{"type":"transcript.text.delta","delta":"lo"}""");
    private static readonly string _done = Event($$"""{"type":"transcript.text.done","text":"Hello","languages":["en"],"usage":{{Usage}}}""");

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Events_come_as_the_provider_makes_them_and_the_last_says_what_it_cost()
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.Otherwise(_ => Answer.Stream(_hel).Then(new Step.Until(gate.Task)).Then(_lo + _done + Wire.Done));
        var before = _gateway.Available;

        using var reply = await PostAsync(Form(("model", Streaming), ("stream", "true"), ("include[]", "logprobs")));
        var events = new List<JsonNode>();
        await foreach (var item in ItemsAsync(reply))
        {
            events.Add(JsonNode.Parse(item.Data!)!);
            gate.TrySetResult();
        }

        await _gateway.SettledAsync();
        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["Hel", "lo"], events[..2].Select(static e => (string)e["delta"]!));
        Assert.Equal("Hel", (string?)events[0]["logprobs"]![0]!["token"]);
        Assert.Equal(("transcript.text.done", "Hello", "en"), ((string)events[2]["type"]!, (string)events[2]["text"]!, (string)events[2]["languages"]![0]!));
        Assert.Equal((30, 5, 35), ((int)events[2]["usage"]!["input_tokens"]!, (int)events[2]["usage"]!["output_tokens"]!, (int)events[2]["usage"]!["total_tokens"]!));
        Assert.Equal((20, 10), ((int)events[2]["usage"]!["input_token_details"]!["audio_tokens"]!, (int)events[2]["usage"]!["input_token_details"]!["text_tokens"]!));
        Assert.Equal(TokensCost, Nano(events[2]));
        Assert.Equal(before - TokensCost, _gateway.Available);
        var sent = _gateway.Alpha.Exchanges[0].BodyText;
        Assert.Contains("name=\"stream\"\r\n\r\ntrue\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("name=\"include[]\"\r\n\r\nlogprobs\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("name=\"response_format\"\r\n\r\njson\r\n", sent, StringComparison.Ordinal);
        var record = await _gateway.GenerationAsync(reply.Headers.GetValues("X-Generation-Id").Single());
        Assert.Equal(("stt", true, "stop"), ((string)record["api_type"]!, (bool)record["streamed"]!, (string)record["finish_reason"]!));
    }

    [Theory]
    [InlineData(Whole, false)]
    [InlineData(Streaming, true)]
    public async Task A_whole_answer_is_told_as_one_piece_and_its_end(string model, bool isAsked)
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json("""{"text":"Gr\u00fc\u00dfe","x_groq":{"id":"req_1"},"usage":{"type":"duration","seconds":9.2}}"""));

        var (reply, events) = await AskAsync(("model", model), ("stream", "true"), ("response_format", "text"));

        Assert.True(reply.IsSuccessStatusCode);
        Assert.Equal(["transcript.text.delta", "transcript.text.done"], events.Select(static e => (string)e["type"]!));
        Assert.Equal(("Grüße", "Grüße", "req_1"), ((string)events[0]["delta"]!, (string)events[1]["text"]!, (string)events[1]["x_groq"]!["id"]!));
        Assert.Equal(9.2m, (decimal?)events[1]["usage"]!["seconds"]);
        Assert.Equal(model == Whole ? 920_000 : ByRule, Nano(events[1]));
        Assert.Equal(isAsked, _gateway.Alpha.Exchanges[0].BodyText.Contains("name=\"stream\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("True", 200, "text/event-stream")]
    [InlineData("1", 200, "text/event-stream")]
    [InlineData("False", 200, "application/json")]
    [InlineData("0", 200, "application/json")]
    [InlineData("", 200, "application/json")]
    [InlineData("yes", 400, "application/json")]
    public async Task A_flag_is_read_as_clients_write_it_in_a_form(string flag, int status, string type)
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json("""{"text":"hm","usage":{"type":"duration","seconds":9.2}}"""));

        using var reply = await PostAsync(Form(("model", Whole), ("stream", flag), ("zdr", "0")));

        Assert.Equal((status, type), ((int)reply.StatusCode, reply.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silence_is_an_end_without_a_piece(bool isStream)
    {
        _gateway.Alpha.Otherwise(_ => isStream ? Answer.Stream(Event($$"""{"type":"transcript.text.done","text":"","usage":{{Usage}}}""")) : Answer.Json($$"""{"text":"","usage":{{Usage}}}"""));

        var (_, events) = await AskAsync(("model", Streaming), ("stream", "true"));

        Assert.Equal("transcript.text.done", (string?)Assert.Single(events)["type"]);
        Assert.Equal(TokensCost, Nano(events[0]));
    }

    [Fact]
    public async Task Audio_in_JSON_is_told_as_events_too()
    {
        _gateway.Alpha.Otherwise(_ => Answer.Stream(_hel, _lo, _done));

        var reply = await _gateway.Client.StreamAtAsync("/api/v1/audio/transcriptions", $$"""
            {"stream":true,"model":"{{Streaming}}","input_audio":{"data":"{{Convert.ToBase64String(_audio)}}","format":"wav"},{{GatewayHarness.AlphaFirst}}}
            """);

        Assert.Equal(["Hel", "lo", null], reply.Chunks.Select(static c => (string?)c["delta"]));
        Assert.Equal(TokensCost, reply.CostNano);
        Assert.Contains("name=\"stream\"\r\n\r\ntrue\r\n", _gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("an error in the stream")]
    [InlineData("events of another kind")]
    [InlineData("no end")]
    [InlineData("a page")]
    public async Task Before_the_first_piece_another_endpoint_is_asked(string how)
    {
        _gateway.Alpha.Otherwise(_ => how switch
        {
            "500" => Answer.Error(500),
            "an error in the stream" => Answer.Stream(Event("""{"error":{"message":"no","code":"server_error"}}""")),
            "events of another kind" => Answer.Stream(Event("""{"object":"transcription.chunk","choices":[{"delta":{"content":"Hel"}}]}""")),
            "no end" => Answer.Stream(Wire.Done),
            _ => Answer.Json("<html>") with { ContentType = "text/html" },
        });
        _gateway.Beta.Otherwise(_ => Answer.Json($$"""{"text":"Hello","usage":{{Usage}}}"""));

        var (_, events) = await AskAsync(("model", Streaming), ("stream", "true"));

        Assert.Equal(["Hello", null], events.Select(static e => (string?)e["delta"]));
        Assert.Equal(TokensCost, Nano(events[1]));
        Assert.DoesNotContain("name=\"stream\"", _gateway.Beta.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_answers_it_is_an_error_of_the_usual_shape()
    {
        _gateway.Alpha.Otherwise(_ => Answer.Error(400, "The audio is damaged.", "invalid_value"));

        var (reply, _) = await AskAsync(("model", Streaming), ("stream", "true"));
        var error = JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["error"]!;

        Assert.Equal(400, (int)reply.StatusCode);
        Assert.Equal("application/json", reply.Content.Headers.ContentType?.MediaType);
        Assert.Contains("The audio is damaged.", error.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("error")]
    public async Task A_stream_that_breaks_ends_with_an_error_and_costs_nothing(string how)
    {
        var broken = Answer.Stream(_hel);
        _gateway.Alpha.Otherwise(_ => how == "cut" ? broken.Then(new Step.Cut()) : broken.Then(Event("""{"type":"error","error":{"message":"overloaded","code":"503"}}""")));
        var before = _gateway.Available;

        var (_, events) = await AskAsync(("model", Streaming), ("stream", "true"));
        await _gateway.SettledAsync();

        Assert.Equal(2, events.Count);
        Assert.Equal("error", (string?)events[1]["type"]);
        Assert.NotNull(events[1]["error"]!["message"]);
        Assert.Equal(how == "cut" ? 502 : 503, (int)events[1]["error"]!["code"]!);
        Assert.Equal(before, _gateway.Available);
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    [Fact]
    public async Task Who_was_kept_alive_is_told_the_error_as_an_event()
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.Otherwise(_ => Answer.Error(500) with { HeadGate = gate.Task });
        _gateway.Beta.Otherwise(_ => Answer.Error(500));
        var before = _gateway.Available;

        using var reply = await PostAsync(Form(("model", Whole), ("stream", "true"))); // its head comes with the first sign of life
        gate.SetResult();
        var events = await EventsAsync(reply);
        await _gateway.SettledAsync();

        Assert.True(reply.IsSuccessStatusCode);
        Assert.Equal(502, (int?)Assert.Single(events)["error"]!["code"]);
        Assert.Equal(before, _gateway.Available);
    }

    [Fact]
    public async Task The_first_piece_may_take_as_long_as_a_whole_answer()
    {
        await _gateway.DisposeAsync();
        _gateway = await StartAsync(new() { ["timeouts"] = new JsonObject { ["firstToken"] = "40ms" } });
        var gate = new TaskCompletionSource();
        _gateway.Alpha.Otherwise(_ => Answer.Stream(_hel, _lo, _done) with { HeadGate = gate.Task });
        _gateway.Beta.Otherwise(static _ => Answer.Json("""{"text":"Other"}"""));

        using var reply = await PostAsync(Form(("model", Streaming), ("stream", "true")));
        var pieces = new List<string?>();
        var signs = 0;
        await foreach (var item in SseReader.ReadAsync(await reply.Content.ReadAsStreamAsync(), Deadline.Token()))
        {
            if (item.Comment is not null && ++signs == 10)
            {
                gate.TrySetResult(); // after ten intervals of 20 ms
            }

            if (item.Data is { } data)
            {
                pieces.Add((string?)JsonNode.Parse(data)!["delta"]);
            }
        }

        Assert.Equal(["Hel", "lo", null], pieces);
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    // Of the file's bytes the rule makes two seconds; 640 letters are 160 tokens, which take 20 to say.
    [Theory]
    [InlineData(Streaming, "delta", 3, (20 * 6_000) + (8 * 10_000))]
    [InlineData(Streaming, "delta", 640, (200 * 6_000) + (160 * 10_000))]
    [InlineData(Streaming, "text", 640, (200 * 6_000) + (160 * 10_000))] // a speaker's segment
    [InlineData(Whole, "delta", 3, 2 * 100_000)]
    [InlineData(Whole, "delta", 640, 20 * 100_000)]
    public async Task Who_leaves_in_the_middle_pays_by_rule_and_for_no_less_than_was_told(string model, string member, int letters, long cost)
    {
        var piece = Event($$"""{"type":"transcript.text.piece","{{member}}":"{{new string('a', letters)}}"}""");
        _gateway.Alpha.Otherwise(_ => Answer.Stream(piece).Then(new Step.Stall()));
        var before = _gateway.Available;

        using (var reply = await PostAsync(Form(("model", model), ("stream", "true"))))
        {
            await using var items = ItemsAsync(reply).GetAsyncEnumerator();
            Assert.True(await items.MoveNextAsync());
        }

        await _gateway.SettledAsync();
        Assert.Equal(before - cost, _gateway.Available);
    }

    [Theory]
    [InlineData("response_format", "verbose_json")]
    [InlineData("response_format", "srt")]
    [InlineData("stream", "maybe")]
    public async Task What_does_not_fit_a_stream_is_named(string field, string value)
    {
        (string, string)[] fields = [("model", Streaming), (field, value), .. field == "stream" ? [] : new[] { ("stream", "true") }];

        var (reply, _) = await AskAsync(fields);
        var inJson = await _gateway.Client.PostAsync("/api/v1/audio/transcriptions", $$"""
            {"model":"{{Streaming}}","{{field}}":"{{value}}",{{(field == "stream" ? "" : "\"stream\":true,")}}"input_audio":{"data":"AAAA","format":"wav"} }
            """);

        Assert.Equal(400, (int)reply.StatusCode);
        Assert.Equal(field, (string?)JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["error"]!["param"]);
        Assert.Equal((400, field), (inJson.Status, (string?)inJson.Json["error"]!["param"]));
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Theory]
    [InlineData(Streaming)]
    [InlineData(Whole)]
    public async Task OpenAIs_own_client_streams(string model)
    {
        _gateway.Alpha.Otherwise(_ => model == Streaming ? Answer.Stream(_hel, _lo, _done) : Answer.Json("""{"text":"Hello"}"""));
        _gateway.Beta.Otherwise(static _ => Answer.Error(503));
        var client = new AudioClient(model, new ApiKeyCredential(_gateway.Key), OpenAIClients.OptionsFor(_gateway));

        var pieces = new List<string>();
        string? text = null;
        await foreach (var update in await client.TranscribeAudioStreamingAsync(new MemoryStream(_audio), "speech.mp3"))
        {
            switch (update)
            {
                case StreamingAudioTranscriptionTextDeltaUpdate delta:
                    pieces.Add(delta.Delta);
                    break;
                case StreamingAudioTranscriptionTextDoneUpdate done:
                    text = done.Text;
                    break;
            }
        }

        Assert.Equal(model == Streaming ? ["Hel", "lo"] : ["Hello"], pieces);
        Assert.Equal("Hello", text);
    }

    private static Task<GatewayHarness> StartAsync(JsonObject? provider = null) => GatewayHarness.StartAsync(
        static c => c
            .Set("streaming.keepAliveInterval", "20ms")
            .Set("models", new JsonArray(Model(Streaming), Model(Whole)))
            .Endpoint("alpha", Streaming, fields: [("prices", Tokens()), ("parameters", new JsonArray("stream"))])
            .Endpoint("beta", Streaming, fields: [("prices", Tokens())])
            .Endpoint("alpha", Whole, fields: [("prices", Time())])
            .Endpoint("beta", Whole, fields: [("prices", Time())]),
        providerFields: provider);

    // Two seconds by their bytes: twenty tokens of audio, eight of text.
    private static long ByRule => (20 * 6_000) + (8 * 10_000);

    private static string Event(string data) => $"data: {data}\n\n";

    private static JsonObject Model(string id) => new() { ["id"] = id, ["outputModalities"] = new JsonArray("transcription") };

    private static JsonObject Tokens() => new() { ["prompt"] = 2.5m, ["completion"] = 10, ["audio"] = 6 };

    private static JsonObject Time() => new() { ["prompt"] = 0, ["completion"] = 0, ["audioHour"] = 0.36m };

    private static long Nano(JsonNode done) => (long)decimal.Round(done["usage"]!["cost"]!.GetValue<decimal>() * 1_000_000_000m);

    private static MultipartFormDataContent Form(params IEnumerable<(string Name, string Value)> fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new StringContent("""{"order":["alpha","beta"]}"""), "provider");
        form.Add(new ByteArrayContent(_audio), "file", "a.mp3");
        return form;
    }

    // Not the comments that keep it alive.
    private static async IAsyncEnumerable<SseItem> ItemsAsync(HttpResponseMessage reply)
    {
        await foreach (var item in SseReader.ReadAsync(await reply.Content.ReadAsStreamAsync(), Deadline.Token()))
        {
            if (item.Data is not null)
            {
                yield return item;
            }
        }
    }

    private static async Task<List<JsonNode>> EventsAsync(HttpResponseMessage reply)
    {
        var events = new List<JsonNode>();
        if (reply.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            await foreach (var item in ItemsAsync(reply))
            {
                events.Add(JsonNode.Parse(item.Data!)!);
            }
        }

        return events;
    }

    private async Task<(HttpResponseMessage Reply, List<JsonNode> Events)> AskAsync(params IEnumerable<(string Name, string Value)> fields)
    {
        var reply = await PostAsync(Form(fields));
        return (reply, await EventsAsync(reply));
    }

    private Task<HttpResponseMessage> PostAsync(HttpContent form)
    {
        var request = _gateway.Client.Request(HttpMethod.Post, "/api/v1/audio/transcriptions");
        request.Content = form;
        return _gateway.Client.SendAsync(request);
    }
}
