using System.Text;
using Turnpike.Core.Accounts;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Benchmarks;

/// <summary>What goes through the operations: requests, chunks and answers as clients and providers really send them.</summary>
internal static class Samples
{
    /// <summary>The text of the one key that is known.</summary>
    public const string KeyText = "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>When everything happens.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    public static Endpoint Endpoint { get; } = new()
    {
        Id = "acme:swift-4o",
        Model = new() { Id = "acme/swift-4o", Name = "Acme: Swift 4o", ContextLength = 128_000, MaxCompletionTokens = 16_384 },
        Provider = new() { Id = "acme", Name = "Acme" },
        UpstreamModel = "swift-4o-2026-05-01",
        Tag = "acme",
        Prices = new()
        {
            Prompt = NanoUsd.FromUsd(1.25m),
            Completion = NanoUsd.FromUsd(10m),
            CacheRead = NanoUsd.FromUsd(0.125m),
            Tiers = [new(200_000, new() { Prompt = NanoUsd.FromUsd(2.5m), Completion = NanoUsd.FromUsd(15m), CacheRead = NanoUsd.FromUsd(0.25m) })],
        },
    };

    public static AnswerIdentity Identity { get; } = new(
        [.. "\"gen-1785585600-0123456789abcdefghij\""u8], [.. "\"acme/swift-4o\""u8], [.. "\"Acme\""u8]);

    /// <summary>A request whose answer comes whole, as far as an answer is written by it.</summary>
    public static InferenceRequest Whole { get; } = new() { Model = "a/b", Splices = [] };

    /// <summary>One whose answer is streamed.</summary>
    public static InferenceRequest Streamed { get; } = new() { Model = "a/b", Stream = true, Splices = [] };

    public static ChatTarget Target { get; } = new([.. "\"swift-4o-2026-05-01\""u8], "max_tokens", StreamOptions: true);

    private static readonly Cost _cost = new(new(4_000_000), new(1_000_000), new(3_000_000));

    /// <summary>A chunk of a stream, as OpenAI sends it.</summary>
    public static byte[] Chunk { get; } =
    [
        .. """data: {"id":"chatcmpl-C4kRtq1Zx8bV9nWm3YpLs7TfGh2Jd","object":"chat.completion.chunk","created":1785585600,"model":"swift-4o-2026-05-01","service_tier":"default","system_fingerprint":"fp_560af6e559","choices":[{"index":0,"delta":{"content":" turnpike"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"q3Zk9w"}"""u8,
        .. "\n\n"u8,
    ];

    /// <summary>A piece of reasoning, as DeepSeek sends it.</summary>
    public static byte[] ThoughtChunk { get; } =
    [
        .. """data: {"id":"5f0c9a52-7d7e-4f2b-9d5c-0a8b1c2d3e4f","object":"chat.completion.chunk","created":1785585600,"model":"swift-4o-2026-05-01","system_fingerprint":"fp_560af6e559","choices":[{"index":0,"delta":{"content":null,"reasoning_content":" turnpike"},"logprobs":null,"finish_reason":null}],"usage":null}"""u8,
        .. "\n\n"u8,
    ];

    /// <summary>What ends a stream.</summary>
    public static byte[] Finish { get; } =
    [
        .. """data: {"id":"chatcmpl-C4kRtq1Zx8bV9nWm3YpLs7TfGh2Jd","object":"chat.completion.chunk","created":1785585600,"model":"swift-4o-2026-05-01","service_tier":"default","system_fingerprint":"fp_560af6e559","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}"""u8,
        .. "\n\ndata: [DONE]\n\n"u8,
    ];

    /// <summary>A whole answer of about 2 kB, with the usage details that OpenAI sends.</summary>
    public static byte[] WholeAnswer { get; } = Encoding.UTF8.GetBytes(
        $$$"""
        {"id":"chatcmpl-C4kRtq1Zx8bV9nWm3YpLs7TfGh2Jd","object":"chat.completion","created":1785585600,"model":"swift-4o-2026-05-01","choices":[{"index":0,"message":{"role":"assistant","content":"{{{Text(1400)}}}","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1180,"completion_tokens":312,"total_tokens":1492,"prompt_tokens_details":{"cached_tokens":1024,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":64,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_560af6e559"}
        """);

    /// <summary>What an answer to a request is written with.</summary>
    public static AnswerContext Context(AnswerFacts facts, InferenceRequest request) => new(Identity, facts, Now.ToUnixTimeSeconds(), request);

    /// <summary>An answer as it was booked.</summary>
    public static Settled Booked(TokenUsage usage) => new(new(SettlementKind.Post, BillingBasis.ProviderUsage, usage), _cost, _cost.Total);

    /// <summary>A conversation with about so many bytes of text, that wants a stream.</summary>
    public static byte[] TextRequest(int textBytes)
    {
        var messages = new StringBuilder("{\"role\":\"system\",\"content\":\"You are a toll keeper. Answer in one sentence.\"}");
        const int turnBytes = 2_000;
        for (var left = textBytes; left > 0; left -= turnBytes)
        {
            messages.Append($$""",{"role":"user","content":"{{Text(Math.Min(left, turnBytes))}}"}""");
        }

        return Request(messages.ToString());
    }

    /// <summary>A request of the Responses API with a text of so many bytes.</summary>
    public static byte[] InputRequest(int textBytes) => Encoding.UTF8.GetBytes(
        $$"""{"model":"acme/swift-4o","instructions":"You are a toll keeper. Answer in one sentence.","input":"{{Text(textBytes)}}","stream":true,"temperature":0.7,"max_output_tokens":512}""");

    /// <summary>A question about an image of so many bytes of base64.</summary>
    public static byte[] ImageRequest(int base64Bytes) => Request(
        $$$"""
        {"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{new string('A', base64Bytes)}}}"}}]}
        """);

    /// <summary>A key with more credit than any benchmark spends.</summary>
    public static StoredKey Key { get; } = new(
        new()
        {
            Hash = KeyHash.Of(KeyText),
            AccountId = new(1),
            Name = "bench",
            Label = Turnpike.Core.Accounts.KeyText.Label(KeyText),
            Kind = KeyKind.Inference,
            CreatedAt = Now,
        },
        new(DateOnly.FromDateTime(Now.UtcDateTime), default, default, default, default),
        new(new(1), "bench", Now, NanoUsd.FromUsd(9_000_000_000m), NanoUsd.FromUsd(9_000_000_000m), NanoUsd.Zero),
        NoticeSequence: 0);

    private static byte[] Request(string messages) => Encoding.UTF8.GetBytes(
        $$"""{"model":"acme/swift-4o","messages":[{{messages}}],"stream":true,"temperature":0.7,"max_tokens":512}""");

    private static string Text(int bytes)
    {
        const string sentence = "A barrier across a road, lifted for those who pay the toll; ";
        return string.Concat(Enumerable.Repeat(sentence, (bytes / sentence.Length) + 1))[..bytes];
    }
}
