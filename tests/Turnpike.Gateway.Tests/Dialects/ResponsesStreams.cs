namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Exchanges as the Responses API has them: what it sends for a thought, a text with a source and two calls at once.</summary>
internal static class ResponsesStreams
{
    public const string Created = """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1,"status":"in_progress","model":"up","output":[],"usage":null,"error":null}}""";

    public static readonly string[] Full =
    [
        Created,
        """{"type":"response.in_progress","sequence_number":1,"response":{"id":"resp_1","object":"response","created_at":1,"status":"in_progress","model":"up","output":[]}}""",
        """{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"id":"rs_1","type":"reasoning","encrypted_content":"half","summary":[]}}""",
        """{"type":"response.reasoning_summary_part.added","sequence_number":3,"item_id":"rs_1","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}""",
        """{"type":"response.reasoning_summary_text.delta","sequence_number":4,"item_id":"rs_1","output_index":0,"summary_index":0,"delta":"Thin","obfuscation":"x"}""",
        """{"type":"response.reasoning_summary_text.delta","sequence_number":5,"item_id":"rs_1","output_index":0,"summary_index":0,"delta":"king","obfuscation":"xyz"}""",
        """{"type":"response.reasoning_summary_text.done","sequence_number":6,"item_id":"rs_1","output_index":0,"summary_index":0,"text":"Thinking"}""",
        """{"type":"response.reasoning_summary_text.delta","sequence_number":7,"item_id":"rs_1","output_index":0,"summary_index":1,"delta":"more"}""",
        """{"type":"response.output_item.done","sequence_number":8,"output_index":0,"item":{"id":"rs_1","type":"reasoning","encrypted_content":"gAAA\/+==","summary":[{"type":"summary_text","text":"Thinking"},{"type":"summary_text","text":"more"}]}}""",
        """{"type":"response.output_item.added","sequence_number":9,"output_index":1,"item":{"id":"ws_1","type":"web_search_call","status":"in_progress"}}""",
        """{"type":"response.web_search_call.searching","sequence_number":10,"output_index":1,"item_id":"ws_1"}""",
        """{"type":"response.output_item.added","sequence_number":11,"output_index":2,"item":{"id":"msg_1","type":"message","status":"in_progress","content":[],"role":"assistant"}}""",
        """{"type":"response.content_part.added","sequence_number":12,"item_id":"msg_1","output_index":2,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}""",
        """{"type":"response.output_text.delta","sequence_number":13,"item_id":"msg_1","output_index":2,"content_index":0,"delta":"H\u00e9\n","logprobs":[]}""",
        """{"sequence_number":14,"item_id":"msg_1","output_index":2,"content_index":0,"delta":"llo 😀","type":"response.output_text.delta"}""",
        """{"type":"response.output_text.annotation.added","sequence_number":15,"item_id":"msg_1","output_index":2,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","url":"https://a.example","title":"A","start_index":0,"end_index":2}}""",
        """{"type":"response.output_text.done","sequence_number":16,"item_id":"msg_1","output_index":2,"content_index":0,"text":"Hé\nllo 😀"}""",
        """{"type":"response.output_item.done","sequence_number":17,"output_index":2,"item":{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hé\nllo 😀","annotations":[{"type":"url_citation","url":"https://a.example","title":"A"}]}]}}""",
        """{"type":"response.output_item.added","sequence_number":18,"output_index":3,"item":{"id":"fc_1","type":"function_call","status":"in_progress","arguments":"","call_id":"call_a","name":"f"}}""",
        """{"type":"response.function_call_arguments.delta","sequence_number":19,"item_id":"fc_1","output_index":3,"delta":"{\"a\":"}""",
        """{"type":"response.output_item.added","sequence_number":20,"output_index":4,"item":{"id":"fc_2","type":"function_call","status":"in_progress","arguments":"","call_id":"call_b","name":"g"}}""",
        """{"type":"response.function_call_arguments.delta","sequence_number":21,"item_id":"fc_1","output_index":3,"delta":"1}"}""",
        """{"type":"response.function_call_arguments.done","sequence_number":22,"item_id":"fc_1","output_index":3,"arguments":"{\"a\":1}"}""",
        """{"type":"response.output_item.done","sequence_number":23,"output_index":3,"item":{"id":"fc_1","type":"function_call","status":"completed","arguments":"{\"a\":1}","call_id":"call_a","name":"f"}}""",
        """{"type":"response.output_item.done","sequence_number":24,"output_index":4,"item":{"id":"fc_2","type":"function_call","status":"completed","arguments":"{\"b\":2}","call_id":"call_b","name":"g"}}""",
        """{"type":"response.completed","sequence_number":25,"response":{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"up","service_tier":"default","output":[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hé\nllo 😀"}]}],"usage":{"input_tokens":75,"input_tokens_details":{"cached_tokens":64},"output_tokens":1186,"output_tokens_details":{"reasoning_tokens":1024},"total_tokens":1261}}}""",
    ];

    public const string Whole = """
        {"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"up","error":null,"incomplete_details":null,"output":[
        {"id":"rs_1","type":"reasoning","encrypted_content":"gAAA","summary":[{"type":"summary_text","text":"Thinking"}]},
        {"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hé\nllo","annotations":[{"type":"url_citation","url":"https://a.example","title":"A"}]},{"type":"refusal","refusal":"no"}]},
        {"id":"ig_1","type":"image_generation_call","status":"completed","result":"iVBO","output_format":"webp"},
        {"id":"fc_1","type":"function_call","status":"completed","arguments":"{\"a\":1}","call_id":"call_a","name":"f"}],
        "usage":{"input_tokens":7,"input_tokens_details":{"cached_tokens":0},"output_tokens":3,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":10}}
        """;

    /// <summary>The events as OpenAI frames them.</summary>
    public static string Framed(IEnumerable<string> events) =>
        string.Concat(events.Select(static e => $"event: {System.Text.Json.Nodes.JsonNode.Parse(e)!["type"]}\ndata: {e}\n\n"));
}
