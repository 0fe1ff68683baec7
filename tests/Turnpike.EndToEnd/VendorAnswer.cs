namespace Turnpike.EndToEnd;

/// <summary>One answer as a vendor sends it, whole and streamed, and what a caller is told of it.</summary>
internal sealed record VendorAnswer(string Provider, string Whole, params string[] Events)
{
    public string? Content { get; init; } = "Three.";

    public string? Reasoning { get; init; } = "Count them.";

    public string Finish { get; init; } = "stop";

    public string Native { get; init; } = "stop";

    /// <summary>Name and arguments of each call.</summary>
    public string[] Calls { get; init; } = [];

    public string[] Sources { get; init; } = [];

    public (int Prompt, int Completion, int? Cached, int? Reasoning) Usage { get; init; } = (18, 30, null, null);

    /// <summary>By name. Providers are those that ship, with the deviations that ship.</summary>
    public static IReadOnlyDictionary<string, VendorAnswer> All { get; } = new Dictionary<string, VendorAnswer>(StringComparer.Ordinal)
    {
        ["DeepSeek"] = new(
            "deepseek",
            Body("""{"role":"assistant","content":"Three.","reasoning_content":"Count them."}""", """{"prompt_tokens":18,"completion_tokens":30,"total_tokens":48,"prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":20},"prompt_cache_hit_tokens":8,"prompt_cache_miss_tokens":10}"""),
            Delta("""{"role":"assistant","content":null,"reasoning_content":""}"""),
            Delta("""{"content":null,"reasoning_content":"Count"}"""),
            Delta("""{"content":null,"reasoning_content":" them."}"""),
            Delta("""{"content":"Three","reasoning_content":null}"""),
            Delta("""{"content":".","reasoning_content":null}"""),
            Delta("""{"content":"","reasoning_content":null}""", "stop", """{"prompt_tokens":18,"completion_tokens":30,"total_tokens":48,"prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":20},"prompt_cache_hit_tokens":8,"prompt_cache_miss_tokens":10}"""))
        {
            Usage = (18, 30, 8, 20),
        },
        ["Groq, usage in its own place"] = new(
            "groq",
            Body("""{"role":"assistant","content":"Three.","reasoning":"Count them."}""", """{"queue_time":0.3,"prompt_tokens":18,"completion_tokens":30,"total_tokens":48,"completion_tokens_details":{"reasoning_tokens":20}}"""),
            Delta("""{"role":"assistant","content":null}"""),
            Delta("""{"reasoning":"Count them.","channel":"analysis"}"""),
            Delta("""{"content":"Three."}"""),
            """{"id":"c1","object":"chat.completion.chunk","created":1785585600,"model":"m","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":{"queue_time":0.3,"prompt_tokens":18,"completion_tokens":30,"total_tokens":48,"completion_tokens_details":{"reasoning_tokens":20}}}}""")
        {
            Usage = (18, 30, null, 20),
        },
        ["a host that tells both names"] = new(
            "alibaba",
            Body("""{"role":"assistant","reasoning":"Count them.","reasoning_content":"Count them.","content":"Three."}""", Plain),
            Delta("""{"role":"assistant","reasoning_content":"Count","reasoning":"Count"}"""),
            Delta("""{"reasoning":" them.","reasoning_content":" them."}"""),
            Delta("""{"reasoning":null,"reasoning_content":null,"content":"Three."}"""),
            Delta("{}", "stop", Plain)),
        ["Mistral's parts"] = new(
            "mistral",
            Body("""{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Count"},{"type":"text","text":" them."}],"closed":true},{"type":"text","text":"Three."}]}""", """{"prompt_tokens":18,"completion_tokens":30,"total_tokens":48,"num_cached_tokens":8}"""),
            Delta("""{"role":"assistant","content":""}"""),
            Delta("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Count"}]}]}"""),
            Delta("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":" them."}]},{"type":"text","text":"Thr"}]}"""),
            Delta("""{"content":"ee."}"""),
            Delta("""{"content":""}""", "stop", """{"prompt_tokens":18,"completion_tokens":30,"total_tokens":48,"num_cached_tokens":8}"""))
        {
            Usage = (18, 30, 8, null),
        },
        ["Mistral's calls"] = new(
            "mistral",
            Body("""{"role":"assistant","content":"","tool_calls":[{"id":"gSIMJiOkT","function":{"name":"weather","arguments":"{\"city\": \"Bern\"}"}},{"id":"hTJNKjPlU","function":{"name":"clock","arguments":"{}"}}]}""", Plain, "tool_calls"),
            Delta("""{"role":"assistant","content":""}"""),
            Delta("""{"content":null,"tool_calls":[{"id":"gSIMJiOkT","function":{"name":"weather","arguments":"{\"city\": \"Bern\"}"}},{"id":"hTJNKjPlU","function":{"name":"clock","arguments":"{}"}}]}""", "tool_calls", Plain))
        {
            Content = null,
            Reasoning = null,
            Finish = "tool_calls",
            Native = "tool_calls",
            Calls = ["""weather {"city": "Bern"}""", "clock {}"],
        },
        ["Moonshot, usage in the choice"] = new(
            "moonshotai",
            Body("""{"role":"assistant","content":"Three.","reasoning_content":"Count them."}""", """{"prompt_tokens":18,"completion_tokens":30,"total_tokens":48,"cached_tokens":8}"""),
            Delta("""{"role":"assistant","reasoning_content":"Count them."}"""),
            Delta("""{"content":"Three."}"""),
            """{"id":"c1","created":1785585600,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":18,"completion_tokens":30,"total_tokens":48,"cached_tokens":8}}]}""")
        {
            Usage = (18, 30, 8, null),
        },
        ["xAI"] = new(
            "xai",
            """{"id":"c1","object":"chat.completion","created":1785585600,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Three.","reasoning_content":"Count them.","refusal":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":1,"total_tokens":241,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens_details":{"reasoning_tokens":228},"cost_in_usd_ticks":1176500},"citations":["https://a.example/1"]}""",
            Delta("""{"reasoning_content":"Count","role":"assistant"}"""),
            Delta("""{"reasoning_content":" them."}"""),
            Delta("""{"content":"Three."}"""),
            Delta("{}", "stop"),
            """{"id":"c1","object":"chat.completion.chunk","created":1785585600,"model":"m","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":1,"total_tokens":241,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens_details":{"reasoning_tokens":228},"cost_in_usd_ticks":1176500},"citations":["https://a.example/1"]}""")
        {
            Usage = (12, 229, 2, 228),
            Sources = ["https://a.example/1"],
        },
        ["Perplexity"] = new(
            "perplexity",
            """{"id":"c1","model":"m","created":1785585600,"usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14,"citation_tokens":5,"reasoning_tokens":3,"num_search_queries":1,"cost":{"total_cost":0.01}},"citations":["https://a.example/1","https://a.example/2"],"search_results":[{"title":"One","url":"https://a.example/1","snippet":"s"}],"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"<think>\nCount them.</think>\n\nThree."},"finish_reason":"stop"}]}""",
            Cited("""{"role":"assistant","content":"<thi"}""", 1),
            Cited("""{"role":"assistant","content":"nk>\nCount"}""", 2),
            Cited("""{"role":"assistant","content":" them.</"}""", 3),
            Cited("""{"role":"assistant","content":"think>\n\nThree."}""", 4, "stop"))
        {
            Usage = (15, 7, null, 3),
            Sources = ["https://a.example/1 One", "https://a.example/2"],
        },
        ["MiniMax"] = new(
            "minimax",
            """{"id":"c1","choices":[{"finish_reason":"stop","index":0,"message":{"content":"\u003cthink\u003e\nCount them.\u003c/think\u003e\n\nThree.","role":"assistant"}}],"created":1785585600,"model":"m","object":"chat.completion","usage":{"total_tokens":48,"prompt_tokens":18,"completion_tokens":30},"base_resp":{"status_code":0,"status_msg":""}}""",
            Delta("""{"content":"\n","role":"assistant"}"""),
            Delta("""{"content":"\u003cthink\u003e\nCount them."}"""),
            Delta("""{"content":"\n\u003c/think\u003e\n\nThree."}"""),
            Delta("{}", "stop", Plain))
        {
            Reasoning = null, // with and without the line's end
        },
        ["a model that does not think at a host where some do"] = new(
            "hyperbolic",
            Body("""{"role":"assistant","content":"Three."}""", Plain),
            Delta("""{"role":"assistant","content":""}"""),
            Delta("""{"content":"Three"}"""),
            Delta("""{"content":"."}""", "eos", Plain))
        {
            Reasoning = null,
        },
        ["a call in the form before tools"] = new(
            "fireworks",
            Body("""{"role":"assistant","content":null,"function_call":{"name":"weather","arguments":"{\"city\":\"Bern\"}"}}""", Plain, "function_call"),
            Delta("""{"role":"assistant","content":null,"function_call":{"name":"weather","arguments":""}}"""),
            Delta("""{"function_call":{"arguments":"{\"city\":\"Bern\"}"}}"""),
            Delta("{}", "function_call", Plain))
        {
            Content = null,
            Reasoning = null,
            Finish = "tool_calls",
            Native = "function_call",
            Calls = ["""weather {"city":"Bern"}"""],
        },
        ["calls under one index, a reason that does not say so, and an object"] = new(
            "together",
            Body("""{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"","type":"function","function":{"name":"weather","arguments":{"city":"Bern"}}},{"index":0,"id":"","type":"function","function":{"name":"clock","arguments":""}}]}""", Plain),
            Delta("""{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"weather","arguments":"{\"city\":"}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"id":"","type":"function","function":{"name":"","arguments":"\"Bern\"}"}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"id":"b","type":"function","function":{"name":"clock","arguments":"{}"}}]}"""),
            Delta("{}", "stop", Plain))
        {
            Content = null,
            Reasoning = null,
            Finish = "tool_calls",
            Calls = ["""weather {"city":"Bern"}""", "clock {}"],
        },
        ["messages instead of deltas, nothing but what is needed"] = new(
            "together",
            $$"""{"choices":[{"message":{"content":"Three.","reasoning_content":"Count them."},"finish_reason":"stop"}],"usage":{{Plain}}}""",
            """{"choices":[{"message":{"role":"assistant","reasoning_content":"Count them."}}]}""",
            """{"choices":[{"message":{"role":"assistant","content":"Three."}}]}""",
            $$"""{"choices":[{"finish_reason":"stop"}],"usage":{{Plain}}}"""),
        ["message beside each delta"] = new(
            "together",
            Body("""{"role":"assistant","content":"Three."}""", Plain),
            """{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"Thr"},"delta":{"role":"assistant","content":"Thr"},"finish_reason":null}]}""",
            $$"""{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"Three."},"delta":{"role":"assistant","content":"ee."},"finish_reason":"stop"}],"usage":{{Plain}}}""")
        {
            Reasoning = null,
        },
    };

    private const string Plain = """{"prompt_tokens":18,"completion_tokens":30,"total_tokens":48}""";

    private static string Body(string message, string usage, string finish = "stop") =>
        $$"""{"id":"c1","object":"chat.completion","created":1785585600,"model":"m","choices":[{"index":0,"message":{{message}},"logprobs":null,"finish_reason":"{{finish}}"}],"usage":{{usage}}}""";

    private static string Delta(string delta, string? finish = null, string? usage = null) =>
        $$"""{"id":"c1","object":"chat.completion.chunk","created":1785585600,"model":"m","choices":[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{Wire.Quote(finish)}}}],"usage":{{usage ?? "null"}}}""";

    private static string Cited(string delta, int tokens, string? finish = null) =>
        $$"""{"id":"c1","model":"m","created":1785585600,"usage":{"prompt_tokens":10,"completion_tokens":{{tokens}},"total_tokens":{{10 + tokens}},"citation_tokens":5,"reasoning_tokens":3},"citations":["https://a.example/1","https://a.example/2"],"search_results":[{"title":"One","url":"https://a.example/1"}],"object":"chat.completion.chunk","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{Wire.Quote(finish)}}}]}""";
}
