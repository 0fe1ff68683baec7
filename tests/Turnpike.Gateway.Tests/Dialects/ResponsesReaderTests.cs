using System.Text;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIResponses;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class ResponsesReaderTests
{
    private static readonly string[] ToldOfFull =
    [
        "Summary 0 openai-responses-v1 rs_1=Thinking", "Summary 1 openai-responses-v1 rs_1=more", @"Encrypted 0 openai-responses-v1 rs_1=gAAA\/+==",
        @"text=H\u00e9\nllo 😀", "citation=https://a.example A",
        "call 0 call_a=f", @"arguments 0={\""a\"":", "call 1 call_b=g", "arguments 0=1}", @"arguments 1={\""b\"":2}", "finish=completed tool_calls",
    ];

    [Fact]
    public void Every_piece_of_a_stream_is_told_once_and_in_order()
    {
        var (sink, last) = Read(ResponsesStreams.Full);

        Assert.Equal(ToldOfFull, sink.Told);
        Assert.Equal(StreamStep.End, last);
        Assert.Equal("resp_1", sink.Facts.UpstreamId);
        Assert.Equal("default", sink.Facts.ServiceTier);
        Assert.Equal(new(75, 1186) { CachedTokens = 64, ReasoningTokens = 1024 }, sink.Facts.Usage);
    }

    [Fact]
    public void A_stream_may_be_split_anywhere()
    {
        var bytes = Encoding.UTF8.GetBytes(ResponsesStreams.Framed(ResponsesStreams.Full));
        for (var at = 0; at <= bytes.Length; at += at is < 600 or > 5000 ? 1 : 7)
        {
            var sink = new TellingSink();
            var reader = NewReader();
            using var framer = new SseFramer(1 << 20);
            foreach (var part in new[] { bytes.AsMemory(0, at), bytes.AsMemory(at) })
            {
                part.CopyTo(framer.Room(Math.Max(1, part.Length)));
                framer.Filled(part.Length);
                while (framer.TryRead(out var data))
                {
                    Assert.NotEqual(StreamStep.Garbage, reader.ReadEvent(data, sink));
                }
            }

            Assert.Equal(ToldOfFull, sink.Told);
        }
    }

    [Fact]
    public void A_whole_answer_tells_the_same_at_once()
    {
        var sink = new TellingSink();

        Assert.True(NewReader().TryReadWhole(Encoding.UTF8.GetBytes(ResponsesStreams.Whole), sink));

        Assert.Equal(
            [
                "Summary 0 openai-responses-v1 rs_1=Thinking", "Encrypted 0 openai-responses-v1 rs_1=gAAA", @"text=Hé\nllo", "citation=https://a.example A",
                "refusal=no", "image image/webp=iVBO", "call 0 call_a=f", @"arguments 0={\""a\"":1}", "finish=completed tool_calls",
            ],
            sink.Told);
        Assert.Equal(new(7, 3) { CachedTokens = 0, ReasoningTokens = 1 }, sink.Facts.Usage);
    }

    [Fact]
    public void A_call_without_arguments_has_empty_ones()
    {
        var (sink, _) = Read(["""{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","call_id":"c","name":"f","arguments":""}}"""]);

        Assert.Equal(["call 0 c=f", "arguments 0={}"], sink.Told);
    }

    [Theory]
    [InlineData("max_output_tokens", "length")]
    [InlineData("content_filter", "content_filter")]
    public void An_incomplete_response_says_why(string reason, string normalised)
    {
        var (sink, _) = Read([$$$"""{"type":"response.incomplete","response":{"id":"r","status":"incomplete","incomplete_details":{"reason":"{{{reason}}}"},"output":[{"type":"message","content":[{"type":"output_text","text":"so"}]}]}}"""]);

        Assert.Equal(["text=so", $"finish={reason} {normalised}"], sink.Told);
    }

    [Theory]
    [InlineData("""{"type":"error","sequence_number":2,"error":{"type":"insufficient_quota","code":"insufficient_quota","message":"Quota.","param":null}}""", 429)]
    [InlineData("""{"type":"error","sequence_number":2,"code":"server_error","message":"Quota.","param":null}""", 500)]
    [InlineData("""{"type":"response.failed","response":{"status":"failed","error":{"code":"invalid_prompt","message":"Quota."}}}""", 400)]
    [InlineData("""{"type":"response.failed","response":{"status":"failed","error":{"code":"image_too_large","message":"Quota."}}}""", 400)]
    public void An_error_is_told_in_each_of_its_forms(string error, int status)
    {
        var (sink, last) = Read([ResponsesStreams.Created, error]);

        Assert.Equal(StreamStep.End, last);
        Assert.False(sink.Facts.HasContent);
        Assert.Equal(("Quota.", status), (sink.Facts.Error!.Message, sink.Facts.Error.Status));
    }

    [Theory]
    [InlineData("""{"input_tokens":10}""")]
    [InlineData("""{"output_tokens":2,"total_tokens":12}""")]
    public void A_usage_with_one_count_is_none(string usage) =>
        Assert.Null(Read([$$$"""{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[],"usage":{{{usage}}}}}"""]).Sink.Facts.Usage);

    [Fact]
    public void Reasoning_that_nobody_signed_carries_no_format()
    {
        var (sink, _) = Read(["""{"type":"response.reasoning_text.delta","item_id":"rs_9","output_index":0,"content_index":0,"delta":"hm"}"""]);

        Assert.Equal(["Text 0 - rs_9=hm"], sink.Told);
        Assert.Equal(ReasoningFormats.OpenAIResponses, "openai-responses-v1");
    }

    [Fact]
    public void Random_bytes_are_garbage_or_passed_over_and_never_thrown_at()
    {
        var random = new Random(7);
        var seeds = ResponsesStreams.Full.Select(Encoding.UTF8.GetBytes).ToArray();
        for (var i = 0; i < 4000; i++)
        {
            var bytes = (byte[])seeds[random.Next(seeds.Length)].Clone();
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = i % 2 == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:0n\\"[random.Next(10)];
            }

            NewReader().ReadEvent(bytes, new TellingSink());
            NewReader().TryReadWhole(bytes, new TellingSink());
        }

        Assert.Equal(StreamStep.Garbage, NewReader().ReadEvent("<html>"u8, new TellingSink()));
        Assert.Equal(StreamStep.Garbage, NewReader().ReadEvent("""{"choices":[]}"""u8, new TellingSink()));
    }

    private static ResponsesAnswerReader NewReader() => new(ReasoningFormats.OpenAIResponses);

    private static (TellingSink Sink, StreamStep Last) Read(IEnumerable<string> events)
    {
        var sink = new TellingSink();
        var reader = NewReader();
        var last = StreamStep.More;
        foreach (var data in events)
        {
            last = reader.ReadEvent(Encoding.UTF8.GetBytes(data), sink);
        }

        return (sink, last);
    }
}
