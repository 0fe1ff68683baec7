using System.Text;

namespace Turnpike.EndToEnd;

/// <summary>Errors in OpenRouter's shape, each with its status, type and a sentence that says what to do.</summary>
public sealed class ErrorTests : IAsyncLifetime
{
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(c => c.Set("limits.bodyBytesMax", 64 << 10));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("sk-or-v1-0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("not-a-key")]
    public async Task A_missing_or_unknown_key_is_401(string? key)
    {
        var reply = await new GatewayClient(_gateway.Address, key).AskAsync(GatewayHarness.Plain);

        Assert.Equal(401, reply.Status);
        Assert.Equal(401, (int)reply.Json["error"]!["code"]!);
        Assert.Equal("authentication", reply.ErrorType);
    }

    [Theory]
    [InlineData("/v1/v1/messages", "\"type\":\"error\"", "Did you mean /api/v1/messages?")]
    [InlineData("//chat/completions", "\"code\":404", "Did you mean /api/v1/chat/completions?")]
    [InlineData("/api/v1/responses/compact", "\"code\":\"not_found\"", "compacted")]
    [InlineData("/v1/responses/x/cancel", "\"code\":", "nothing at this address")]
    public async Task What_is_not_there_is_told_in_the_shape_of_what_was_meant(string path, string shape, string says)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_gateway.Address.AbsoluteUri.TrimEnd('/') + path));
        request.Headers.Authorization = new("Bearer", _gateway.Key);
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await _gateway.Client.SendAsync(request);

        var text = await response.Content.ReadAsStringAsync(Deadline.Token());
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Contains(shape, text, StringComparison.Ordinal);
        Assert.Contains(says, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_management_key_cannot_call_models()
    {
        var reply = await _gateway.ManagementClient.AskAsync(GatewayHarness.Plain);

        Assert.Equal(403, reply.Status);
        Assert.Equal("permission_denied", reply.ErrorType);
    }

    [Theory]
    [InlineData("test/plian")]
    [InlineData("nobody/nothing")]
    public async Task An_unknown_model_is_404_with_its_code(string model)
    {
        var reply = await _gateway.Client.AskAsync(model);

        Assert.Equal(404, reply.Status);
        Assert.Equal("model_not_found", (string)reply.Json["error"]!["availability"]!["code"]!);
        Assert.Contains(model, reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("responses", "\"input\":\"x\"")]
    [InlineData("messages", "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]")]
    [InlineData("completions", "\"prompt\":\"x\"")]
    public async Task An_unknown_model_has_its_code_on_every_surface_and_all_names_are_told(string surface, string asked)
    {
        var reply = await _gateway.Client.PostAsync($"/api/v1/{surface}", $$"""{"model":"test/plian","models":["nobody/nothing"],{{asked}}}""");

        var availability = reply.Json["error"]!["availability"]!;
        Assert.Equal((404, "model_not_found"), (reply.Status, (string)availability["code"]!));
        Assert.Equal("""["test/plian","nobody/nothing"]""", availability["requested_models"]!.ToJsonString());
        Assert.Equal("test/plain", (string)availability["fallback_models"]![0]!);
    }

    [Fact]
    public async Task A_misspelt_model_is_answered_with_the_one_that_was_meant()
    {
        Assert.Contains("test/plain", (await _gateway.Client.AskAsync("test/plan")).ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("POST", "/api/v1/models", 405)]
    [InlineData("GET", "/api/v1/chat/completions", 405)]
    public async Task A_wrong_address_or_method_is_told_as_an_error(string method, string path, int status)
    {
        var reply = await SendAsync(new HttpMethod(method), path);

        Assert.Equal(status, reply.Status);
        Assert.Equal(status, (int)reply.Json["error"]!["code"]!);
    }

    [Theory]
    [InlineData("GET", "/v1/messages", 405, "error.type", "invalid_request_error")]
    [InlineData("GET", "/api/v1/messages/count_tokens", 405, "type", "error")]
    [InlineData("POST", "/v1/messages/nothing", 404, "error.type", "not_found_error")]
    [InlineData("GET", "/v1/responses", 405, "error.code", "invalid_prompt")]
    public async Task A_wrong_address_or_method_is_told_in_the_words_of_its_api(string method, string path, int status, string member, string word)
    {
        var reply = await SendAsync(new HttpMethod(method), path);

        Assert.Equal(status, reply.Status);
        Assert.Equal(word, (string)member.Split('.').Aggregate(reply.Json, static (json, name) => json[name]!)!);
    }

    [Fact]
    public async Task A_model_that_has_no_conversations_is_refused_by_chat()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c
            .Set("models", new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["id"] = "test/vectors", ["outputModalities"] = new System.Text.Json.Nodes.JsonArray("embeddings") }))
            .Endpoint("alpha", "test/vectors"));

        var reply = await gateway.Client.AskAsync("test/vectors");

        Assert.Equal((400, "wrong_endpoint"), (reply.Status, (string)reply.Json["error"]!["availability"]!["code"]!));
        Assert.Empty(gateway.Alpha.Exchanges);
    }

    [Theory]
    [InlineData("/api/v1")]
    [InlineData("/v1")]
    public async Task Both_addresses_serve(string root)
    {
        Assert.Equal(200, (await _gateway.Client.PostAsync(root + "/chat/completions", GatewayClient.Body(GatewayHarness.Plain))).Status);
        Assert.Equal(200, (await _gateway.Client.GetAsync(root + "/models")).Status);
    }

    [Theory]
    [InlineData("{\"model\":\"test/plain\",\n\"messages\":[{\"role\":\"user\" \"content\":\"x\"}]}", "line 2")]
    [InlineData("{\"model\":\"test/plain\",\"messages\":[", "line 1")]
    [InlineData("", "")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    [InlineData("{\"model\":\"test/plain\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} extra", "line 1")]
    public async Task Malformed_json_is_400_with_its_position(string body, string position)
    {
        var reply = await _gateway.Client.ChatAsync(body);

        Assert.Equal(400, reply.Status);
        Assert.Equal("invalid_request", reply.ErrorType);
        Assert.Contains(position, reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Theory]
    [InlineData("\"stream\":\"yes\"", "stream")]
    [InlineData("\"max_tokens\":\"many\"", "max_tokens")]
    [InlineData("\"max_tokens\":0", "max_tokens")]
    [InlineData("\"max_tokens\":-1", "max_tokens")]
    [InlineData("\"max_tokens\":1.5", "max_tokens")]
    [InlineData("\"models\":\"test/pair\"", "models")]
    [InlineData("\"models\":[7]", "models")]
    [InlineData("\"provider\":\"alpha\"", "provider")]
    [InlineData("\"provider\":{\"order\":\"alpha\"}", "order")]
    [InlineData("\"provider\":{\"allow_fallbacks\":\"no\"}", "allow_fallbacks")]
    [InlineData("\"user\":7", "user")]
    public async Task A_field_of_the_wrong_type_is_400_and_named(string field, string name)
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, field);

        Assert.Equal(400, reply.Status);
        Assert.Contains(name, reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":7,"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"test/plain"}""", "messages")]
    [InlineData("""{"model":"test/plain","messages":{}}""", "messages")]
    [InlineData("""{"model":"test/plain","messages":[]}""", "messages")]
    public async Task A_missing_or_wrong_essential_field_is_400_and_named(string body, string name)
    {
        var reply = await _gateway.Client.ChatAsync(body);

        Assert.Equal(400, reply.Status);
        Assert.Contains(name, reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_413_whether_it_is_announced_or_not()
    {
        var body = GatewayClient.Body(GatewayHarness.Plain, $"\"x\":\"{new string('a', 80 << 10)}\"");
        using var chunked = _gateway.Client.Request(HttpMethod.Post, "/api/v1/chat/completions", body);
        chunked.Headers.TransferEncodingChunked = true;

        var announced = await _gateway.Client.ChatAsync(body);
        using var unannounced = await _gateway.Client.SendAsync(chunked);

        Assert.Equal(413, announced.Status);
        Assert.Equal("payload_too_large", announced.ErrorType);
        Assert.Equal(413, (int)unannounced.StatusCode);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Theory]
    [InlineData("", 413)]
    [InlineData("Content-Encoding: gzip", 415)]
    public async Task A_client_that_sends_its_whole_body_first_is_told_why_it_is_refused(string header, int status)
    {
        for (var i = 0; i < 5; i++) // what goes wrong here does so now and then
        {
            using var client = await RawClient.ConnectAsync(_gateway.Address);

            await client.PostAsync("/api/v1/chat/completions", new byte[16 << 20], _gateway.Key, header.Length > 0 ? [header] : []);

            Assert.Equal(status, (await client.ReadHeadAsync()).Status);
        }
    }

    [Theory]
    [InlineData(400, 400, "invalid_request")]
    [InlineData(413, 413, "payload_too_large")]
    [InlineData(422, 422, "unprocessable")]
    [InlineData(429, 429, "rate_limit_exceeded")]
    [InlineData(500, 502, "provider_unavailable")]
    [InlineData(502, 502, "provider_unavailable")]
    [InlineData(503, 503, "provider_overloaded")]
    [InlineData(529, 503, "provider_overloaded")]
    [InlineData(401, 502, "provider_unavailable")]
    [InlineData(402, 502, "provider_unavailable")]
    public async Task A_providers_refusal_is_told_with_the_status_that_fits(int upstream, int status, string errorType)
    {
        _gateway.Alpha.On("plain", Answer.Error(upstream, "the providers own words"));

        foreach (var stream in new[] { false, true })
        {
            var (got, text) = stream
                ? await TextOfAsync(_gateway.Client.AskStreamAsync(GatewayHarness.Plain))
                : await TextOfAsync(_gateway.Client.AskAsync(GatewayHarness.Plain));
            Assert.Equal(status, got);
            Assert.Contains($"\"error_type\":\"{errorType}\"", text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("sk-upstream", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(401, "Incorrect API key provided: sk-upstr...7890.")]
    [InlineData(403, "The key sk-upstr...7890 may not do this.")]
    [InlineData(402, "Your credit balance of acct-sk-upstr is too low.")]
    public async Task What_a_provider_says_of_the_gateways_own_key_or_bill_is_told_to_nobody(int status, string words)
    {
        _gateway.Alpha.On("plain", Answer.Error(status, words));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal("alpha", (string?)reply.Json["error"]!["metadata"]!["provider_name"], ignoreCase: true);
        Assert.DoesNotContain("sk-upstr", reply.Text, StringComparison.Ordinal);
        var logs = await _gateway.StopAndReadLogsAsync();
        Assert.DoesNotContain("sk-upstr", logs, StringComparison.Ordinal);
        Assert.Contains("alpha refused the gateway itself", logs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData(null, "60")]
    public async Task A_rate_limit_always_says_when_to_come_back(string? upstream, string expected)
    {
        _gateway.Alpha.On("plain", Answer.Error(429, retryAfter: upstream));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal(429, reply.Status);
        Assert.Equal(expected, reply.Header("Retry-After"));
        Assert.Equal(GatewayHarness.Plain, (string?)reply.Json["error"]!["availability"]!["requested_models"]!.AsArray().Single());
    }

    [Fact]
    public async Task A_rate_limit_that_names_a_date_is_told_in_seconds()
    {
        var date = TimeProvider.System.GetUtcNow().AddMinutes(30).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        _gateway.Alpha.On("plain", Answer.Error(429, retryAfter: date));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.InRange(int.Parse(reply.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 29 * 60, 30 * 60);
    }

    [Fact]
    public async Task A_context_that_is_too_long_is_named_so()
    {
        _gateway.Alpha.On("plain", Answer.Error(400, "This model's maximum context length is 8192 tokens.", code: "context_length_exceeded"));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal(400, reply.Status);
        Assert.Equal("context_length_exceeded", reply.ErrorType);
    }

    [Fact]
    public async Task A_request_that_is_no_http_does_no_harm()
    {
        using (var raw = await RawClient.ConnectAsync(_gateway.Address))
        {
            await raw.SendAsync(Encoding.ASCII.GetBytes("\u0016\u0003\u0001 nonsense\r\n\r\n"));
            Assert.Equal(400, (await raw.ReadHeadAsync()).Status);
        }

        Assert.Equal(200, (await _gateway.Client.AskAsync(GatewayHarness.Plain)).Status);
    }

    private Task<Reply> SendAsync(HttpMethod method, string path) =>
        method == HttpMethod.Get ? _gateway.Client.GetAsync(path) : _gateway.Client.PostAsync(path, "{}");

    private static async Task<(int, string)> TextOfAsync(Task<Reply> reply) => ((await reply).Status, (await reply).Text);

    private static async Task<(int, string)> TextOfAsync(Task<StreamReply> reply) => ((await reply).Status, (await reply).Text);
}
