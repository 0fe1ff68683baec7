using System.Globalization;

namespace Turnpike.EndToEnd;

/// <summary>A request with an Idempotency-Key runs once; its stream can be gone on with.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private static readonly (string, string) Named = ("Idempotency-Key", "order-1");

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private static string Streamed => GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true");

    [Fact]
    public async Task A_repeated_request_gets_the_same_answer_and_is_charged_once()
    {
        var before = _gateway.Available;

        var first = await _gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Plain), Named);
        var second = await _gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Plain), Named);

        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.Equal(first.Text, second.Text);
        Assert.Equal((null, "true"), (first.Header("Idempotent-Replayed"), second.Header("Idempotent-Replayed")));
        Assert.Equal(first.Header("X-Generation-Id"), second.Header("X-Generation-Id"));
        Assert.Single(_gateway.Alpha.Exchanges);
        await _gateway.SettledAsync();
        Assert.Equal(before - first.CostNano!.Value, _gateway.Available);
    }

    [Fact]
    public async Task A_repeated_request_attaches_to_the_running_one()
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text("one ")]).Then(new Step.Until(gate.Task)).Then(Wire.Text("two") + Wire.Finish() + Wire.Usage(3, 2) + Wire.Done));

        var first = _gateway.Client.StreamAsync(Streamed, Named);
        await _gateway.Alpha.ExchangeAsync();
        var second = _gateway.Client.StreamAsync(Streamed, Named);
        gate.SetResult();

        Assert.Equal("one two", (await first).Content);
        Assert.Equal("one two", (await second).Content);
        Assert.True((await first).IsDone && (await second).IsDone);
        Assert.Equal((await first).Id, (await second).Id);
        Assert.Single(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task Another_request_with_the_same_key_is_refused()
    {
        await _gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Plain), Named);

        var other = await _gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Pair), Named);

        Assert.Equal(422, other.Status);
        Assert.Contains("Idempotency-Key", other.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_text_of_another_api_key_is_another_request()
    {
        await _gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Plain), Named);

        var other = await (await _gateway.LimitedClientAsync(1)).ChatAsync(GatewayClient.Body(GatewayHarness.Plain), Named);

        Assert.Equal((200, null), (other.Status, other.Header("Idempotent-Replayed")));
        Assert.Equal(2, _gateway.Alpha.Started);
    }

    [Fact]
    public async Task A_failure_is_not_repeated()
    {
        _gateway.Alpha.On("plain", Answer.Error(400, "no"));
        Assert.Equal(400, (await _gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Plain), Named)).Status);
        _gateway.Alpha.On("plain", static e => Answer.For(e, ["yes"], 1, 1));

        var again = await _gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Plain), Named);

        Assert.Equal((200, "yes"), (again.Status, again.Content));
    }

    [Theory]
    [InlineData("")]
    [InlineData("256")]
    public async Task A_key_that_cannot_be_one_is_refused(string length)
    {
        var key = length.Length == 0 ? "" : new string('k', int.Parse(length, CultureInfo.InvariantCulture));

        var reply = await _gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Plain), ("Idempotency-Key", key));

        Assert.Equal(400, reply.Status);
        Assert.Contains("Idempotency-Key", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_gone_on_with_after_the_last_event_that_arrived()
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text("one "), Wire.Text("two ")])
            .Then(new Step.Until(gate.Task)).Then(Wire.Text("three") + Wire.Finish() + Wire.Usage(3, 3) + Wire.Done));
        var (generation, lastId) = await BreakAfterAsync("two ");

        var rest = ReadAsync($"/api/v1/generation/{generation}/stream", ("Last-Event-ID", lastId));
        gate.SetResult();

        var (status, text) = await rest;
        Assert.Equal(200, status);
        Assert.DoesNotContain("two ", text, StringComparison.Ordinal);
        Assert.Contains("three", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Equal(ExchangeEnd.Completed, await _gateway.Alpha.Exchanges[0].Ended.WaitAsync(Deadline.Default));
    }

    [Fact]
    public async Task The_whole_stream_can_be_had_again()
    {
        var reply = await _gateway.Client.StreamAsync(Streamed, ("X-Turnpike-Resumable", "true"));

        var (_, text) = await ReadAsync($"/api/v1/generation/{reply.Id}/stream");

        Assert.Contains("Hello", text, StringComparison.Ordinal);
        Assert.StartsWith("id: 1\n", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_nobody_comes_back_to_is_called_off()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("replay.grace", "50ms"));
        gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text("one "), Wire.Text("two ")]).Then(new Step.Stall()));

        await BreakAfterAsync("two ", gateway);

        Assert.Equal(ExchangeEnd.Aborted, await gateway.Alpha.Exchanges[0].Ended.WaitAsync(Deadline.Default));
        await gateway.SettledAsync();
    }

    [Fact]
    public async Task What_is_not_kept_is_answered_with_404()
    {
        var plain = await _gateway.Client.StreamAsync(Streamed);
        var other = await _gateway.Client.StreamAsync(Streamed, ("X-Turnpike-Resumable", "true"));

        Assert.Equal(404, (await ReadAsync($"/api/v1/generation/{plain.Id}/stream")).Status);
        Assert.Equal(404, (await ReadAsync($"/api/v1/generation/{other.Id}/stream", ("Last-Event-ID", "9999"))).Status);
        Assert.Equal(400, (await ReadAsync($"/api/v1/generation/{other.Id}/stream", ("Last-Event-ID", "x"))).Status);
    }

    [Fact]
    public async Task A_beginning_that_did_not_fit_is_not_passed_off_as_the_whole()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("replay.answerBytesMax", 2048));
        gateway.Alpha.On("plain", Answer.Text(Enumerable.Range(0, 60).Select(static i => $"word{i} ")));
        using var response = await gateway.Client.SendAsync(
            gateway.Client.Request(HttpMethod.Post, "/api/v1/chat/completions", Streamed, ("X-Turnpike-Resumable", "true")));
        var generation = response.Headers.GetValues("X-Generation-Id").Single();
        await gateway.GenerationAsync(generation);

        var again = await gateway.Client.GetAsync($"/api/v1/generation/{generation}/stream");

        Assert.Equal(404, again.Status);
    }

    private Task<(string Generation, string LastId)> BreakAfterAsync(string text) => BreakAfterAsync(text, _gateway);

    // Reads a stream up to a text and then hangs up.
    private static async Task<(string Generation, string LastId)> BreakAfterAsync(string text, GatewayHarness gateway)
    {
        using var response = await gateway.Client.SendAsync(
            gateway.Client.Request(HttpMethod.Post, "/api/v1/chat/completions", Streamed, ("X-Turnpike-Resumable", "true")));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var lastId = "";
        while (await reader.ReadLineAsync(Deadline.Token()) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                lastId = line[4..];
            }
            else if (line.Contains(text, StringComparison.Ordinal))
            {
                break;
            }
        }

        return (response.Headers.GetValues("X-Generation-Id").Single(), lastId);
    }

    private async Task<(int Status, string Text)> ReadAsync(string path, params (string, string)[] headers)
    {
        using var response = await _gateway.Client.SendAsync(_gateway.Client.Request(HttpMethod.Get, path, body: null, headers));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Deadline.Token()));
    }
}
