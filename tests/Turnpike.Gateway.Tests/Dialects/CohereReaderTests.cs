using System.Text;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.CohereV2;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class CohereReaderTests
{
    [Fact]
    public void A_stream_tells_thoughts_text_sources_plan_and_calls_in_their_order()
    {
        var (sink, last) = CohereStreams.Read(CohereStreams.Framed(CohereStreams.Events));

        Assert.Equal(CohereStreams.Told, sink.Told);
        Assert.Equal(StreamStep.End, last);
        Assert.Equal("c1", sink.Facts.UpstreamId);
    }

    [Fact]
    public void A_whole_answer_tells_text_plan_and_calls_with_null_for_no_arguments()
    {
        var sink = Whole("""
            {"id":"c1","message":{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"so\n"}],"tool_plan":"I will",
            "tool_calls":[{"id":"f_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"g_2","type":"function","function":{"name":"g","arguments":"null"}}],
            "citations":[{"start":0,"end":1,"text":"s","sources":[{"type":"document","id":"doc:0","document":{"id":"doc:0","text":"t","title":"a.txt"}}]}]},
            "finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":46,"output_tokens":14},"tokens":{"input_tokens":1445,"output_tokens":43},"cached_tokens":992}}
            """);

        Assert.Equal(
            ["Text 0 - =hm", "text=so\\nI will", "call 0 f_1=f", "arguments 0={\\\"a\\\":1}", "call 1 g_2=g", "arguments 1={}", "citation=doc:0 a.txt", "finish=TOOL_CALL tool_calls"],
            sink.Told);
        Assert.Equal("c1", sink.Facts.UpstreamId);
    }

    [Theory]
    [InlineData("""{"billed_units":{"input_tokens":12,"output_tokens":7},"tokens":{"input_tokens":507,"output_tokens":10},"cached_tokens":448}""", 12, 7)]
    [InlineData("""{"billed_units":{"input_tokens":12.0,"output_tokens":7.0}}""", 12, 7)]
    [InlineData("""{"tokens":{"input_tokens":507,"output_tokens":10}}""", 507, 10)]
    [InlineData("""{"billed_units":{"input_tokens":-5,"output_tokens":7},"tokens":{"input_tokens":507,"output_tokens":10}}""", 507, 10)]
    public void Usage_is_what_is_charged_and_what_the_template_cached_is_not_part_of_it(string usage, int prompt, int completion)
    {
        var counted = Whole($$"""{"message":{},"finish_reason":"COMPLETE","usage":{{usage}}}""").Facts.Usage!.Value;

        Assert.Equal((prompt, completion, null), (counted.PromptTokens, counted.CompletionTokens, counted.CachedTokens));
    }

    [Fact]
    public void Usage_without_counts_is_unknown() => Assert.Null(Whole("""{"message":{},"usage":{"billed_units":{"search_units":1,"input_tokens":5}}}""").Facts.Usage);

    [Theory]
    [InlineData("COMPLETE", "stop")]
    [InlineData("STOP_SEQUENCE", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("TOOL_CALL", "tool_calls")]
    [InlineData("ERROR_TOXIC", "content_filter")]
    [InlineData("TIMEOUT", "error")]
    [InlineData("NEW", "NEW")]
    public void A_finish_reason_is_told_raw_and_in_the_contracts_words_and_a_failure_is_an_error(string native, string normalised)
    {
        var sink = Whole($$"""{"message":{},"finish_reason":"{{native}}"}""");

        Assert.Equal(normalised == "error" ? [] : [$"finish={native} {normalised}"], sink.Told);
        Assert.Equal((native, normalised, normalised == "error" ? native : null), (sink.Facts.NativeFinishReason, sink.Facts.FinishReason, sink.Facts.Error?.Code));
    }

    [Fact]
    public void Probabilities_are_told_as_openai_tells_them()
    {
        const string One = """{"content":[{"token":"so","logprob":-0.5,"bytes":[115,111],"top_logprobs":[]}],"refusal":null}""";
        const string Two = """{"content":[{"token":"so","logprob":-0.5,"bytes":[115,111],"top_logprobs":[]},{"token":"é","logprob":-1.75,"bytes":[195,169],"top_logprobs":[]}],"refusal":null}""";

        var (stream, _) = CohereStreams.Read(CohereStreams.Framed("""{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"so"}}},"logprobs":{"text":"so","token_ids":[1],"logprobs":[-0.5]}}"""));
        var whole = Whole("""{"message":{"content":[{"type":"text","text":"so"}]},"logprobs":[{"text":"so","token_ids":[1],"logprobs":[-0.5]},{"text":"é","token_ids":[2,3],"logprobs":[-1.5,-0.25]},5]}""");

        Assert.Equal(["text=so", "logprobs=" + One], stream.Told);
        Assert.Equal(["text=so", "logprobs=" + Two], whole.Told);
    }

    [Fact]
    public void An_error_at_the_end_of_a_stream_is_one()
    {
        var (sink, _) = CohereStreams.Read(CohereStreams.Framed("""{"type":"message-end","delta":{"error":"it broke","finish_reason":"ERROR"}}"""));

        Assert.Equal(new ProviderErrorBody("it broke", null, "ERROR", 500), sink.Facts.Error);
    }

    [Theory]
    [InlineData("""{"id":"e1","message":"invalid api token"}""", "invalid api token")]
    [InlineData("<html>", "<html>")]
    [InlineData("[]", "The provider gave no reason.")]
    public void An_error_body_is_its_message(string body, string message) =>
        Assert.Equal(new ProviderErrorBody(message, null, null, null), CohereErrorReader.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Every_split_of_a_stream_tells_the_same()
    {
        var stream = CohereStreams.Framed(CohereStreams.Events);
        for (var at = 1; at < stream.Length; at++)
        {
            var (sink, last) = CohereStreams.Read(stream.AsMemory(0, at), stream.AsMemory(at));

            Assert.Equal(CohereStreams.Told, sink.Told);
            Assert.Equal(StreamStep.End, last);
        }
    }

    [Fact]
    public void No_bytes_make_the_reader_throw()
    {
        var random = new Random(20261126);
        for (var round = 0; round < 3000; round++)
        {
            var data = Encoding.UTF8.GetBytes(CohereStreams.Events[random.Next(CohereStreams.Events.Length)]);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                data[random.Next(data.Length)] = (byte)random.Next(256);
            }

            var reader = new CohereAnswerReader();
            reader.ReadEvent(data, new TellingSink());
            reader.ReadEvent(data.AsSpan(0, random.Next(data.Length)), new TellingSink());
            reader.TryReadWhole(data, new TellingSink());
            CohereErrorReader.Read(data);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"type":"content-delta","delta":{""")]
    public void What_is_no_event_is_garbage(string data) =>
        Assert.Equal(StreamStep.Garbage, new CohereAnswerReader().ReadEvent(Encoding.UTF8.GetBytes(data), new TellingSink()));

    private static TellingSink Whole(string body)
    {
        var sink = new TellingSink();
        Assert.True(new CohereAnswerReader().TryReadWhole(Encoding.UTF8.GetBytes(body), sink));
        return sink;
    }
}
