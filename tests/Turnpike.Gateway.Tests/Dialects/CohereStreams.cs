using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.CohereV2;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Exchanges as Cohere has them: a thought, text with a source, a plan, and calls of tools with and without arguments.</summary>
internal static class CohereStreams
{
    public static readonly string[] Events =
    [
        """{"id":"c1","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}""",
        """{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}""",
        """{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"Let me\n"}}}}""",
        """{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"see 😀"}}}}""",
        """{"type":"content-end","index":0}""",
        """{"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}""",
        """{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"H\u00e9\n"}}}}""",
        """{"index":1,"type":"content-delta","delta":{"message":{"content":{"text":"llo"}}}}""",
        """{"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":2,"text":"Hé","sources":[{"type":"document","id":"doc:0","document":{"id":"doc:0","text":"t","title":"A","url":"https://a.example"}},{"type":"tool","id":"f_1:0","tool_output":{"temperature":"1"}}],"type":"TEXT_CONTENT"}}}}""",
        """{"type":"citation-end","index":0}""",
        """{"type":"content-end","index":1}""",
        """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I"}}}""",
        """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":" will"}}}""",
        """{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"f_1","type":"function","function":{"name":"f","arguments":""}}}}}""",
        """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"a\":"}}}}}""",
        """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"1}"}}}}}""",
        """{"type":"tool-call-end","index":0}""",
        """{"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":{"id":"g_2","type":"function","function":{"name":"g","arguments":""}}}}}""",
        """{"type":"tool-call-end","index":1}""",
        """{"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":46,"output_tokens":14},"tokens":{"input_tokens":1445,"output_tokens":43},"cached_tokens":704}}}""",
    ];

    public static readonly string[] Told =
    [
        "Text 0 - =Let me\\nsee 😀",
        "text=H\\u00e9\\nllo",
        "citation=https://a.example A",
        "text=I will",
        "call 0 f_1=f",
        "arguments 0={\\\"a\\\":1}",
        "call 1 g_2=g",
        "arguments 1={}",
        "finish=TOOL_CALL tool_calls",
    ];

    /// <summary>The events as Cohere frames them.</summary>
    public static byte[] Framed(params IEnumerable<string> events) =>
        Encoding.UTF8.GetBytes(string.Concat(events.Select(static e => $"event: {JsonNode.Parse(e)!["type"]}\ndata: {e}\n\n")));

    /// <summary>What a reader tells of a stream that comes in these pieces.</summary>
    public static (TellingSink Sink, StreamStep Last) Read(params IEnumerable<ReadOnlyMemory<byte>> pieces) =>
        TellingSink.Read(new CohereAnswerReader(), new SseFramer(1 << 20), pieces);
}
