using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects;
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

        Assert.False(ChatAnswerRewriter.TryRewriteChunk(Encoding.UTF8.GetBytes(chunk), Identity, new AnswerFacts(), 1, ref output));

        Assert.Equal(1, output.Length);
        output.Dispose();
    }

    [Theory]
    [InlineData("""{"delta":{"content":"x"}}""")]
    [InlineData("""{"delta":{"reasoning_content":"x"}}""")]
    [InlineData("""{"delta":{"tool_calls":[{"index":0}]}}""")]
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

            Assert.True(ChatAnswerRewriter.TryRewriteAnswer(Encoding.UTF8.GetBytes(source), Identity, new AnswerFacts(), 1, ref output));

            var answer = JsonNode.Parse(Encoding.UTF8.GetString(output.Span) + "}")!;
            Assert.Equal("gen-1", (string?)answer["id"]);
            Assert.Equal("a/b", (string?)answer["model"]);
            Assert.Equal("Prov", (string?)answer["provider"]);
            Assert.False(answer.AsObject().ContainsKey("usage"));
            output.Dispose();
        }
    }

    private static (string Text, AnswerFacts Facts) Chunk(string source)
    {
        var facts = new AnswerFacts();
        var output = new PooledBuffer();
        Assert.True(ChatAnswerRewriter.TryRewriteChunk(Encoding.UTF8.GetBytes(source), Identity, facts, 1, ref output));
        var text = Encoding.UTF8.GetString(output.Span);
        output.Dispose();
        return (text, facts);
    }
}
