using System.Text;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class AnthropicReaderTests
{
    [Fact]
    public void A_stream_tells_thoughts_text_sources_and_calls_in_their_order()
    {
        var (sink, last) = AnthropicStreams.Read(AnthropicStreams.Framed(AnthropicStreams.Full));

        Assert.Equal(AnthropicStreams.Told, sink.Told);
        Assert.Equal(StreamStep.End, last);
        Assert.Equal(("msg_1", "default"), (sink.Facts.UpstreamId, sink.Facts.ServiceTier));
    }

    [Fact]
    public void A_whole_answer_tells_the_same()
    {
        var sink = new TellingSink();

        Assert.True(new AnthropicAnswerReader(isAnswerTool: false).TryReadWhole(Encoding.UTF8.GetBytes(AnthropicStreams.Whole), sink));

        Assert.Equal(AnthropicStreams.Told, sink.Told);
        Assert.Equal((325, 48, 300, 20, 30), Counts(sink));
    }

    [Fact]
    public void Usage_adds_what_the_cache_gave_and_took_to_the_prompt_and_merges_both_reports()
    {
        var (sink, _) = AnthropicStreams.Read(AnthropicStreams.Framed(AnthropicStreams.Full));

        Assert.Equal((325, 48, 300, 20, 30), Counts(sink));
    }

    [Fact]
    public void Usage_is_not_told_before_the_end_of_the_answer()
    {
        var (sink, _) = AnthropicStreams.Read(AnthropicStreams.Framed(AnthropicStreams.Full[..^2]));

        Assert.Null(sink.Facts.Usage);
    }

    [Fact]
    public void The_last_report_corrects_the_first_and_what_was_not_reported_is_not_zero()
    {
        var (sink, _) = AnthropicStreams.Read(AnthropicStreams.Framed(
        [
            """{"type":"message_start","message":{"id":"m","content":[],"usage":{"input_tokens":43,"output_tokens":1}}}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":61,"output_tokens":2}}""",
        ]));

        Assert.Equal((61, 2, null, null, null), Counts(sink));
    }

    [Theory]
    [InlineData("""{"input_tokens":61}""")]
    [InlineData("""{"output_tokens":2}""")]
    [InlineData("""{"input_tokens":61,"output_tokens":null}""")]
    public void Half_a_report_is_no_usage(string usage)
    {
        var (sink, _) = AnthropicStreams.Read(AnthropicStreams.Framed([$$"""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{{usage}}}"""]));

        Assert.Null(sink.Facts.Usage);
    }

    [Fact]
    public void What_is_written_to_a_cache_is_told_with_how_much_of_it_is_kept_for_an_hour()
    {
        var (sink, _) = AnthropicStreams.Read(AnthropicStreams.Framed(
        [
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":10,"output_tokens":2,"cache_creation_input_tokens":50,"cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":30}}}""",
        ]));

        Assert.Equal((50, 30), (sink.Facts.Usage!.Value.CacheWriteTokens, sink.Facts.Usage.Value.CacheWriteHourTokens));
    }

    [Fact]
    public void A_compaction_of_the_prompt_is_counted_and_an_advisors_tokens_are_not()
    {
        var (sink, _) = AnthropicStreams.Read(AnthropicStreams.Framed(
        [
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":10,"output_tokens":2,"iterations":[{"type":"compaction","input_tokens":100,"output_tokens":30},{"type":"message","input_tokens":10,"output_tokens":2},{"type":"advisor_message","input_tokens":999,"output_tokens":999}]}}""",
        ]));

        Assert.Equal((110, 32), (sink.Facts.Usage!.Value.PromptTokens, sink.Facts.Usage.Value.CompletionTokens));
    }

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("pause_turn", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("tool_use", "tool_calls")]
    [InlineData("refusal", "content_filter")]
    [InlineData("something_new", "something_new")]
    public void A_stop_reason_is_told_raw_and_in_the_contracts_words(string native, string normalised)
    {
        var (sink, _) = AnthropicStreams.Read(AnthropicStreams.Framed([$$$"""{"type":"message_delta","delta":{"stop_reason":"{{{native}}}","stop_sequence":null},"usage":{"output_tokens":1}}"""]));

        Assert.Equal([$"finish={native} {normalised}"], sink.Told);
    }

    [Fact]
    public void An_answer_that_comes_as_a_tools_input_is_text()
    {
        var sink = new TellingSink();
        var reader = new AnthropicAnswerReader(isAnswerTool: true);
        foreach (var data in (string[])
        [
            """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"json","input":{}}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":1}}""",
        ])
        {
            Assert.Equal(StreamStep.More, reader.ReadEvent(Encoding.UTF8.GetBytes(data), sink));
        }

        Assert.Equal(["text={\\\"a\\\":1}", "finish=tool_use stop"], sink.Told);
        Assert.Equal(0, sink.Facts.ToolCalls);
    }

    [Fact]
    public void A_call_that_stands_whole_at_its_beginning_is_told_with_its_input()
    {
        var (sink, _) = AnthropicStreams.Read(AnthropicStreams.Framed(
        [
            """{"type":"message_start","message":{"id":"m","content":[{"type":"tool_use","id":"t1","name":"f","input":{"a":"x"}}],"usage":{"input_tokens":1,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t2","name":"g","input":{"b":2}}}""",
            """{"type":"content_block_stop","index":1}""",
        ]));

        Assert.Equal(["call 0 t1=f", "arguments 0={\\\"a\\\":\\\"x\\\"}", "call 1 t2=g", "arguments 1={\\\"b\\\":2}"], sink.Told);
    }

    [Fact]
    public void A_repeated_message_start_is_passed_over_and_one_of_another_message_is_garbage()
    {
        var reader = new AnthropicAnswerReader(isAnswerTool: false);
        var sink = new TellingSink();

        Assert.Equal(StreamStep.More, reader.ReadEvent(Encoding.UTF8.GetBytes(AnthropicStreams.Start), sink));
        Assert.Equal(StreamStep.More, reader.ReadEvent(Encoding.UTF8.GetBytes(AnthropicStreams.Start), sink));
        Assert.Equal(StreamStep.Garbage, reader.ReadEvent(Encoding.UTF8.GetBytes(AnthropicStreams.Start.Replace("msg_1", "msg_2")), sink));
    }

    [Theory]
    [InlineData("overloaded_error", 529)]
    [InlineData("rate_limit_error", 429)]
    [InlineData("api_error", 500)]
    [InlineData("invalid_request_error", 400)]
    [InlineData("new_error", null)]
    public void An_error_in_a_stream_and_in_a_body_has_its_types_status(string type, int? status)
    {
        var json = $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"Overloaded"},"request_id":"req_1"}""";

        var (sink, _) = AnthropicStreams.Read(AnthropicStreams.Framed([json]));
        var body = AnthropicErrorReader.Read(Encoding.UTF8.GetBytes(json));

        Assert.Equal(new ProviderErrorBody("Overloaded", null, type, status), sink.Facts.Error);
        Assert.Equal(sink.Facts.Error, body);
    }

    [Fact]
    public void A_limit_of_spending_is_told_by_the_code_in_an_errors_details() =>
        Assert.Equal("enforced_spend_limit_reached", AnthropicErrorReader.Read(
            """{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}"""u8.ToArray()).Code);

    [Fact]
    public void Every_split_of_a_stream_tells_the_same()
    {
        var stream = AnthropicStreams.Framed(AnthropicStreams.Full);
        for (var at = 1; at < stream.Length; at++)
        {
            var (sink, last) = AnthropicStreams.Read(stream.AsMemory(0, at), stream.AsMemory(at));

            Assert.Equal(AnthropicStreams.Told, sink.Told);
            Assert.Equal(StreamStep.End, last);
        }
    }

    [Fact]
    public void No_bytes_make_the_reader_throw()
    {
        var random = new Random(20261126);
        for (var round = 0; round < 3000; round++)
        {
            var data = Encoding.UTF8.GetBytes(AnthropicStreams.Full[random.Next(AnthropicStreams.Full.Length)]);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                data[random.Next(data.Length)] = (byte)random.Next(256);
            }

            var reader = new AnthropicAnswerReader(isAnswerTool: round % 2 == 0);
            reader.ReadEvent(data, new TellingSink());
            reader.ReadEvent(data.AsSpan(0, random.Next(data.Length)), new TellingSink());
            reader.TryReadWhole(data, new TellingSink());
            AnthropicErrorReader.Read(data);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"type":"ping"} x""")]
    [InlineData("""{"type":"content_block_delta","delta":{""")]
    public void What_is_no_event_is_garbage(string data) =>
        Assert.Equal(StreamStep.Garbage, new AnthropicAnswerReader(isAnswerTool: false).ReadEvent(Encoding.UTF8.GetBytes(data), new TellingSink()));

    private static (int, int, int?, int?, int?) Counts(TellingSink sink) => sink.Facts.Usage is { } u
        ? (u.PromptTokens, u.CompletionTokens, u.CachedTokens, u.CacheWriteTokens, u.ReasoningTokens)
        : default;
}
