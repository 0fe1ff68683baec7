using System.Text;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Ollama;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Exchanges as Ollama has them: a thought, a text, and calls of tools, old and new.</summary>
internal static class OllamaStreams
{
    public static readonly string[] Events =
    [
        """{"model":"qwen3:8b","created_at":"2026-08-01T12:00:00.1Z","message":{"role":"assistant","content":"","thinking":"Let me\n"},"done":false}""",
        """{"model":"qwen3:8b","created_at":"2026-08-01T12:00:00.2Z","message":{"role":"assistant","content":"","thinking":"see 😀"},"done":false}""",
        """{"model":"qwen3:8b","created_at":"2026-08-01T12:00:00.3Z","message":{"role":"assistant","content":"H\u00e9 \u003cb\u003e"},"done":false}""",
        """{"message":{"content":"\"llo\"","role":"assistant"},"model":"qwen3:8b","created_at":"2026-08-01T12:00:00.4Z","done":false}""",
        """{"model":"qwen3:8b","created_at":"2026-08-01T12:00:00.5Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":1,"b":"x\"y"}}},{"id":"call_x1","function":{"index":1,"name":"g","arguments":{}}}]},"done":false}""",
        """{"model":"qwen3:8b","created_at":"2026-08-01T12:00:00.6Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"h"}}]},"done":false}""",
        """{"model":"qwen3:8b","created_at":"2026-08-01T12:00:00.7Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":174560334,"load_duration":101397084,"prompt_eval_count":11,"prompt_eval_duration":13074791,"eval_count":18,"eval_duration":52479709}""",
    ];

    public static readonly string[] Told =
    [
        "Text 0 - =Let me\\nsee 😀",
        "text=H\\u00e9 \\u003cb\\u003e\\\"llo\\\"",
        "call 0 call_3_0=f",
        "arguments 0={\\\"a\\\":1,\\\"b\\\":\\\"x\\\\\\\"y\\\"}",
        "call 1 call_x1=g",
        "arguments 1={}",
        "call 2 call_3_2=h",
        "arguments 2={}",
        "finish=stop tool_calls",
    ];

    /// <summary>The events as Ollama frames them.</summary>
    public static byte[] Framed(params IEnumerable<string> events) => Encoding.UTF8.GetBytes(string.Concat(events.Select(static e => e + "\n")));

    /// <summary>What a reader tells of a stream that comes in these pieces.</summary>
    public static (TellingSink Sink, StreamStep Last) Read(params IEnumerable<ReadOnlyMemory<byte>> pieces) =>
        TellingSink.Read(new OllamaAnswerReader(turn: 3), new NdjsonFramer(1 << 20), pieces);
}
