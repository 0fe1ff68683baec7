using System.Text;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.AnthropicMessages;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Exchanges as the Messages API has them: a thought with its signature, one that nobody may read, text with a source, and calls of tools.</summary>
internal static class AnthropicStreams
{
    public const string Start = """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":20,"cache_read_input_tokens":300,"cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}}}""";

    public const string Stop = """{"type":"message_stop"}""";

    public static readonly string[] Full =
    [
        Start,
        """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me\n"}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"see 😀"}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB\/+=="}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"EmwK+/="}}""",
        """{"type":"content_block_stop","index":1}""",
        """{"type":"ping"}""",
        """{"type":"content_block_start","index":2,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}""",
        """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"}}""",
        """{"type":"content_block_stop","index":2}""",
        """{"type":"content_block_start","index":3,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://a.example","title":"A","encrypted_content":"zz"}]}}""",
        """{"type":"content_block_stop","index":3}""",
        """{"type":"content_block_start","index":4,"content_block":{"type":"text","text":""}}""",
        """{"delta":{"text":"H\u00e9\n","type":"text_delta"},"index":4,"type":"content_block_delta"}""",
        """{"type":"content_block_delta","index":4,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","cited_text":"c","url":"https://a.example","title":"A","encrypted_index":"i"}}}""",
        """{"type":"content_block_delta","index":4,"delta":{"type":"text_delta","text":"llo"}}""",
        """{"type":"content_block_stop","index":4}""",
        """{"type":"content_block_start","index":5,"content_block":{"type":"tool_use","id":"toolu_a","name":"f","input":{}}}""",
        """{"type":"content_block_delta","index":5,"delta":{"type":"input_json_delta","partial_json":""}}""",
        """{"type":"content_block_delta","index":5,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}""",
        """{"type":"content_block_start","index":5,"content_block":{"type":"tool_use","id":"toolu_a","name":"f","input":{}}}""",
        """{"type":"content_block_delta","index":5,"delta":{"type":"input_json_delta","partial_json":"1}"}}""",
        """{"type":"content_block_stop","index":5}""",
        """{"type":"content_block_start","index":6,"content_block":{"type":"tool_use","id":"toolu_b","name":"g","input":{}}}""",
        """{"type":"content_block_stop","index":6}""",
        """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":48,"output_tokens_details":{"thinking_tokens":30}}}""",
        Stop,
    ];

    public static readonly string[] Told =
    [
        "Text 0 anthropic-claude-v1 =Let me\\nsee 😀|EqQB\\/+==",
        "Encrypted 1 anthropic-claude-v1 =EmwK+/=",
        "text=H\\u00e9\\n",
        "citation=https://a.example A",
        "text=llo",
        "call 0 toolu_a=f",
        "arguments 0={\\\"a\\\":1}",
        "call 1 toolu_b=g",
        "arguments 1={}",
        "finish=tool_use tool_calls",
    ];

    public const string Whole = """
        {"id":"msg_1","type":"message","role":"assistant","model":"up","content":[
        {"type":"thinking","thinking":"Let me\nsee 😀","signature":"EqQB\/+=="},
        {"type":"redacted_thinking","data":"EmwK+/="},
        {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"x"}},
        {"type":"text","text":"H\u00e9\n","citations":[{"type":"web_search_result_location","url":"https://a.example","title":"A"}]},
        {"type":"text","text":"llo"},
        {"type":"tool_use","id":"toolu_a","name":"f","input":{"a":1}},
        {"type":"tool_use","id":"toolu_b","name":"g","input":{}}],
        "stop_reason":"tool_use","stop_sequence":null,
        "usage":{"input_tokens":5,"cache_creation_input_tokens":20,"cache_read_input_tokens":300,"output_tokens":48,"output_tokens_details":{"thinking_tokens":30}}}
        """;

    /// <summary>The events as Anthropic frames them.</summary>
    public static byte[] Framed(IEnumerable<string> events) => Encoding.UTF8.GetBytes(
        string.Concat(events.Select(static e => $"event: {System.Text.Json.Nodes.JsonNode.Parse(e)!["type"]}\ndata: {e}\n\n")));

    /// <summary>What a reader tells of a stream that comes in these pieces.</summary>
    public static (TellingSink Sink, StreamStep Last) Read(params IEnumerable<ReadOnlyMemory<byte>> pieces) =>
        TellingSink.Read(new AnthropicAnswerReader(isAnswerTool: false), new SseFramer(1 << 20), pieces);
}
