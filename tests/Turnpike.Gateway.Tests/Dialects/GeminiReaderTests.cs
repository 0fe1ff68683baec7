using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Gemini;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class GeminiReaderTests
{
    [Fact]
    public void A_stream_tells_thoughts_text_calls_images_and_signatures_in_their_order()
    {
        var (sink, isUnderstood) = GeminiStreams.Read(GeminiStreams.Framed(GeminiStreams.Full));

        Assert.Equal(GeminiStreams.Told, sink.Told);
        Assert.True(isUnderstood);
        Assert.Equal("resp-1", sink.Facts.UpstreamId);
    }

    [Fact]
    public void A_whole_answer_tells_the_same()
    {
        var sink = new TellingSink();

        Assert.True(new GeminiAnswerReader(turn: 3).TryReadWhole(Encoding.UTF8.GetBytes(GeminiStreams.Whole), sink));

        Assert.Equal([.. GeminiStreams.Told[..7], GeminiStreams.Told[^1]], sink.Told);
    }

    [Fact]
    public void Usage_adds_thoughts_to_the_output_and_the_tools_prompt_to_the_prompt()
    {
        var (sink, _) = GeminiStreams.Read(GeminiStreams.Framed(GeminiStreams.Full));

        var usage = sink.Facts.Usage!.Value;
        Assert.Equal((330, 48, 300, 30), (usage.PromptTokens, usage.CompletionTokens, usage.CachedTokens, usage.ReasoningTokens));
        Assert.Equal((10, null, 9), (usage.PromptAudioTokens, usage.CompletionAudioTokens, usage.CompletionImageTokens));
    }

    [Theory]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9}}""", null)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}],"usageMetadata":{"trafficType":"ON_DEMAND"}}""", null)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBO"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9}}""", null)]
    [InlineData("""{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9}}""", 0)]
    [InlineData("""{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":-4}}""", 0)]
    public void Output_that_is_not_counted_is_unknown_unless_there_was_none(string data, int? output)
    {
        var sink = new TellingSink();

        new GeminiAnswerReader(0).ReadEvent(Encoding.UTF8.GetBytes(data), sink);

        Assert.Equal(output, sink.Facts.Usage?.CompletionTokens);
    }

    [Theory]
    [InlineData("STOP", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("PROHIBITED_CONTENT", "content_filter")]
    [InlineData("IMAGE_RECITATION", "content_filter")]
    [InlineData("MALFORMED_FUNCTION_CALL", "error")]
    [InlineData("OTHER", "error")]
    [InlineData("SOMETHING_NEW", "SOMETHING_NEW")]
    public void A_finish_reason_is_told_raw_and_in_the_contracts_words_and_a_failure_is_an_error(string native, string normalised)
    {
        var (sink, _) = GeminiStreams.Read(GeminiStreams.Framed([$$$"""{"candidates":[{"finishReason":"{{{native}}}"}]}"""]));

        Assert.Equal(normalised == "error" ? [] : [$"finish={native} {normalised}"], sink.Told);
        Assert.Equal((native, normalised, normalised == "error" ? native : null), (sink.Facts.NativeFinishReason, sink.Facts.FinishReason, sink.Facts.Error?.Code));
    }

    [Fact]
    public void A_blocked_prompt_is_filtered_and_costs_its_tokens_only()
    {
        var (sink, _) = GeminiStreams.Read(GeminiStreams.Framed(["""{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7}}"""]));

        Assert.Equal(["finish=PROHIBITED_CONTENT content_filter"], sink.Told);
        Assert.Equal((7, 0), (sink.Facts.Usage!.Value.PromptTokens, sink.Facts.Usage.Value.CompletionTokens));
    }

    [Fact]
    public void Feedback_that_only_rates_ends_nothing()
    {
        var (sink, isUnderstood) = GeminiStreams.Read(GeminiStreams.Framed(["""{"promptFeedback":{"blockReason":"BLOCK_REASON_UNSPECIFIED","safetyRatings":[{"category":"x"}]}}"""]));

        Assert.Empty(sink.Told);
        Assert.True(isUnderstood);
    }

    [Fact]
    public void Calls_of_an_answer_without_an_id_are_told_apart_by_turn_and_candidate()
    {
        var sink = new TellingSink();

        new GeminiAnswerReader(turn: 5).TryReadWhole(
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}},{"functionCall":{"name":"f"}}]}},{"index":1,"content":{"parts":[{"functionCall":{"name":"f"}}]}},{"index":8,"content":{"parts":[{"text":"a ninth"}]}}]}"""u8, sink);

        Assert.Equal(["call 0 call_5_0_0=f", "call 1 call_5_0_1=f", "call 0 call_5_1_0=f"], sink.Told.Where(static t => t.StartsWith("call", StringComparison.Ordinal)));
        Assert.DoesNotContain("text=a ninth", sink.Told);
    }

    private static string Piece(string call, string rest = "") => $$$"""{"candidates":[{"content":{"parts":[{"functionCall":{{{call}}}}]}{{{rest}}}}],"responseId":"r"}""";

    [Theory]
    [InlineData("{}", "")]
    [InlineData("{\"partialArgs\":[{\"jsonPath\":\"$.n\",\"nullValue\":null}]}", "")]
    [InlineData("{\"willContinue\":true}", ",\"finishReason\":\"STOP\"")]
    public void A_call_that_comes_in_pieces_is_put_together(string last, string end)
    {
        var (sink, isUnderstood) = GeminiStreams.Read(GeminiStreams.Framed(
        [
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","willContinue":true},"thoughtSignature":"sig="}]}}],"responseId":"r"}""",
            Piece("""{"partialArgs":[{"jsonPath":"$.list[0].a","stringValue":"x \"","willContinue":true}],"willContinue":true}"""),
            Piece("""{"partialArgs":[{"jsonPath":"$.list[0].a","stringValue":"é"},{"jsonPath":"$.list[1]","numberValue":0.5},{"jsonPath":"$['b c']","boolValue":true}],"willContinue":true}"""),
            Piece(last, end),
            Piece("""{"name":"g","args":{"z":1}}"""),
        ]));

        Assert.True(isUnderstood);
        Assert.Equal("Encrypted 0 google-gemini-v1 call_r_0_0=sig=", sink.Told[0]);
        Assert.Equal("call 0 call_r_0_0=f", sink.Told[1]);
        var arguments = System.Text.Json.JsonSerializer.Deserialize<string>($"\"{sink.Told[2]["arguments 0=".Length..]}\"")!;
        var nothing = last.Contains("null", StringComparison.Ordinal) ? ",\"n\":null" : "";
        Assert.Equal($$"""{"list":[{"a":"x \"é"},0.5],"b c":true{{nothing}}}""", JsonNode.Parse(arguments)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("call 1 call_r_0_1=g", sink.Told.Last(static t => t.StartsWith("call", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{\"partialArgs\":[{\"jsonPath\":\"$.a\",\"stringValue\":\"x\"}]}")]
    [InlineData("{\"name\":\"f\",\"willContinue\":true}")]
    [InlineData("{\"name\":\"f\",\"partialArgs\":[{\"stringValue\":\"x\"}]}")]
    [InlineData("{\"name\":\"f\",\"partialArgs\":[{\"jsonPath\":\"a\",\"stringValue\":\"x\"}]}")]
    [InlineData("{\"name\":\"f\",\"partialArgs\":[{\"jsonPath\":\"$.a[99999999]\",\"stringValue\":\"x\"}]}")]
    [InlineData("{\"name\":\"f\",\"partialArgs\":[{\"jsonPath\":\"$.a\",\"numberValue\":1},{\"jsonPath\":\"$.a.b\",\"numberValue\":1}]}")]
    public void Pieces_that_make_no_call_are_no_answer(string piece) =>
        Assert.False(new GeminiAnswerReader(0).TryReadWhole(Encoding.UTF8.GetBytes(Piece(piece)), new TellingSink()));

    [Fact]
    public void Speech_and_probabilities_are_told_in_openais_words_and_images_of_thoughts_not_at_all()
    {
        var sink = new TellingSink();

        new GeminiAnswerReader(0).TryReadWhole(
            """
            {"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"no"},"thought":true},{"inlineData":{"mimeType":"audio/L16;rate=24000","data":"AAAA"}}]},"logprobsResult":{"chosenCandidates":[{"token":"é","tokenId":5,"logProbability":-0.5}],
            "topCandidates":[{"candidates":[{"token":"é","logProbability":-0.5},{"token":"a"}]}]}}],"responseId":"r"}
            """u8, sink);

        Assert.Equal(
        [
            """audio={"id":"audio_r_0_0","data":"AAAA"}""",
            """logprobs={"content":[{"token":"é","logprob":-0.5,"bytes":[195,169],"top_logprobs":[{"token":"é","logprob":-0.5,"bytes":[195,169]},{"token":"a","logprob":0,"bytes":[97]}]}],"refusal":null}""",
        ], sink.Told);
    }

    [Fact]
    public void Sources_of_the_text_are_told_once_by_either_name_of_the_list()
    {
        var sink = new TellingSink();

        new GeminiAnswerReader(0).TryReadWhole(
            """{"candidates":[{"citationMetadata":{"citationSources":[{"startIndex":1,"uri":"https://a.example"},{"license":"mit"}],"x":1}},{"citationMetadata":{"citations":[{"uri":"https://a.example","title":"A"},{"uri":"https://b.example"}]}}]}"""u8, sink);

        Assert.Equal(["citation=https://a.example https://b.example "], sink.Told);
    }

    [Fact]
    public void An_error_in_a_stream_in_a_body_and_in_a_list_says_when_to_come_back()
    {
        const string Json = """{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"PerMinute"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}}""";
        var expected = new ProviderErrorBody("You exceeded your current quota.", null, "RESOURCE_EXHAUSTED", 429) { RetryAfter = TimeSpan.FromSeconds(34.4) };

        var (sink, _) = GeminiStreams.Read(GeminiStreams.Framed([Json]));

        Assert.Equal(expected, sink.Facts.Error);
        Assert.Equal(expected, GeminiErrorReader.Read(Encoding.UTF8.GetBytes(Json)));
        Assert.Equal(expected, GeminiErrorReader.Read(Encoding.UTF8.GetBytes($"[{Json}]")));
    }

    [Fact]
    public void A_quota_of_the_day_does_not_come_back_when_the_minutes_does()
    {
        const string Json = """{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"},{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[5,{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier","quotaValue":"50"}]}]}}""";

        Assert.Equal(
            new ProviderErrorBody("You exceeded your current quota.", null, "RESOURCE_EXHAUSTED", 429) { IsOfDay = true },
            GeminiErrorReader.Read(Encoding.UTF8.GetBytes(Json)));
    }

    [Theory]
    [InlineData("""{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}""", "API_KEY_INVALID", "INVALID_ARGUMENT", 400)]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"API key not valid."}}""", null, "overloaded_error", null)]
    [InlineData("API key not valid.", null, null, null)]
    public void An_error_has_its_reason_as_code(string body, string? code, string? type, int? status) =>
        Assert.Equal(new ProviderErrorBody("API key not valid.", code, type, status), GeminiErrorReader.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Every_split_of_a_stream_tells_the_same()
    {
        var stream = GeminiStreams.Framed(GeminiStreams.Full);
        for (var at = 1; at < stream.Length; at++)
        {
            var (sink, isUnderstood) = GeminiStreams.Read(stream.AsMemory(0, at), stream.AsMemory(at));

            Assert.Equal(GeminiStreams.Told, sink.Told);
            Assert.True(isUnderstood);
        }
    }

    [Fact]
    public void No_bytes_make_the_reader_throw()
    {
        var random = new Random(20261126);
        for (var round = 0; round < 4000; round++)
        {
            var data = Encoding.UTF8.GetBytes(GeminiStreams.Full[random.Next(GeminiStreams.Full.Length)]);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                data[random.Next(data.Length)] = (byte)random.Next(256);
            }

            var reader = new GeminiAnswerReader(0);
            reader.ReadEvent(data, new TellingSink());
            reader.ReadEvent(data.AsSpan(0, random.Next(data.Length)), new TellingSink());
            reader.TryReadWhole(data, new TellingSink());
            GeminiErrorReader.Read(data);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[DONE]")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.a","stringValue":"x"}]}}]}}]}""")]
    [InlineData("""{"candidates":[]} x""")]
    [InlineData("""{"candidates":[{""")]
    public void What_is_no_event_is_garbage(string data) =>
        Assert.Equal(StreamStep.Garbage, new GeminiAnswerReader(0).ReadEvent(Encoding.UTF8.GetBytes(data), new TellingSink()));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"candidates":5}""")]
    [InlineData("""{"usageMetadata":{}}""")]
    public void What_says_nothing_is_no_whole_answer(string data) =>
        Assert.False(new GeminiAnswerReader(0).TryReadWhole(Encoding.UTF8.GetBytes(data), new TellingSink()));
}
