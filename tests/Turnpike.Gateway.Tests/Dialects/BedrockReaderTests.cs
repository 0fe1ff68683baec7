using System.Text;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.BedrockConverse;
using Turnpike.TestKit;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class BedrockReaderTests
{
    [Theory]
    [InlineData("""{"location":{"documentChunk":{"documentIndex":2}}}""", "document:2 ")]
    [InlineData("""{"title":"a.pdf","location":{"documentPage":{"documentIndex":0}}}""", "a.pdf a.pdf")]
    [InlineData("""{"source":"https://found.example","title":"F","location":{"searchResultLocation":{"searchResultIndex":0}}}""", "https://found.example F")]
    public void A_document_without_an_address_is_cited_by_its_title_or_its_number(string citation, string told)
    {
        var sink = new TellingSink();

        Assert.True(new BedrockAnswerReader(reasoningFormat: null, isAnswerTool: false).TryReadWhole(Encoding.UTF8.GetBytes($$"""{"output":{"message":{"content":[{"citationsContent":{"content":[{"text":"x"}],"citations":[{{citation}}]} }]} } }"""), sink));

        Assert.Equal(["text=x", "citation=" + told], sink.Told);
    }

    [Fact]
    public void A_stream_tells_thoughts_text_sources_and_calls_in_their_order()
    {
        var (sink, last) = BedrockStreams.Read(BedrockStreams.Stream);

        Assert.Equal(BedrockStreams.Told, sink.Told);
        Assert.Equal(StreamStep.End, last);
        Assert.Equal("flex", sink.Facts.ServiceTier);
        Assert.Equal((325, 48, 300, 20, null), Counts(sink));
    }

    [Fact]
    public void A_whole_answer_tells_the_same()
    {
        var sink = new TellingSink();

        Assert.True(BedrockStreams.Reader().TryReadWhole(Encoding.UTF8.GetBytes(BedrockStreams.Whole), sink));

        Assert.Equal(BedrockStreams.Told.Select(static t => t.Replace("\\u00e9", "é")), sink.Told);
        Assert.Equal((325, 48, 300, 20, null), Counts(sink));
    }

    [Fact]
    public void Every_split_of_a_stream_tells_the_same()
    {
        var stream = BedrockStreams.Stream;
        for (var at = 1; at < stream.Length; at++)
        {
            var (sink, last) = BedrockStreams.Read(stream.AsMemory(0, at), stream.AsMemory(at));

            Assert.Equal(BedrockStreams.Told, sink.Told);
            Assert.Equal(StreamStep.End, last);
        }
    }

    [Fact]
    public void Usage_may_come_before_the_finish_reason_and_what_was_not_reported_is_not_zero()
    {
        var (sink, last) = BedrockStreams.Read(BedrockStreams.Reader(),
            ("metadata", """{"usage":{"inputTokens":10,"outputTokens":2,"totalTokens":12}}"""), ("messageStop", """{"stopReason":"end_turn"}"""));

        Assert.Equal(StreamStep.End, last);
        Assert.Equal((10, 2, null, null, null), Counts(sink));
    }

    [Theory]
    [InlineData("""{"inputTokens":10}""")]
    [InlineData("""{"outputTokens":2,"totalTokens":12}""")]
    public void A_usage_with_one_count_is_none(string usage) =>
        Assert.Null(BedrockStreams.Read(BedrockStreams.Reader(), ("metadata", $$$"""{"usage":{{{usage}}}}"""), ("messageStop", """{"stopReason":"end_turn"}""")).Sink.Facts.Usage);

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("tool_use", "tool_calls")]
    [InlineData("guardrail_intervened", "content_filter")]
    [InlineData("content_filtered", "content_filter")]
    [InlineData("malformed_model_output", "error")]
    [InlineData("something_new", "something_new")]
    public void A_stop_reason_is_told_raw_and_in_the_contracts_words_and_a_failure_is_an_error(string native, string normalised)
    {
        var (sink, _) = BedrockStreams.Read(BedrockStreams.Reader(), ("messageStop", $$"""{"stopReason":"{{native}}"}"""));

        Assert.Equal(normalised == "error" ? [] : [$"finish={native} {normalised}"], sink.Told);
        Assert.Equal((native, normalised, normalised == "error" ? native : null), (sink.Facts.NativeFinishReason, sink.Facts.FinishReason, sink.Facts.Error?.Code));
    }

    [Fact]
    public void An_answer_that_comes_as_a_tools_input_is_text()
    {
        var (sink, _) = BedrockStreams.Read(BedrockStreams.Reader(isAnswerTool: true),
            ("contentBlockStart", """{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t","name":"json"}}}"""),
            ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{\"a\":1}"}}}"""),
            ("contentBlockStop", """{"contentBlockIndex":0}"""),
            ("messageStop", """{"stopReason":"tool_use"}"""));

        Assert.Equal(["text={\\\"a\\\":1}", "finish=tool_use stop"], sink.Told);
        Assert.Equal(0, sink.Facts.ToolCalls);
    }

    [Theory]
    [InlineData("throttlingException", 429)]
    [InlineData("modelStreamErrorException", 424)]
    [InlineData("serviceUnavailableException", 503)]
    [InlineData("internalServerException", 500)]
    [InlineData("validationException", 400)]
    [InlineData("newException", null)]
    public void An_exception_in_a_stream_is_an_error_with_its_status(string name, int? status)
    {
        var (sink, _) = BedrockStreams.Read(EventStream.Exception(name, "Too many requests"));

        Assert.Equal(new ProviderErrorBody("Too many requests", null, name, status), sink.Facts.Error);
    }

    [Fact]
    public void An_error_without_a_payload_is_told_by_its_headers()
    {
        var (sink, _) = BedrockStreams.Read(EventStream.Message(
            [.. EventStream.Text(":message-type", "error"), .. EventStream.Text(":error-code", "InternalFailure"), .. EventStream.Text(":error-message", "Oh")], []));

        Assert.Equal(new ProviderErrorBody("Oh", null, "InternalFailure", 500), sink.Facts.Error);
    }

    [Theory]
    [InlineData("ThrottlingException:http://internal.amazon.com/coral/", """{"message":"Slow"}""", "ThrottlingException", "Slow", 429)]
    [InlineData(null, """{"__type":"com.amazon.coral.service#UnrecognizedClientException","Message":"Who"}""", "UnrecognizedClientException", "Who", 403)]
    [InlineData("ValidationException", "<html>", "ValidationException", "<html>", 400)]
    [InlineData(null, "{}", null, "The provider gave no reason.", null)]
    public void An_error_is_read_from_header_and_body(string? header, string body, string? type, string message, int? status)
    {
        using var response = new HttpResponseMessage();
        if (header is not null)
        {
            response.Headers.TryAddWithoutValidation("x-amzn-ErrorType", header);
        }

        Assert.Equal(new ProviderErrorBody(message, null, type, status), BedrockErrorReader.Read(response.Headers, Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public void No_bytes_make_the_reader_throw()
    {
        var random = new Random(20261126);
        for (var round = 0; round < 3000; round++)
        {
            var (name, json) = BedrockStreams.Events[random.Next(BedrockStreams.Events.Length)];
            var payload = Encoding.UTF8.GetBytes(json);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
            }

            var reader = BedrockStreams.Reader(isAnswerTool: round % 2 == 0);
            var message = EventStream.Message([.. EventStream.Text(":event-type", name), .. EventStream.Text(":message-type", "event")], payload);
            reader.ReadEvent(message, new TellingSink());
            message[random.Next(message.Length)] = (byte)random.Next(256);
            reader.ReadEvent(message, new TellingSink());
            reader.ReadEvent(message.AsSpan(0, random.Next(message.Length)), new TellingSink());
            reader.TryReadWhole(payload, new TellingSink());
            BedrockStreams.Read(message);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"message":"no"}""")]
    [InlineData("""{"output":{}}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_is_no_answer_is_not_taken_for_one(string body) => Assert.False(BedrockStreams.Reader().TryReadWhole(Encoding.UTF8.GetBytes(body), new TellingSink()));

    private static (int, int, int?, int?, int?) Counts(TellingSink sink) => sink.Facts.Usage is { } u
        ? (u.PromptTokens, u.CompletionTokens, u.CachedTokens, u.CacheWriteTokens, u.ReasoningTokens)
        : default;
}
