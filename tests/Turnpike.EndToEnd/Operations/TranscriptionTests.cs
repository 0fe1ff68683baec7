using System.ClientModel;
using System.Text;
using System.Text.Json.Nodes;
using OpenAI.Audio;

namespace Turnpike.EndToEnd.Operations;

/// <summary>Transcriptions: a form or JSON in, a form to the provider, charged by time or by tokens.</summary>
public sealed class TranscriptionTests : IAsyncLifetime
{
    private const string PerHour = "test/scribe";
    private const string PerToken = "test/clerk";

    private static readonly byte[] _audio = [.. Enumerable.Range(0, 32_000).Select(static i => (byte)(i * 7))];

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c
        .Set("models", new JsonArray(Model(PerHour), Model(PerToken)))
        .Endpoint("alpha", PerHour, "scribe-1", fields: [("prices", Prices(0.36m))])
        .Endpoint("beta", PerHour, "scribe-1", fields: [("prices", Prices(0.72m))])
        .Endpoint("alpha", PerToken, prompt: 2.5m, completion: 10, fields: [("prices", new JsonObject { ["prompt"] = 2.5m, ["completion"] = 10, ["audio"] = 6 })]));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_form_goes_to_the_provider_and_costs_the_time_that_it_reports()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json("""{"text":"Hello","usage":{"type":"duration","seconds":9.2}}"""));

        var reply = await SendAsync(Form(("model", PerHour), ("language", "en"), ("timestamp_granularities[]", "word"), ("provider", """{"order":["alpha"]}""")));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("Hello", (string?)reply.Json["text"]);
        Assert.Equal(920_000, reply.CostNano);
        Assert.Equal(9.2m, (decimal?)reply.Usage!["seconds"]);
        var sent = _gateway.Alpha.Exchanges[0];
        Assert.Equal("/v1/audio/transcriptions", sent.Path);
        Assert.StartsWith("multipart/form-data; boundary=", sent.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Contains("name=\"model\"\r\n\r\nscribe-1\r\n", sent.BodyText, StringComparison.Ordinal);
        Assert.Contains("name=\"language\"\r\n\r\nen\r\n", sent.BodyText, StringComparison.Ordinal);
        Assert.Contains("name=\"timestamp_granularities[]\"\r\n\r\nword\r\n", sent.BodyText, StringComparison.Ordinal);
        Assert.DoesNotContain("order", sent.BodyText, StringComparison.Ordinal);
        Assert.True(sent.Body.Span.IndexOf(_audio) > 0);
        var record = await _gateway.GenerationAsync(reply.Header("X-Generation-Id")!);
        Assert.Equal("stt", (string?)record["api_type"]);
        Assert.Equal(9200, (int?)record["units"]!["audio_milliseconds"]);
    }

    [Fact]
    public async Task Audio_in_JSON_is_sent_as_a_form_and_all_that_was_told_comes_back()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json("""{"task":"transcribe","text":"Hi","duration":2.5,"segments":[{"id":0}]}"""));

        var reply = await _gateway.Client.PostAsync("/api/v1/audio/transcriptions", $$"""
            {"model":"{{PerHour}}","input_audio":{"data":"{{Convert.ToBase64String(_audio)}}","format":"wav"},"temperature":0.5,"timestamp_granularities":["word","segment"],
            "response_format":"verbose_json",{{GatewayHarness.AlphaFirst}}}
            """);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("""[{"id":0}]""", reply.Json["segments"]!.ToJsonString());
        Assert.Equal(250_000, reply.CostNano);
        var sent = _gateway.Alpha.Exchanges[0];
        Assert.Contains("filename=\"audio.wav\"\r\nContent-Type: audio/wav\r\n", sent.BodyText, StringComparison.Ordinal);
        Assert.Contains("name=\"temperature\"\r\n\r\n0.5\r\n", sent.BodyText, StringComparison.Ordinal);
        Assert.Contains("name=\"timestamp_granularities[]\"\r\n\r\nsegment\r\n", sent.BodyText, StringComparison.Ordinal);
        Assert.Contains("name=\"response_format\"\r\n\r\nverbose_json\r\n", sent.BodyText, StringComparison.Ordinal);
        Assert.True(sent.Body.Span.IndexOf(_audio) > 0);
    }

    [Fact]
    public async Task A_text_alone_is_told_as_text_and_paid_for_all_the_same()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json("""{"text":"Gr\u00fc\u00dfe\n","usage":{"type":"tokens","input_tokens":30,"output_tokens":5,"input_token_details":{"audio_tokens":20,"text_tokens":10}}}"""));
        var before = _gateway.Available;

        var reply = await SendAsync(Form(("model", PerToken), ("response_format", "text")));
        await _gateway.SettledAsync();

        Assert.Equal("Grüße\n", reply.Text);
        Assert.Equal(before - ((10 * 2_500) + (20 * 6_000) + (5 * 10_000)), _gateway.Available);
        Assert.Contains("name=\"response_format\"\r\n\r\njson\r\n", _gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_endpoint_gets_the_whole_form_and_without_a_report_the_time_is_counted_by_bytes()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Error(500));
        _gateway.Beta.Otherwise(static _ => Answer.Json("""{"text":""}"""));

        var reply = await SendAsync(Form(("model", PerHour), ("provider", """{"order":["alpha","beta"]}""")));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(2 * 200_000, reply.CostNano);
        Assert.True(_gateway.Beta.Exchanges[0].Body.Span.IndexOf(_audio) > 0);
    }

    [Fact]
    public async Task What_stands_in_the_audio_cannot_name_another_model()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json("""{"text":"x"}"""));
        var forged = Encoding.ASCII.GetBytes("\r\n--turnpike-form-0-end\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ndear\r\n");

        var reply = await SendAsync(Form(forged, "a.mp3", ("model", PerToken)));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Contains("boundary=turnpike-form-1-end", _gateway.Alpha.Exchanges[0].Header("Content-Type"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model", "language", "en")]
    [InlineData("response_format", "response_format", "srt")]
    [InlineData("stream", "stream", "yes")]
    [InlineData("model[]", "model[]", "dear")]
    [InlineData("language", "language", null)]
    [InlineData("temperature", "temperature", "warm")]
    [InlineData("zdr", "zdr", "yes")]
    public async Task A_bad_field_of_a_form_is_named(string field, string name, string? value)
    {
        var form = field == "model" ? Form((name, value!)) : Form(("model", PerHour), (name, value ?? new string('x', 70_000)));

        Named(field, await SendAsync(form));
    }

    [Theory]
    [InlineData("input_audio", "\"language\":\"en\"")]
    [InlineData("input_audio.format", "\"input_audio\":{\"data\":\"AAAA\",\"format\":\"doc\"}")]
    [InlineData("input_audio.data", "\"input_audio\":{\"data\":\"!\",\"format\":\"wav\"}")]
    [InlineData("file", "\"input_audio\":{\"data\":\"AAAA\",\"format\":\"wav\"},\"file\":\"x\"")]
    public async Task A_bad_field_of_JSON_is_named(string field, string fields) =>
        Named(field, await _gateway.Client.PostAsync("/api/v1/audio/transcriptions", $$"""{"model":"{{PerHour}}",{{fields}}}"""));

    [Fact]
    public async Task A_file_that_is_none_or_too_large_is_refused()
    {
        Named("file", await SendAsync(Form(_audio, "a.pdf", ("model", PerHour))));
        Named("file", await SendAsync(Form([], "a.mp3", ("model", PerHour))));
        Named("file", await SendAsync(Form(new byte[(25 << 20) + 1], "a.mp3", ("model", PerHour))));
    }

    [Fact]
    public async Task OpenAIs_own_client_works()
    {
        _gateway.Alpha.Otherwise(static _ => Answer.Json("""{"text":"Hello"}"""));
        _gateway.Beta.Otherwise(static _ => Answer.Json("""{"text":"Hello"}"""));
        var client = new AudioClient(PerHour, new ApiKeyCredential(_gateway.Key), OpenAIClients.OptionsFor(_gateway));

        AudioTranscription transcription = await client.TranscribeAudioAsync(new MemoryStream(_audio), "speech.mp3");

        Assert.Equal("Hello", transcription.Text);
    }

    private static JsonObject Model(string id) => new() { ["id"] = id, ["outputModalities"] = new JsonArray("transcription") };

    private static JsonObject Prices(decimal hour) => new() { ["prompt"] = 0, ["completion"] = 0, ["audioHour"] = hour };

    private static MultipartFormDataContent Form(params (string Name, string Value)[] fields) => Form(_audio, "a.mp3", fields);

    private static MultipartFormDataContent Form(byte[] audio, string file, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new ByteArrayContent(audio), "file", file);
        return form;
    }

    private void Named(string field, Reply reply)
    {
        Assert.Equal(400, reply.Status);
        Assert.Equal(field, (string?)reply.Json["error"]!["param"]);
        Assert.Empty(_gateway.Alpha.Exchanges);
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    private async Task<Reply> SendAsync(HttpContent form)
    {
        using var request = _gateway.Client.Request(HttpMethod.Post, "/api/v1/audio/transcriptions");
        request.Content = form;
        using var response = await _gateway.Client.SendAsync(request);
        return new((int)response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync(Deadline.Token()));
    }
}
