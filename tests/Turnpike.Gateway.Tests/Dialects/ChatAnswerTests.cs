using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class ChatAnswerTests
{
    private static readonly AnswerIdentity Identity = new("\"gen-1\""u8.ToArray(), "\"a/b\""u8.ToArray(), "\"Prov\""u8.ToArray());

    [Fact]
    public void A_chunk_keeps_its_bytes_but_for_id_model_and_provider()
    {
        var (text, facts) = Chunk("""{"id":"c1","object":"chat.completion.chunk","created":1, "model":"up","x":{"y":[1.0]},"choices":[{"index":0,"delta":{"content":"hé"},"logprobs":null,"finish_reason":null}]}""");

        Assert.Equal("""{"id":"gen-1","object":"chat.completion.chunk","created":1, "model":"a/b","x":{"y":[1.0]},"choices":[{"index":0,"delta":{"content":"hé"},"logprobs":null,"finish_reason":null}],"provider":"Prov"}""", text);
        Assert.True(facts.HasContent);
        Assert.Equal("c1", facts.UpstreamId);
    }

    [Theory]
    [InlineData(",\"usage\":null")]
    [InlineData("")]
    public void A_null_usage_is_not_shown(string usage)
    {
        var (text, _) = Chunk($$"""{"id":"c1","object":"o","created":1,"model":"up","choices":[{"index":0,"delta":{},"finish_reason":null}]{{usage}}}""");

        Assert.DoesNotContain("usage", text);
        JsonNode.Parse(text);
    }

    [Theory]
    [InlineData("""{"system_fingerprint":null,"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":null}],"x":null}""", "")]
    [InlineData("""{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":null}],"system_fingerprint":null,"x":null}""", "")]
    [InlineData("""{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":null}],"system_fingerprint":"fp","x":null}""", "fp")]
    public void A_chunk_has_a_fingerprint_or_none_but_never_null(string chunk, string expected)
    {
        var shown = JsonNode.Parse(Chunk(chunk).Text)!.AsObject();

        Assert.Equal(expected, (string?)shown["system_fingerprint"] ?? "");
        Assert.Equal(expected.Length > 0, shown.ContainsKey("system_fingerprint"));
        Assert.True(shown.ContainsKey("x"));
    }

    [Fact]
    public void A_chunk_that_only_reports_usage_is_taken_and_not_shown()
    {
        var (text, facts) = Chunk("""{"id":"c1","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"cost":9,"prompt_tokens_details":{"cached_tokens":3},"x":"y"}}""");

        Assert.Equal("", text);
        Assert.Equal((5, 2, 3), (facts.Usage!.Value.PromptTokens, facts.Usage.Value.CompletionTokens, facts.Usage.Value.CachedTokens));
        Assert.Equal("""{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":3},"x":"y"}""", "{" + Encoding.UTF8.GetString(facts.UsageMembers) + "}");
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":"b"}""", """{"content":"b"}""")]
    [InlineData("""{"content":"b", "role" : "assistant"}""", """{"content":"b"}""")]
    [InlineData("""{"content":"b","role":"assistant","x":1}""", """{"content":"b","x":1}""")]
    [InlineData("""{ "role":"assistant" , "reasoning_content":"b"}""", """{  "reasoning":"b","reasoning_details":[{"type":"reasoning.text","text":"b","format":"unknown","index":0}]}""")]
    [InlineData("""{ "role":null }""", "{ }")]
    public void A_role_is_told_once(string delta, string told)
    {
        var progress = new ChatProgress(looksForTags: false);
        var output = new PooledBuffer();
        string Next(string delta)
        {
            output.Truncate(0);
            var source = Encoding.UTF8.GetBytes($$"""{"choices":[{"index":0,"delta":{{delta}},"finish_reason":null}]}""");
            Assert.Equal(ChatRewriting.Done, ChatAnswerRewriter.RewriteChunk(source, Context(new()), progress, ref output));
            return JsonNode.Parse(output.Span)!["choices"]![0]!["delta"]!.ToJsonString();
        }

        Assert.Equal("""{"role":"assistant","content":"a"}""", Next("""{"role":"assistant","content":"a"}"""));
        Assert.Equal(JsonNode.Parse(told)!.ToJsonString(), Next(delta));
        output.Dispose();
    }

    [Fact]
    public void A_vendors_own_way_leaves_no_trace_for_the_reader_to_take()
    {
        var facts = new AnswerFacts { Tap = new() };
        var progress = new ChatProgress(looksForTags: false);
        var output = new PooledBuffer();
        foreach (var choice in new[]
        {
            """{"index":0,"delta":{"content":[{"type":"text","text":"x"}]}}""", """{"index":0,"delta":{"content":"x"},"usage":{"prompt_tokens":1}}""",
            """{"index":0,"message":{"content":"x"}}""", """{"index":0,"delta":{"reasoning":"x","reasoning_content":"x"}}""",
            """{"index":0,"delta":{"content":"x","tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{}"}},{"index":0,"id":"d","type":"function","function":{"name":"f"}}]}}""",
            """{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":"tool_calls"}""",
        })
        {
            Assert.Equal(
                ChatRewriting.Deviates,
                ChatAnswerRewriter.RewriteChunk(Encoding.UTF8.GetBytes($$"""{"choices":[{{choice}}]}"""), Context(facts), progress, ref output));
        }

        Assert.Equal((0, false, 0, false), (output.Length, facts.HasContent, facts.Tap.Pieces, facts.Tap.IsSpoilt || progress.Calls.Has(0)));
    }

    [Fact]
    public void A_finish_reason_is_kept_raw_and_put_into_the_contracts_words()
    {
        var (text, facts) = Chunk("""{"choices":[{"delta":{},"index":0,"finish_reason":"max_tokens"}]}""");

        var choice = JsonNode.Parse(text)!["choices"]![0]!;
        Assert.Equal("length", (string?)choice["finish_reason"]);
        Assert.Equal("max_tokens", (string?)choice["native_finish_reason"]);
        Assert.Equal("max_tokens", facts.NativeFinishReason);
    }

    [Fact]
    public void A_chunk_without_choices_to_index_gets_one()
    {
        var (text, _) = Chunk("""{"id":"","choices":[],"prompt_filter_results":[{"a":1}]}""");

        var chunk = JsonNode.Parse(text)!;
        Assert.Single(chunk["choices"]!.AsArray());
        Assert.NotNull(chunk["prompt_filter_results"]);
    }

    [Theory]
    [InlineData("""{"error":{"message":"no","code":429,"type":"rate_limit_exceeded"}}""", "no", 429)]
    [InlineData("""{"error":"plain","choices":[]}""", "plain", null)]
    public void An_error_in_a_stream_is_an_error(string chunk, string message, int? status)
    {
        var (text, facts) = Chunk(chunk);

        Assert.Equal("", text);
        Assert.Equal((message, status), (facts.Error!.Message, facts.Error.Status));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("""{"id":"c1","choices":[{"delta":""")]
    [InlineData("")]
    public void Garbage_is_told_and_leaves_no_trace(string chunk)
    {
        var output = new PooledBuffer();
        output.Append("x"u8);

        Assert.Equal(ChatRewriting.Garbage, ChatAnswerRewriter.RewriteChunk(Encoding.UTF8.GetBytes(chunk), Context(new()), new ChatProgress(looksForTags: false), ref output));

        Assert.Equal(1, output.Length);
        output.Dispose();
    }

    [Theory]
    [InlineData("""{"delta":{"content":"x"}}""")]
    [InlineData("""{"delta":{"reasoning_content":"x"}}""")]
    [InlineData("""{"delta":{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":""}}]}}""")]
    [InlineData("""{"delta":{"refusal":"x"}}""")]
    [InlineData("""{"text":"x"}""")]
    public void Everything_that_a_caller_can_use_is_content(string choice) =>
        Assert.True(Chunk($$"""{"choices":[{{choice}}]}""").Facts.HasContent);

    [Theory]
    [InlineData("""{"delta":{"role":"assistant","content":""}}""")]
    [InlineData("""{"delta":{"role":"assistant","content":null,"tool_calls":[]}}""")]
    [InlineData("""{"delta":{}}""")]
    public void Lifecycle_is_not_content(string choice) =>
        Assert.False(Chunk($$"""{"choices":[{{choice}}]}""").Facts.HasContent);

    [Fact]
    public void Members_in_any_order_and_number_give_valid_json()
    {
        string[] members = ["\"id\":\"c\"", "\"model\":\"m\"", "\"provider\":\"p\"", "\"usage\":{\"prompt_tokens\":1}", "\"usage\":null", "\"choices\":[{\"finish_reason\":\"stop\"}]", "\"created\":5", "\"x\":[{}]"];
        var random = new Random(11);
        for (var round = 0; round < 3000; round++)
        {
            random.Shuffle(members);
            var source = " {" + string.Join(", ", members.Take(random.Next(members.Length + 1))) + " } ";
            var output = new PooledBuffer();

            Assert.Equal(ChatRewriting.Done, ChatAnswerRewriter.RewriteAnswer(Encoding.UTF8.GetBytes(source), Context(new()), new ChatProgress(looksForTags: false), ref output));

            var answer = JsonNode.Parse(Encoding.UTF8.GetString(output.Span) + "}")!;
            Assert.Equal("gen-1", (string?)answer["id"]);
            Assert.Equal("a/b", (string?)answer["model"]);
            Assert.Equal("Prov", (string?)answer["provider"]);
            Assert.False(answer.AsObject().ContainsKey("usage"));
            output.Dispose();
        }
    }

    [Fact]
    public void A_signature_that_no_call_comes_for_is_told_all_the_same()
    {
        var writer = new ChatStreamWriter(Context(new()));
        writer.Reasoning(0, new(ReasoningKind.Encrypted, 0, ReasoningFormats.Gemini) { Text = "s1"u8, Id = "c1"u8 });
        writer.Reasoning(0, new(ReasoningKind.Encrypted, 1, ReasoningFormats.Gemini) { Text = "s2"u8, Id = "c2"u8 });
        writer.Text(0, "so"u8);
        writer.Reasoning(0, new(ReasoningKind.Encrypted, 2, ReasoningFormats.Gemini) { Text = "s3"u8, Id = "c3"u8 });
        writer.AppendEnd(default, isCut: false);
        var text = Encoding.UTF8.GetString(writer.Output.Span);
        writer.Output.Dispose();

        int[] places = [.. new[] { "\"s1\"", "\"s2\"", "\"so\"", "\"s3\"" }.Select(word => text.IndexOf(word, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    private static AnswerContext Context(AnswerFacts facts) => new(Identity, facts, 1, new InferenceRequest { Model = "a/b", Splices = [] });

    private static (string Text, AnswerFacts Facts) Chunk(string source)
    {
        var facts = new AnswerFacts();
        var output = new PooledBuffer();
        Assert.Equal(ChatRewriting.Done, ChatAnswerRewriter.RewriteChunk(Encoding.UTF8.GetBytes(source), Context(facts), new ChatProgress(looksForTags: false), ref output));
        var text = Encoding.UTF8.GetString(output.Span);
        output.Dispose();
        return (text, facts);
    }
}
