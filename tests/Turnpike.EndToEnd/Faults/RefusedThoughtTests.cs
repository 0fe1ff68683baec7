namespace Turnpike.EndToEnd.Faults;

/// <summary>Thoughts of earlier turns that a provider refuses, since another model or account signed or encrypted them, or somebody changed
/// what stood before them: the conversation goes on without them.</summary>
public sealed class RefusedThoughtTests
{
    private const string Seal = "EqQB+sealed";

    private const string Call = """{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"} }""";

    private const string Tools = """[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]""";

    private static readonly Dictionary<string, (string Format, string Refusal, string Whole)> _dialects = new(StringComparer.Ordinal)
    {
        ["anthropic-messages"] = (
            "anthropic-claude-v1",
            """{"type":"error","error":{"type":"invalid_request_error","message":"messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation."}}""",
            """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hello there"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":2}}"""),
        ["gemini"] = (
            "google-gemini-v1",
            """{"error":{"code":400,"message":"Corrupted thought signature.","status":"INVALID_ARGUMENT"}}""",
            """{"candidates":[{"content":{"parts":[{"text":"Hello there"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":2,"totalTokenCount":12}}"""),
        ["openai-responses"] = (
            "openai-responses-v1",
            """{"error":{"message":"The encrypted content for item rs_1 could not be verified.","type":"invalid_request_error","param":null,"code":"invalid_encrypted_content"}}""",
            """{"id":"resp_1","object":"response","status":"completed","model":"m","output":[{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hello there","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":2,"total_tokens":12}}"""),
        ["openai-chat"] = (
            "anthropic-claude-v1",
            """{"error":{"message":"messages.1.content.0: Invalid `signature` in `thinking` block","code":400}}""",
            """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}"""),
    };

    [Theory]
    [InlineData("anthropic-messages")]
    [InlineData("gemini")]
    [InlineData("openai-responses")]
    [InlineData("openai-chat")]
    public async Task The_same_endpoint_is_asked_again_without_them(string dialect)
    {
        await using var gateway = await StartAsync(dialect);
        gateway.Alpha.Otherwise(e => IsSealed(e) ? Refusal(dialect) : Answer.Json(_dialects[dialect].Whole));

        var reply = await gateway.Client.ChatAsync(Conversation(_dialects[dialect].Format));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("Hello there", reply.Content);
        Assert.Equal([true, false], gateway.Alpha.Exchanges.Select(IsSealed));
        Assert.Contains("What next?", gateway.Alpha.Exchanges[1].BodyText, StringComparison.Ordinal);
        var record = await gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal([400, 200], record["provider_responses"]!.AsArray().Select(static a => (int)a!["status"]!));
        await gateway.SettledAsync();
    }

    [Fact]
    public async Task A_caller_of_the_same_dialect_hears_nothing_of_it_either()
    {
        await using var gateway = await StartAsync("anthropic-messages");
        gateway.Alpha.Otherwise(static e => IsSealed(e) ? Refusal("anthropic-messages") : Answer.Json(_dialects["anthropic-messages"].Whole));

        var reply = await gateway.Client.PostAsync("/api/v1/messages", $$"""
            {"model":"test/sealed","max_tokens":100,"messages":[{"role":"user","content":"Hi"},
            {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"{{Seal}}"},{"type":"text","text":"Yes?"}]},{"role":"user","content":"What next?"}]}
            """);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("Hello there", (string)reply.Json["content"]![0]!["text"]!);
        Assert.Equal([true, false], gateway.Alpha.Exchanges.Select(IsSealed));
    }

    [Fact]
    public async Task The_next_endpoint_is_not_sent_them_either()
    {
        await using var gateway = await StartAsync("anthropic-messages");
        gateway.Alpha.Otherwise(static e => IsSealed(e) ? Refusal("anthropic-messages") : Answer.Error(503));
        gateway.Beta.Otherwise(static _ => Answer.Json(_dialects["anthropic-messages"].Whole));

        var reply = await gateway.Client.ChatAsync(Conversation("anthropic-claude-v1"));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.False(IsSealed(Assert.Single(gateway.Beta.Exchanges)));
    }

    [Fact]
    public async Task A_refusal_of_what_was_not_sent_is_told_once()
    {
        await using var gateway = await StartAsync("anthropic-messages");
        gateway.Alpha.Otherwise(static _ => Refusal("anthropic-messages"));

        var reply = await gateway.Client.AskAsync("test/sealed", GatewayHarness.AlphaFirst);

        Assert.Equal(400, reply.Status);
        Assert.Contains("bound to a different conversation", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Single(gateway.Alpha.Exchanges);
        Assert.Empty(gateway.Beta.Exchanges);
    }

    private static bool IsSealed(ProviderExchange exchange) => exchange.BodyText.Contains(Seal, StringComparison.Ordinal);

    private static Answer Refusal(string dialect) => Answer.Json(_dialects[dialect].Refusal, 400);

    private static Task<GatewayHarness> StartAsync(string dialect) => GatewayHarness.StartAsync(c => c
        .Endpoint("alpha", "test/sealed", fields: ("dialect", dialect))
        .Endpoint("beta", "test/sealed", fields: ("dialect", dialect)));

    private static string Conversation(string format) => $$"""
        {"model":"test/sealed",{{GatewayHarness.AlphaFirst}},"tools":{{Tools}},"messages":[{"role":"user","content":"Hi"},
        {"role":"assistant","content":"Yes?","tool_calls":[{{Call}}],"reasoning_details":[
        {"type":"reasoning.text","text":"hm","signature":"{{Seal}}","format":"{{format}}","index":0},{"type":"reasoning.encrypted","data":"{{Seal}}","format":"{{format}}","index":1,"id":"call_1"}]},
        {"role":"tool","tool_call_id":"call_1","content":"done"},{"role":"user","content":"What next?"}]}
        """;
}
