using System.Text;
using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>However a provider cuts and writes its event stream, the caller gets the same events.</summary>
public sealed class StreamFramingTests : IAsyncLifetime
{
    private const string Said = "naïve 😀 \u2028 done";

    private static readonly string _stream = string.Concat(
        Wire.Role(), Wire.Delta($$"""{"content":"{{Said[..3]}}"}"""), Wire.Delta($$"""{"content":"{{Said[3..]}}"}"""), Wire.Finish(), Wire.Usage(7, 3), Wire.Done);

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Every_split_position_gives_the_same_stream()
    {
        var length = Encoding.UTF8.GetByteCount(_stream);
        _gateway.Alpha.On("plain", e => Answer.Stream([_stream]).SplitAt((int)e.Json["seed"]!));

        await Parallel.ForAsync(1, length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (at, _) =>
        {
            var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain, $"\"seed\":{at}");
            Assert.True(reply is { IsDone: true, Content: Said }, $"split at {at}: {string.Join('\n', reply.Items)}");
            Assert.Equal(3, (int)reply.Usage!["completion_tokens"]!);
        });
    }

    [Fact]
    public async Task A_stream_sent_byte_by_byte_arrives_whole()
    {
        _gateway.Alpha.On("plain", Answer.Stream([]).Then([.. Encoding.UTF8.GetBytes(_stream).Select(static b => new Step.Send(new[] { b }))]));

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.True(reply is { IsDone: true, Content: Said });
    }

    [Fact]
    public async Task What_waits_for_the_first_content_has_a_bound()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("limits.answerBytesMax", 4096));
        gateway.Alpha.On("pair", Answer.Stream([.. Enumerable.Repeat(Wire.Role(), 60), Wire.Text("late"), Wire.Finish(), Wire.Done]));

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.Equal("Hello there", reply.Content);
    }

    public static TheoryData<string, string> Spellings => new()
    {
        { "CRLF", _stream.Replace("\n", "\r\n", StringComparison.Ordinal) },
        { "no space after data:", _stream.Replace("data: ", "data:", StringComparison.Ordinal) },
        { "comments", _stream.Replace("data: ", ": processing\n\ndata: ", StringComparison.Ordinal) },
        { "blank lines between", _stream.Replace("\n\n", "\n\n\n\n", StringComparison.Ordinal) },
        { "event and id lines", _stream.Replace("data: ", "event: message\nid: 7\nretry: 10\ndata: ", StringComparison.Ordinal) },
        { "data in several lines", _stream.Replace(",\"choices\":", ",\ndata: \"choices\":\ndata:", StringComparison.Ordinal) },
        { "no newline at the end", _stream.TrimEnd('\n') },
        { "one newline at the end", _stream[..^1] },
        { "a byte order mark", "\uFEFF" + _stream },
        { "usage in the last content chunk", _stream.Replace(Wire.Usage(7, 3), "", StringComparison.Ordinal)
            .Replace("\"finish_reason\":\"stop\"}]", "\"finish_reason\":\"stop\"}],\"usage\":" + Wire.UsageJson(7, 3), StringComparison.Ordinal) },
        { "usage twice, the last counts", _stream.Replace(Wire.Usage(7, 3), Wire.Usage(7, 1) + Wire.Usage(7, 3), StringComparison.Ordinal) },
        { "usage null on every chunk", _stream.Replace("}]}", "}],\"usage\":null}", StringComparison.Ordinal) },
        { "usage before the end of the contents", _stream.Replace(Wire.Finish(), Wire.Usage(7, 3) + Wire.Finish(), StringComparison.Ordinal)
            .Replace(Wire.Finish() + Wire.Usage(7, 3), Wire.Finish(), StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task A_stream_spelt_otherwise_is_the_same_stream(string spelling, string stream)
    {
        _gateway.Alpha.On("plain", Answer.Stream([stream]));

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.True(reply is { Status: 200, IsDone: true, IsWhole: true, Content: Said }, $"{spelling}: {reply.Text}{string.Join('\n', reply.Items)}");
        Assert.Equal(7, (int)reply.Usage!["prompt_tokens"]!);
        Assert.Equal(3, (int)reply.Usage["completion_tokens"]!);
        Assert.Equal("stop", reply.FinishReason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"stream_options\":{\"include_usage\":true}")]
    public async Task Every_event_has_a_choice_and_the_last_one_has_usage_with_its_cost(string fields)
    {
        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain, fields);

        // Loops in the wild read choices[0] of every event. Who asks for the usage chunk knows OpenAI's form of it: without choices.
        Assert.All(fields.Length == 0 ? reply.Chunks : reply.Chunks.SkipLast(1), static c => Assert.NotEmpty(c["choices"]!.AsArray()));
        Assert.Equal(fields.Length > 0, reply.Chunks[^1]["choices"]!.AsArray().Count == 0);
        Assert.All(reply.Chunks, static c => Assert.Equal("test/plain", (string)c["model"]!));
        Assert.Single(reply.Chunks.Select(static c => (string)c["id"]!).Distinct());
        var usage = reply.Chunks[^1]["usage"]!;
        Assert.Equal(10, (int)usage["prompt_tokens"]!);
        Assert.Equal(2, (int)usage["completion_tokens"]!);
        Assert.Equal((10 * 1000) + (2 * 2000), reply.CostNano);
    }

    [Fact]
    public async Task Events_leave_as_they_come_and_nothing_is_held_back_until_the_end()
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text("first")]).Then(new Step.Until(gate.Task)).Then(Wire.Text("second") + Wire.Finish() + Wire.Done));
        using var response = await _gateway.Client.SendAsync(
            _gateway.Client.Request(HttpMethod.Post, "/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true")));

        var contents = new List<string>();
        await foreach (var item in SseReader.ReadAsync(await response.Content.ReadAsStreamAsync(), Deadline.Token()))
        {
            if (item.Data is { } data && !item.IsDone && (string?)JsonNode.Parse(data)!["choices"]?.AsArray().FirstOrDefault()?["delta"]?["content"] is { Length: > 0 } content)
            {
                contents.Add(content);
                gate.TrySetResult(); // Only once the first has arrived is the second sent.
            }
        }

        Assert.Equal(["first", "second"], contents);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_compressed_stream_is_read()
    {
        _gateway.Alpha.On("plain", Answer.Stream([_stream]).Gzip());

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.True(reply is { IsDone: true, Content: Said } or { Status: 502 }, reply.Text);
        if (reply.Status == 200)
        {
            Assert.Equal(Said, reply.Content);
        }
        else
        {
            Assert.Null(Assert.Single(_gateway.Alpha.Exchanges).Header("Accept-Encoding"));
        }
    }
}
