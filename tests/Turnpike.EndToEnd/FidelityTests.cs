using System.Text;

namespace Turnpike.EndToEnd;

/// <summary>Caller and provider speak the same dialect: what we do not understand passes byte for byte, both ways.</summary>
public sealed class FidelityTests : IAsyncLifetime
{
    // Spellings that a reader and writer of JSON would change: spaces, numbers, escapes, order, unknown fields, U+2028.
    private const string Odd = """"
        "odd" : { "z":1.50, "a": [1,2 ,3e0, -0.0, 12345678901234567890123], "s":"\u00e9\/\u2028 é😀" , "n":null }
        """";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("""{ "model":"test/plain", ODD, "messages":[{"role":"user","content":"x"}]}""")]
    [InlineData("""{"messages":[{ODD,"role":"user", "content":"x"} ],"model":"test/plain"}""")]
    [InlineData("""{"model":"test/plain","messages":[{"role":"user","content":[{"type":"text","text":"x", ODD,"cache_control":{"type":"ephemeral"}}]}]}""")]
    [InlineData("""{"model":"test/plain","tools":[{"type":"function","function":{"name":"f","parameters":{ODD}}}],"messages":[{"role":"user","content":"x"}]}""")]
    [InlineData("""{"model":"test/plain","messages":[{"role":"user","content":"x"}],"temperature":0.70,"logit_bias":{"50256":-1e2},ODD}""")]
    public async Task Unknown_parts_of_a_request_reach_the_provider_byte_for_byte(string template)
    {
        var reply = await _gateway.Client.ChatAsync(template.Replace("ODD", Odd, StringComparison.Ordinal));

        Assert.Equal(200, reply.Status);
        var exchange = Assert.Single(_gateway.Alpha.Exchanges);
        Assert.Contains(Odd, exchange.BodyText, StringComparison.Ordinal);
        Assert.Equal("plain", exchange.Model);
    }

    [Fact]
    public async Task Only_our_own_fields_are_touched_in_a_request()
    {
        await _gateway.Client.ChatAsync("""{  "seed" :  7 ,"model":"test/plain" , "messages" : [ {"role":"user","content":"x"} ] , "top_p":0.10 }""");

        var body = Assert.Single(_gateway.Alpha.Exchanges).BodyText;
        Assert.Contains("""  "seed" :  7 ,"model":"plain" """.TrimEnd(), body, StringComparison.Ordinal);
        Assert.Contains(""" "messages" : [ {"role":"user","content":"x"} ] , "top_p":0.10 """.TrimEnd(), body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_images_address_that_stands_alone_gets_its_object_and_all_else_stays()
    {
        var image = "data:image/png;base64," + new string('A', 100_000); // far more than the context, were it text

        var reply = await _gateway.Client.ChatAsync("""
            {"model":"test/plain", "messages":[{"role":"user","content":[{"type":"image_url", "image_url" : "https:\/\/a.example\/x.png" ,"detail":"low"},
              {"type":"text","text":"\u00e9"},{"image_url":"IMAGE","type":"image_url"},{"type":"image_url","image_url":{"url":"https://a.example/y.png"}}]}],
              "tools":[{"type":"function","function":{"name":"f","parameters":{"image_url":"x","file":"y"}}}], "seed":7 }
            """.Replace("IMAGE", image, StringComparison.Ordinal));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(
            """
            {"model":"plain", "messages":[{"role":"user","content":[{"type":"image_url", "image_url" : {"url":"https:\/\/a.example\/x.png"} ,"detail":"low"},
              {"type":"text","text":"\u00e9"},{"image_url":{"url":"IMAGE"},"type":"image_url"},{"type":"image_url","image_url":{"url":"https://a.example/y.png"}}]}],
              "tools":[{"type":"function","function":{"name":"f","parameters":{"image_url":"x","file":"y"}}}], "seed":7 }
            """.Replace("IMAGE", image, StringComparison.Ordinal),
            Assert.Single(_gateway.Alpha.Exchanges).BodyText);
    }

    [Theory]
    [InlineData("""{"type":"input_text","text":"x"}""", """{"type":"text","text":"x"}""")]
    [InlineData("""{"type":"input_image","image_url":"https://a.example/x.png"}""", """{"type":"image_url","image_url":{"url":"https://a.example/x.png"}}""")]
    [InlineData("""{"type":"image","image":"https://a.example/x.png"}""", """{"type":"image_url","image_url":{"url":"https://a.example/x.png"}}""")]
    [InlineData(
        """{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}""",
        """{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}""")]
    [InlineData("""{"type":"input_audio","input_audio":"UklGRg=="}""", """{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}""")]
    [InlineData("""{"type":"video_url","video_url":"https://a.example/x.mp4"}""", """{"type":"video_url","video_url":{"url":"https://a.example/x.mp4"}}""")]
    [InlineData(
        """{"type":"file","file":"data:application/pdf;base64,JVBERg=="}""",
        """{"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}""")]
    public async Task Parts_of_older_and_other_forms_are_told_in_the_providers(string part, string sent)
    {
        var reply = await _gateway.Client.ChatAsync(
            $$"""{"model":"test/plain","plugins":[{"id":"file-parser","enabled":false}],"messages":[{"role":"user","content":[{{part}},{"type":"text","text":"y"}]}]}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(sent, Assert.Single(_gateway.Alpha.Exchanges).Json["messages"]![0]!["content"]![0]!.ToJsonString());
    }

    [Fact]
    public async Task Unknown_parts_of_a_whole_answer_reach_the_caller_byte_for_byte()
    {
        _gateway.Alpha.On("plain", Answer.Json($$"""
            {"id":"up","object":"chat.completion","created":1,"model":"m",{{Odd}},"choices":[{"index":0,{{Odd}},
              "message":{"role":"assistant","content":"hi",{{Odd}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2} }
            """));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal(3, Count(reply.Text, Odd));
        Assert.Equal("hi", reply.Content);
    }

    [Fact]
    public async Task Unknown_parts_of_a_delta_reach_the_caller_byte_for_byte()
    {
        _gateway.Alpha.On("plain", Answer.Stream([
            Wire.Role(), Wire.Delta($$"""{"content":"hi",{{Odd}},"reasoning_content":"hm"}"""), Wire.Finish(), Wire.Usage(3, 1), Wire.Done]));

        using var raw = await RawClient.ConnectAsync(_gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true"), _gateway.Key);
        var (text, isWhole) = await raw.ReadBodyAsync(await raw.ReadHeadAsync());

        Assert.True(isWhole);
        Assert.Equal(1, Count(text, $$"""{"content":"hi",{{Odd}},"reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","format":"unknown","index":0}]}"""));
    }

    [Fact]
    public async Task A_five_megabyte_image_passes_unchanged()
    {
        var image = Convert.ToBase64String(new byte[5 << 20]);
        var part = $$$"""{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{image}}}","detail":"low"}}""";

        var reply = await _gateway.Client.ChatAsync($$"""{"model":"test/plain","messages":[{"role":"user","content":[{{part}}]}]}""");

        Assert.Equal(200, reply.Status);
        var body = Assert.Single(_gateway.Alpha.Exchanges).Body;
        Assert.True(body.Span.IndexOf(Encoding.UTF8.GetBytes(part)) > 0);
    }

    [Fact]
    public async Task The_answer_names_the_generation_our_model_and_the_provider_that_answered()
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.StartsWith("gen-", (string)reply.Json["id"]!, StringComparison.Ordinal);
        Assert.Equal(reply.Header("X-Generation-Id"), (string)reply.Json["id"]!);
        Assert.Equal("test/plain", (string)reply.Json["model"]!);
        Assert.Equal("alpha", ((string)reply.Json["provider"]!).ToLowerInvariant());
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
