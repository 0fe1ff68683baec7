using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Requests of the Messages API are read whatever they are: as a request, or with a 400.</summary>
public sealed class MessagesRequestTests
{
    private const string Body = """
        {"models":["a"],"fallbacks":[{"model":"b"}],"model":"m","max_tokens":9,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}],
        "messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
        {"type":"document","source":{"type":"text","media_type":"text/plain","data":"t"},"title":"n","citations":{"enabled":true}},{"type":"image","source":{"type":"url","url":"https://i.example/a.png"}}]},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"si+g/="},{"type":"redacted_thinking","data":"enc+/="},{"type":"text","text":"t"},
        {"type":"tool_use","id":"c","name":"f","input":{"a":1.50}},{"type":"server_tool_use","id":"s","name":"web_search","input":{}}]},
        {"role":"user","content":[{"type":"text","text":"and"},{"type":"tool_result","tool_use_id":"c","is_error":true,"content":[{"type":"text","text":"42"}]}]}],
        "tools":[{"name":"f","input_schema":{"type":"object"},"strict":true},{"type":"web_search_20250305","name":"web_search"}],"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
        "thinking":{"type":"enabled","budget_tokens":2000},"output_config":{"effort":"low","format":{"type":"json_schema","schema":{"type":"object"}}},"temperature":0.5,"top_k":3,"stop_sequences":["X"],
        "service_tier":"standard_only","stream":true,"metadata":{"user_id":"u","k":1},"provider":{},"plugins":[],"route":{"fallbacks":["c"]},"routing":{"strategy":"cost"},"session_id":"s","rescue":"off",
        "preset":null,"max_cost":"0.10","transforms":["middle-out"],"user":"v","context_management":{"edits":[]}}
        """;

    [Fact]
    public void Everything_that_is_said_is_read()
    {
        var request = Neutral(Body);

        Assert.Equal([Role.System, Role.User, Role.Assistant, Role.Tool, Role.User], request.Messages.Select(static m => m.Role));
        Assert.Equal("1h", request.Messages[0].Parts[0].Cache!.Ttl);
        Assert.Equal([MediaKind.Image, MediaKind.Document, MediaKind.Image], request.Messages[1].Parts.OfType<MediaPart>().Select(static p => p.Kind));
        var thoughts = request.Messages[2].Parts.OfType<ReasoningPart>().ToList();
        Assert.Equal(("hm", "si+g/=", ReasoningFormats.Anthropic), (thoughts[0].Text, thoughts[0].Signature, thoughts[0].Format));
        Assert.Equal((ReasoningKind.Encrypted, "enc+/="), (thoughts[1].Kind, thoughts[1].Data));
        Assert.Equal("""{"a":1.50}""", request.Messages[2].Parts.OfType<ToolCallPart>().Single().Arguments);
        Assert.IsType<RawPart>(request.Messages[2].Parts[^1]);
        var result = Assert.IsType<ToolResultPart>(request.Messages[3].Parts[0]);
        Assert.Equal(("c", "f", true), (result.CallId, result.Name, result.IsError));
        Assert.Equal(("f", true), (request.Tools[0].Name, request.Tools[0].Strict));
        Assert.NotNull(request.Tools[1].Raw);
        Assert.Equal((new(ToolChoiceKind.Named, "f"), false), (request.ToolChoice!, request.ParallelToolCalls!.Value));
        Assert.Equal((2000L, "low", "default", 9L), (request.Reasoning!.MaxTokens, request.Verbosity, request.ServiceTier, request.OutputLimit));
        Assert.Equal(ResponseFormatKind.JsonSchema, request.ResponseFormat!.Kind);
        Assert.Equal("context_management", Assert.Single(request.Others).Name);
    }

    [Fact]
    public async Task What_is_ours_is_read_and_what_is_left_is_the_callers_own()
    {
        var bytes = Encoding.UTF8.GetBytes(Body);
        Assert.True(MessagesRequestReader.TryRead(bytes, out var request, out var error), error?.Message);

        Assert.Equal(["a", "b", "c"], request!.FallbackModels);
        Assert.Equal(("cost", "s", "off", "u", 100_000_000L, true), (request.RoutingStrategy, request.SessionId, request.Rescue, request.User, request.MaxCost!.Value.Value, request.WantsMiddleOut!.Value));
        Assert.True(request is { HasImages: true, HasFiles: true, Stream: true, HasForeignReasoning: false, IsForeign: false, ServiceTier: null });
        var target = new Gateway.Dialects.UpstreamTarget(TestCatalog.SwiftAtAcme, "\"up\""u8.ToArray(), 7, "hidden");
        using var content = MessagesRequestBody.Of(bytes, request, target);
        using var stream = new MemoryStream();
        await content.CopyToAsync(stream, TestContext.Current.CancellationToken);
        var sent = JsonNode.Parse(stream.ToArray())!.AsObject();
        Assert.Equal(
            ["model", "max_tokens", "system", "messages", "tools", "tool_choice", "thinking", "output_config", "temperature", "top_k", "stop_sequences", "service_tier", "stream", "metadata", "context_management"],
            sent.Select(static m => m.Key));
        Assert.Equal(("up", 7, "hidden"), ((string)sent["model"]!, (int)sent["max_tokens"]!, (string)sent["metadata"]!["user_id"]!));
    }

    [Theory]
    [InlineData("""{"type":"thinking","thinking":"hm","signature":""}""")]
    [InlineData("""{"type":"thinking","thinking":"hm","signature":"tpk1.e30"}""")]
    [InlineData("""{"type":"redacted_thinking","data":"tpk1.e30"}""")]
    [InlineData("""{"type":"text","text":"t","citations":[{"type":"web_search_result_location","url":"u","title":"t","cited_text":"","encrypted_index":""}]}""")]
    public void What_Anthropic_would_refuse_is_not_passed_through(string block)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{{block}}]}]}""");
        Assert.True(MessagesRequestReader.TryRead(bytes, out var request, out _));

        Assert.True(request!.HasForeignReasoning);
    }

    [Theory]
    [InlineData("""{"type":"advisor_20260301","name":"advisor","model":"claude-opus-5"}""", false)]
    [InlineData("""{"type":"\u0061dvisor_20260301","name":"advisor","model":"claude-opus-5"}""", false)]
    [InlineData("""{"name":"advisor_","input_schema":{"type":"advisor_"}}""", true)]
    public void A_tool_that_has_another_model_answer_is_refused(string tool, bool isRead)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":1,"tools":[{{tool}}],"messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal(isRead, MessagesRequestReader.TryRead(bytes, out _, out var error));
        Assert.Contains(isRead ? "" : "tools", error?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_that_is_cut_anywhere_is_a_400()
    {
        var bytes = Encoding.UTF8.GetBytes(Body);
        for (var length = 0; length < bytes.Length - 1; length++)
        {
            Assert.False(MessagesRequestReader.TryRead(bytes.AsSpan(0, length), out _, out var error));
            Assert.Equal(400, error!.Status);
        }
    }

    [Fact]
    public void A_body_with_any_byte_changed_is_read_or_refused_and_never_thrown_at()
    {
        var random = new Random(20261126);
        var bytes = Encoding.UTF8.GetBytes(Body);
        for (var round = 0; round < 20_000; round++)
        {
            var changed = bytes.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                changed[random.Next(changed.Length)] = (byte)"{}[]\",:0nt\\a\xff"[random.Next(13)];
            }

            Read(changed);
        }
    }

    [Fact]
    public void A_value_of_any_type_in_any_place_is_read_or_refused()
    {
        string[] values = ["null", "true", "7", "-1", "\"x\"", "\"\"", "[]", "{}", "[null]", "[7]", "[{}]", "[[]]", "{\"type\":7}", "\"\\ud800\"", "\"tpk1.AAAA\""];
        var places = System.Text.RegularExpressions.Regex.Matches(Body, "(?<=\":)(\"[^\"]*\"|\\d+|true|false|null)");
        foreach (System.Text.RegularExpressions.Match place in places)
        {
            foreach (var value in values)
            {
                Read(Encoding.UTF8.GetBytes(Body[..place.Index] + value + Body[(place.Index + place.Length)..]));
            }
        }

        var names = JsonNode.Parse(Body)!.AsObject().Select(static m => m.Key);
        foreach (var (name, value) in names.SelectMany(name => values.Select(value => (name, value))))
        {
            var body = JsonNode.Parse(Body)!.AsObject();
            body.Remove(name);
            var rest = body.ToJsonString();
            Read(Encoding.UTF8.GetBytes($"{{\"{name}\":{value},{rest[1..]}"));
        }
    }

    private static void Read(byte[] body)
    {
        if (!MessagesRequestReader.TryRead(body, out var first, out var error) || !MessagesNeutralReader.TryRead(body, first!.IsPlain, out _, out error))
        {
            Assert.Equal(400, error!.Status);
        }
    }

    private static NeutralRequest Neutral(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(MessagesRequestReader.TryRead(bytes, out _, out var error), error?.Message);
        Assert.True(MessagesNeutralReader.TryRead(bytes, isPlain: false, out var request, out error), error?.Message);
        return request!;
    }
}
