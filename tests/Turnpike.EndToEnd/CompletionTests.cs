namespace Turnpike.EndToEnd;

/// <summary><c>POST /completions</c>: a prompt in, text out, by models that only know messages.</summary>
public sealed class CompletionTests : IAsyncLifetime
{
    private const string Path = "/api/v1/completions";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private static string Body(string fields = "", string prompt = "\"Once\"") => $$"""{"model":"test/plain","prompt":{{prompt}}{{fields}}}""";

    [Theory]
    [InlineData("\"Once\"")]
    [InlineData("[\"Once\"]")]
    public async Task A_prompt_is_answered_with_text(string prompt)
    {
        var reply = await _gateway.Client.PostAsync(Path, Body(prompt: prompt));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("text_completion", (string)reply.Json["object"]!);
        Assert.Equal(("Hello there", "stop", 0), ((string)reply.Json["choices"]![0]!["text"]!, (string)reply.Json["choices"]![0]!["finish_reason"]!, (int)reply.Json["choices"]![0]!["index"]!));
        Assert.Equal(14_000, reply.CostNano);
        var sent = Assert.Single(_gateway.Alpha.Exchanges).Json;
        Assert.Equal(("user", "Once"), ((string)sent["messages"]![0]!["role"]!, (string)sent["messages"]![0]!["content"]!));
        Assert.Null(sent["prompt"]);
    }

    [Fact]
    public async Task A_stream_tells_text_piece_by_piece()
    {
        using var response = await _gateway.Client.SendAsync(_gateway.Client.Request(HttpMethod.Post, Path, Body(",\"stream\":true")));
        var items = new List<SseItem>();
        await foreach (var item in SseReader.ReadAsync(await response.Content.ReadAsStreamAsync(), Deadline.Token()))
        {
            items.Add(item);
        }

        var reply = new StreamReply((int)response.StatusCode, response.Headers, items, true, "");
        Assert.True(reply.IsDone);
        Assert.All(reply.Chunks, static c => Assert.Equal("text_completion", (string)c["object"]!));
        Assert.Equal("Hello there", string.Concat(reply.Chunks.Select(static c => (string)c["choices"]![0]!["text"]!)));
        Assert.Equal("stop", reply.FinishReason);
        Assert.Equal(14_000, reply.CostNano);
    }

    [Fact]
    public async Task Echo_puts_the_prompt_before_the_text()
    {
        var reply = await _gateway.Client.PostAsync(Path, Body(",\"echo\":true,\"logprobs\":2", "\"Once \\\"upon\\\" \""));

        Assert.Equal("Once \"upon\" Hello there", (string)reply.Json["choices"]![0]!["text"]!);
        var sent = _gateway.Alpha.Exchanges[0].Json;
        Assert.Equal((true, 2, null), ((bool)sent["logprobs"]!, (int)sent["top_logprobs"]!, sent["echo"]));
    }

    [Theory]
    [InlineData(",\"suffix\":\"end\"", "suffix")]
    [InlineData(",\"best_of\":3", "best_of")]
    [InlineData(",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]", "prompt")]
    public async Task What_cannot_be_had_is_refused_by_name(string fields, string field)
    {
        var reply = await _gateway.Client.PostAsync(Path, Body(fields));

        Assert.Equal((400, field), (reply.Status, (string)reply.Json["error"]!["param"]!));
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Theory]
    [InlineData("[\"a\",\"b\"]")]
    [InlineData("[1,2,3]")]
    [InlineData("7")]
    public async Task A_prompt_that_is_not_one_text_is_refused(string prompt) =>
        Assert.Equal(400, (await _gateway.Client.PostAsync(Path, Body(prompt: prompt))).Status);

    [Fact]
    public async Task A_request_without_a_prompt_says_so()
    {
        var reply = await _gateway.Client.PostAsync(Path, """{"model":"test/plain"}""");

        Assert.Equal((400, "prompt"), (reply.Status, (string)reply.Json["error"]!["param"]!));
    }

    [Fact]
    public async Task A_prompt_at_the_address_of_chat_is_answered_with_text_too()
    {
        var reply = await _gateway.Client.ChatAsync(Body());

        Assert.Equal("Hello there", (string)reply.Json["choices"]![0]!["text"]!);
    }
}
