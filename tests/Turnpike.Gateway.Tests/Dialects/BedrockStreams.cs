using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.BedrockConverse;
using Turnpike.TestKit;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Exchanges as Bedrock has them: a thought with its signature, one that nobody may read, text with a source, and calls of tools.</summary>
internal static class BedrockStreams
{
    public static readonly (string Name, string Json)[] Events =
    [
        ("messageStart", """{"p":"abcdef","role":"assistant"}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Let me\n"}},"p":"abc"}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"see 😀"}},"p":"a"}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":""}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"EqQB\/+=="}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":0}"""),
        ("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"EmwK+/="}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":1}"""),
        ("contentBlockStart", """{"contentBlockIndex":2,"start":{}}"""),
        ("contentBlockDelta", """{"delta":{"text":"H\u00e9\n"},"contentBlockIndex":2}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"citation":{"title":"A","location":{"web":{"url":"https://a.example"}},"sourceContent":[{"text":"c"}]}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"citation":{"title":"own","location":{"documentPage":{"documentIndex":0}}}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"text":"llo"}}"""),
        ("contentBlockStop", """{"contentBlockIndex":2}"""),
        ("contentBlockStart", """{"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"tooluse_a","name":"f"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":3,"delta":{"toolUse":{"input":""}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":3,"delta":{"toolUse":{"input":"{\"a\":"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":3,"delta":{"toolUse":{"input":"1}"}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":3}"""),
        ("contentBlockStart", """{"contentBlockIndex":4,"start":{"toolUse":{"toolUseId":"srv","name":"nova_grounding","type":"server_tool_use"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":4,"delta":{"toolUse":{"input":"{}"}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":4}"""),
        ("contentBlockStart", """{"contentBlockIndex":5,"start":{"toolUse":{"toolUseId":"tooluse_b","name":"g"}}}"""),
        ("messageStop", """{"stopReason":"tool_use"}"""),
        ("metadata", """{"usage":{"inputTokens":5,"outputTokens":48,"totalTokens":373,"cacheReadInputTokens":300,"cacheWriteInputTokens":20},"metrics":{"latencyMs":9},"serviceTier":{"type":"flex"}}"""),
    ];

    public static readonly string[] Told =
    [
        "Text 0 anthropic-claude-v1 =Let me\\nsee 😀|EqQB\\/+==",
        "Encrypted 1 anthropic-claude-v1 =EmwK+/=",
        "text=H\\u00e9\\n",
        "citation=https://a.example Aown own",
        "text=llo",
        "call 0 tooluse_a=f",
        "arguments 0={\\\"a\\\":1}",
        "call 1 tooluse_b=g",
        "arguments 1={}",
        "finish=tool_use tool_calls",
    ];

    public const string Whole = """
        {"output":{"message":{"role":"assistant","content":[
        {"reasoningContent":{"reasoningText":{"signature":"EqQB\/+==","text":"Let me\nsee 😀"}}},
        {"reasoningContent":{"redactedContent":"EmwK+/="}},
        {"citationsContent":{"content":[{"text":"Hé\n"}],"citations":[{"title":"A","location":{"web":{"url":"https://a.example"}}},{"title":"own","location":{"documentChar":{"documentIndex":0,"start":0,"end":4}}}]}},
        {"text":"llo"},
        {"toolUse":{"toolUseId":"tooluse_a","name":"f","input":{"a":1}}},
        {"toolUse":{"toolUseId":"tooluse_b","name":"g","input":{}}}]}},
        "stopReason":"tool_use","serviceTier":{"type":"flex"},
        "usage":{"inputTokens":5,"outputTokens":48,"totalTokens":373,"cacheReadInputTokens":300,"cacheWriteInputTokens":20},"metrics":{"latencyMs":9}}
        """;

    public static readonly byte[] Stream = [.. Events.SelectMany(static e => EventStream.Event(e.Name, e.Json))];

    public static BedrockAnswerReader Reader(bool isAnswerTool = false) => new("anthropic-claude-v1", isAnswerTool);

    /// <summary>What a reader tells of a stream that comes in these pieces.</summary>
    public static (TellingSink Sink, StreamStep Last) Read(params IEnumerable<ReadOnlyMemory<byte>> pieces) => Read(Reader(), pieces);

    /// <inheritdoc cref="Read(IEnumerable{ReadOnlyMemory{byte}})"/>
    public static (TellingSink Sink, StreamStep Last) Read(BedrockAnswerReader reader, params IEnumerable<ReadOnlyMemory<byte>> pieces) =>
        TellingSink.Read(reader, new EventStreamFramer(1 << 20), pieces);

    public static (TellingSink Sink, StreamStep Last) Read(BedrockAnswerReader reader, params IEnumerable<(string Name, string Json)> events) =>
        Read(reader, events.Select(static e => (ReadOnlyMemory<byte>)EventStream.Event(e.Name, e.Json)));
}
