using System.Text;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Ollama;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class OllamaReaderTests
{
    [Fact]
    public void A_stream_tells_thoughts_text_and_calls_in_their_order()
    {
        var (sink, last) = OllamaStreams.Read(OllamaStreams.Framed(OllamaStreams.Events));

        Assert.Equal(OllamaStreams.Told, sink.Told);
        Assert.Equal(StreamStep.End, last);
        Assert.Equal((11, 18), (sink.Facts.Usage!.Value.PromptTokens, sink.Facts.Usage.Value.CompletionTokens));
    }

    [Fact]
    public void A_whole_answer_tells_the_same_in_one_piece()
    {
        var sink = Whole("""
            {"model":"m","message":{"role":"assistant","content":"so\n","thinking":"hm","images":["iVBORw0KGgo="],"tool_calls":[{"function":{"name":"f","arguments":"{\"a\":1}"}}]},
            "logprobs":[{"token":"s","logprob":-0.5,"bytes":[115],"top_logprobs":[{"token":"t","logprob":-1}]},{"token":"o","logprob":-1}],"done":true,"done_reason":"length","prompt_eval_count":3,"eval_count":4}
            """);

        Assert.Equal(
            [
                "Text 0 - =hm", "text=so\\n", "image image/png=iVBORw0KGgo=", "call 0 call_3_0=f", "arguments 0={\\\"a\\\":1}",
                """logprobs={"content":[{"token":"s","logprob":-0.5,"bytes":[115],"top_logprobs":[{"token":"t","logprob":-1,"bytes":[116]}]},{"token":"o","logprob":-1,"bytes":[111],"top_logprobs":[]}],"refusal":null}""",
                "finish=length length",
            ],
            sink.Told);
    }

    [Fact]
    public void A_thought_after_text_is_another_one()
    {
        var (sink, _) = OllamaStreams.Read(OllamaStreams.Framed("""{"message":{"thinking":"a"}}""", """{"message":{"content":"b"}}""", """{"message":{"thinking":"c"}}"""));

        Assert.Equal(["Text 0 - =a", "text=b", "Text 1 - =c"], sink.Told);
    }

    [Theory]
    [InlineData("\"prompt_eval_count\":7,\"eval_count\":2", 7, 2)]
    [InlineData("\"prompt_eval_count\":-7,\"eval_count\":99999999999", 0, int.MaxValue / 2)]
    public void Usage_is_what_was_counted(string counts, int prompt, int completion)
    {
        var usage = Whole($$"""{"message":{"content":"x"},"done":true,{{counts}}}""").Facts.Usage!.Value;

        Assert.Equal((prompt, completion), (usage.PromptTokens, usage.CompletionTokens));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(",\"prompt_eval_cached_count\":0", 0)]
    [InlineData(",\"prompt_eval_cached_count\":5", 5)]
    [InlineData(",\"prompt_eval_cached_count\":9", 7)] // it is a part of the prompt
    public void What_of_the_prompt_was_in_the_cache_is_told(string told, int? cached) => Assert.Equal(
        cached, Whole($$"""{"message":{"content":"x"},"done":true,"prompt_eval_count":7,"eval_count":2{{told}}}""").Facts.Usage!.Value.CachedTokens);

    [Theory]
    [InlineData("\"eval_count\":2")] // the prompt was in the cache
    [InlineData("\"prompt_eval_count\":7")] // of an answer with text
    [InlineData("\"prompt_eval_count\":1.5,\"eval_count\":2")]
    [InlineData("\"total_duration\":1")]
    public void A_count_that_is_missing_is_unknown_and_not_zero(string counts) =>
        Assert.Null(Whole($$"""{"message":{"content":"x"},"done":true,{{counts}}}""").Facts.Usage);

    [Fact]
    public void An_answer_without_text_has_no_tokens() =>
        Assert.Equal(0, Whole("""{"message":{"content":""},"done":true,"prompt_eval_count":7}""").Facts.Usage!.Value.CompletionTokens);

    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("length", "length")]
    [InlineData("load", "stop")]
    [InlineData("unload", "stop")]
    [InlineData("new", "new")]
    public void A_finish_reason_is_told_raw_and_in_the_contracts_words(string native, string normalised) =>
        Assert.Equal([$"finish={native} {normalised}"], Whole($$"""{"message":{},"done":true,"done_reason":"{{native}}"}""").Told);

    [Fact]
    public void An_answer_that_does_not_say_why_it_ended_has_ended() => Assert.Equal(["finish=stop stop"], Whole("""{"message":{},"done":true}""").Told);

    [Fact]
    public void An_error_in_a_stream_is_one()
    {
        var (sink, last) = OllamaStreams.Read(OllamaStreams.Framed("""{"message":{"content":"a"},"done":false}""", """{"error":"an error was encountered while running the model"}"""));

        Assert.Equal(new ProviderErrorBody("an error was encountered while running the model", null, null, 500), sink.Facts.Error);
        Assert.Equal(StreamStep.More, last);
    }

    [Theory]
    [InlineData("""{"error":"model 'x' not found"}""", "model 'x' not found")]
    [InlineData("""{"error":{"message":"from a proxy"}}""", "from a proxy")]
    [InlineData("<html>", "<html>")]
    [InlineData("[]", "The provider gave no reason.")]
    public void An_error_body_is_its_message(string body, string message) =>
        Assert.Equal(new ProviderErrorBody(message, null, null, null), OllamaErrorReader.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Every_split_of_a_stream_tells_the_same()
    {
        var stream = OllamaStreams.Framed(OllamaStreams.Events);
        for (var at = 1; at < stream.Length; at++)
        {
            var (sink, last) = OllamaStreams.Read(stream.AsMemory(0, at), stream.AsMemory(at));

            Assert.Equal(OllamaStreams.Told, sink.Told);
            Assert.Equal(StreamStep.End, last);
        }
    }

    [Fact]
    public void No_bytes_make_the_reader_throw()
    {
        var random = new Random(20261126);
        for (var round = 0; round < 3000; round++)
        {
            var data = Encoding.UTF8.GetBytes(OllamaStreams.Events[random.Next(OllamaStreams.Events.Length)]);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                data[random.Next(data.Length)] = (byte)random.Next(256);
            }

            var reader = new OllamaAnswerReader(turn: 1);
            reader.ReadEvent(data, new TellingSink());
            reader.ReadEvent(data.AsSpan(0, random.Next(data.Length)), new TellingSink());
            reader.TryReadWhole(data, new TellingSink());
            OllamaErrorReader.Read(data);
            OllamaStreams.Read(data, data);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"done":false}""")]
    [InlineData("""{"message":5}""")]
    [InlineData("""{"message":{""")]
    [InlineData("""{"message":{}} {}""")]
    public void What_is_no_event_is_garbage(string data) =>
        Assert.Equal(StreamStep.Garbage, new OllamaAnswerReader(turn: 1).ReadEvent(Encoding.UTF8.GetBytes(data), new TellingSink()));

    [Fact]
    public void A_line_of_a_stream_is_no_whole_answer() =>
        Assert.False(new OllamaAnswerReader(turn: 1).TryReadWhole(Encoding.UTF8.GetBytes(OllamaStreams.Events[0]), new TellingSink()));

    [Fact]
    public void Empty_lines_are_passed_over_and_the_last_line_may_end_with_the_stream()
    {
        using var framer = new NdjsonFramer(eventBytesMax: 100);
        "\r\n{}\r\n \n[1]"u8.CopyTo(framer.Room(64).Span);
        framer.Filled(11);

        Assert.True(framer.TryRead(out var first));
        Assert.Equal("{}"u8, first);
        Assert.False(framer.TryRead(out _));
        Assert.True(framer.TryReadLast(out var last));
        Assert.Equal("[1]"u8, last);
        Assert.False(framer.TryReadLast(out _));
    }

    [Fact]
    public void A_line_without_end_is_too_long()
    {
        using var framer = new NdjsonFramer(eventBytesMax: 10);
        framer.Room(11).Span[..11].Fill((byte)'x'); // what is rented is not clean
        framer.Filled(11);

        Assert.False(framer.TryRead(out _));
        Assert.True(framer.IsTooLong);
    }

    private static TellingSink Whole(string body)
    {
        var sink = new TellingSink();
        Assert.True(new OllamaAnswerReader(turn: 3).TryReadWhole(Encoding.UTF8.GetBytes(body), sink));
        return sink;
    }
}
