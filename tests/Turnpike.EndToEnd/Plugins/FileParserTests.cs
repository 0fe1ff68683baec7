using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Plugins;

/// <summary>Documents become text for models that take none.</summary>
public sealed class FileParserTests : IAsyncLifetime
{
    private const string Text = "\"plugins\":[{\"id\":\"file-parser\",\"pdf\":{\"engine\":\"pdf-text\"}}]";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private static string Body(string pdf, string fields = "", string more = "") =>
        """{"model":"test/plain","messages":[{"role":"user","content":[{"type":"text","text":"Read"},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,"""
        + pdf + "\"}}]}" + more + "]" + (fields.Length > 0 ? "," + fields : "") + "}";

    private static string Sent(ProviderExchange exchange) => exchange.Json["messages"]![0]!["content"]!.ToJsonString();

    [Fact]
    public async Task A_model_that_takes_no_files_gets_the_text()
    {
        var reply = await _gateway.Client.ChatAsync(Body(Pdf.Of("The answer is forty-two")));

        Assert.True(reply.Status == 200, reply.Text);
        var sent = Sent(Assert.Single(_gateway.Alpha.Exchanges));
        Assert.Contains("The answer is forty-two", sent, StringComparison.Ordinal);
        Assert.Contains("a.pdf", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("base64", sent, StringComparison.Ordinal);
        var plugin = (await _gateway.GenerationAsync((string)reply.Json["id"]!))["plugins"]![0]!;
        Assert.Equal("file-parser", (string)plugin["id"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_read_comes_back_and_is_not_read_again(bool stream)
    {
        var pdf = Pdf.Of("Once only");
        var annotations = stream
            ? (await _gateway.Client.StreamAsync(Body(pdf, "\"stream\":true"))).Chunks.Select(static c => c["choices"]![0]!["delta"]!["annotations"]).First(static a => a is not null)!
            : (await _gateway.Client.ChatAsync(Body(pdf))).Json["choices"]![0]!["message"]!["annotations"]!;
        Assert.Equal("file", (string)annotations[0]!["type"]!);
        annotations[0]!["file"]!["content"]![0]!["text"] = "as it was told";

        await _gateway.Client.ChatAsync(Body(pdf, more: $$""",{"role":"assistant","content":"ok","annotations":{{annotations.ToJsonString()}}},{"role":"user","content":"More"}"""));

        Assert.Contains("as it was told", Sent(_gateway.Alpha.Exchanges[1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"file","file":{"filename":"a.pdf","file_data":"URL"}}""")]
    [InlineData("""{"type":"document","source":{"type":"url","url":"URL"}}""")]
    public async Task A_document_at_an_address_is_fetched_and_read(string part)
    {
        await using var host = JsonService.Start(static _ => Answer.Json(Convert.FromBase64String(Pdf.Of("Far away"))) with { ContentType = "application/pdf" });
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("media.privateAddresses", true));

        var reply = await gateway.Client.ChatAsync($$"""{"model":"test/plain","messages":[{"role":"user","content":[{{part.Replace("URL", host.Url + "/a.pdf", StringComparison.Ordinal)}}]}]}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Contains("Far away", Sent(gateway.Alpha.Exchanges[0]), StringComparison.Ordinal);
        Assert.Equal(64, ((string)reply.Json["choices"]![0]!["message"]!["annotations"]![0]!["file"]!["hash"]!).Length);
    }

    [Fact]
    public async Task A_chat_provider_that_takes_files_gets_the_data_of_one_that_is_named_by_address()
    {
        await using var host = JsonService.Start(static _ => Answer.Json(Convert.FromBase64String(Pdf.Of("x"))) with { ContentType = "application/pdf" });
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("media.privateAddresses", true));

        await gateway.Client.ChatAsync($$$"""
            {"model":"test/plain","plugins":[{"id":"file-parser","pdf":{"engine":"native"}}],"messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"{{{host.Url}}}/a.pdf"}}]}]}
            """);

        Assert.Contains("data:application/pdf;base64,", Sent(gateway.Alpha.Exchanges[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_at_an_address_that_is_not_open_is_refused_and_nothing_is_charged()
    {
        var before = _gateway.Available;

        var reply = await _gateway.Client.ChatAsync(
            """{"model":"test/plain","messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"http://127.0.0.1:1/a.pdf"}}]}]}""");

        Assert.Equal(400, reply.Status);
        Assert.Contains("not open", reply.ErrorMessage, StringComparison.Ordinal);
        await _gateway.SettledAsync();
        Assert.Equal(before, _gateway.Available);
    }

    [Fact]
    public async Task Native_leaves_it_to_the_model()
    {
        await _gateway.Client.ChatAsync(Body(Pdf.Of("x"), "\"plugins\":[{\"id\":\"file-parser\",\"pdf\":{\"engine\":\"native\"}}]"));

        Assert.Contains("file_data", Sent(_gateway.Alpha.Exchanges[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_turned_off()
    {
        await _gateway.Client.ChatAsync(Body(Pdf.Of("x"), "\"plugins\":[{\"id\":\"file-parser\",\"enabled\":false}]"));

        Assert.Contains("file_data", Sent(_gateway.Alpha.Exchanges[0]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bm90IGEgcGRm", "neither PDF nor text")]
    [InlineData("JVBERi0xLjQgYnJva2Vu", "could not be read")]
    [InlineData("%%%", "no base64")]
    [InlineData("JVBERi0xLjQgL0VuY3J5cHQ=", "a password")]
    public async Task What_cannot_be_read_is_said_and_nothing_is_charged(string data, string fault)
    {
        var before = _gateway.Available;

        var reply = await _gateway.Client.ChatAsync(Body(data, Text));

        Assert.Equal(400, reply.Status);
        Assert.Contains(fault, reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_gateway.Alpha.Exchanges);
        await _gateway.SettledAsync();
        Assert.Equal(before, _gateway.Available);
    }

    [Theory]
    [InlineData("messages", """{"model":"test/plain","max_tokens":50,"messages":[{"role":"user","content":"Read"},{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"PDF"}}]}]}]}""")]
    [InlineData("responses", """{"model":"test/plain","input":[{"role":"user","content":"Read"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":[{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,PDF"}]}]}""")]
    public async Task A_document_that_a_tool_answered_with_becomes_text_too(string surface, string body)
    {
        var reply = await _gateway.Client.PostAsync($"/api/v1/{surface}", body.Replace("PDF", Pdf.Of("What the tool read"), StringComparison.Ordinal));

        Assert.True(reply.Status == 200, reply.Text);
        var sent = Assert.Single(_gateway.Alpha.Exchanges).BodyText;
        Assert.Contains("What the tool read", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("base64", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_document_without_text_the_model_is_told_that_there_is_none()
    {
        await _gateway.Client.ChatAsync(Body(Pdf.Of(""), Text));

        Assert.Contains("No text could be read", Sent(_gateway.Alpha.Exchanges[0]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"no\"")]
    [InlineData("0")]
    public async Task A_plugin_is_on_or_off_and_nothing_else(string enabled)
    {
        var reply = await _gateway.Client.ChatAsync(Body(Pdf.Of("x"), $"\"plugins\":[{{\"id\":\"moderation\",\"enabled\":false}},{{\"id\":\"file-parser\",\"enabled\":{enabled}}}]"));

        Assert.Equal((400, "plugins[1].enabled"), (reply.Status, (string)reply.Json["error"]!["param"]!));
    }

    [Fact]
    public async Task Ocr_is_paid_for_by_the_page()
    {
        await using var ocr = JsonService.Start("""{"pages":[{"index":0,"markdown":"# Scanned"},{"index":1,"markdown":"page two"}]}""");
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.fileParser.ocrUrl", ocr.Url.ToString()).Set("plugins.fileParser.ocrKey", "sk-ocr"));

        var reply = await gateway.Client.ChatAsync(Body(Pdf.Of("x"), "\"plugins\":[{\"id\":\"file-parser\",\"pdf\":{\"engine\":\"mistral-ocr\"}}]"));

        Assert.Contains("# Scanned", Sent(gateway.Alpha.Exchanges[0]), StringComparison.Ordinal);
        Assert.Equal((2 * 2_000_000) + 14_000, reply.CostNano);
        Assert.Equal("Bearer sk-ocr", ocr.Exchanges[0].Header("Authorization"));
    }

    [Fact]
    public async Task What_a_plugin_cost_is_owed_though_the_model_fails()
    {
        await using var ocr = JsonService.Start("""{"pages":[{"index":0,"markdown":"x"}]}""");
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.fileParser.ocrUrl", ocr.Url.ToString()).Set("plugins.fileParser.ocrKey", "sk-ocr"));
        gateway.Alpha.On("plain", Answer.Error(400, "no"));
        var before = gateway.Available;

        await gateway.Client.ChatAsync(Body(Pdf.Of("x"), "\"plugins\":[{\"id\":\"file-parser\",\"pdf\":{\"engine\":\"mistral-ocr\"}}]"));

        await gateway.SettledAsync();
        Assert.Equal(before - 2_000_000, gateway.Available);
    }

    [Fact]
    public async Task A_page_that_was_read_is_owed_though_another_document_cannot_be()
    {
        await using var ocr = JsonService.Start("""{"pages":[{"index":0,"markdown":"x"}]}""");
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.fileParser.ocrUrl", ocr.Url.ToString()).Set("plugins.fileParser.ocrKey", "sk-ocr"));
        var before = gateway.Available;
        const string broken = """,{"role":"user","content":[{"type":"file","file":{"filename":"b","file_data":"data:application/pdf;base64,bm90IGEgcGRm"}}]}""";

        var reply = await gateway.Client.ChatAsync(Body(Pdf.Of("x"), "\"plugins\":[{\"id\":\"file-parser\",\"pdf\":{\"engine\":\"mistral-ocr\"}}]", broken));

        Assert.Equal(400, reply.Status);
        await gateway.SettledAsync();
        Assert.Equal(before - 2_000_000, gateway.Available);
    }

    [Fact]
    public async Task No_more_pages_are_read_than_credit_was_held_for()
    {
        await using var ocr = JsonService.Start("{\"pages\":[" + string.Join(',', Enumerable.Repeat("{}", 1000)) + "]}");
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("plugins.fileParser.ocrUrl", ocr.Url.ToString()).Set("plugins.fileParser.ocrKey", "sk-ocr"));
        var second = $$$""",{"role":"user","content":[{"type":"file","file":{"filename":"b","file_data":"data:application/pdf;base64,{{{Pdf.Of("y")}}}"}}]}""";

        var reply = await gateway.Client.ChatAsync(Body(Pdf.Of("x"), "\"plugins\":[{\"id\":\"file-parser\",\"pdf\":{\"engine\":\"mistral-ocr\"}}]", second));

        Assert.Equal(400, reply.Status);
        Assert.Contains("1000 pages", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Single(ocr.Exchanges);
    }

    [Theory]
    [InlineData("\"plugins\":[{\"id\":\"file-parser\",\"pdf\":{\"engine\":\"mistral-ocr\"}}]", "no key")]
    [InlineData("\"plugins\":[{\"id\":\"file-parser\",\"pdf\":{\"engine\":\"magic\"}}]", "not known")]
    [InlineData("\"plugins\":[{}]", "'id'")]
    [InlineData("\"plugins\":{}", "an array")]
    public async Task A_wish_that_cannot_be_had_is_refused(string fields, string fault)
    {
        var reply = await _gateway.Client.ChatAsync(Body(Pdf.Of("x"), fields));

        Assert.Equal((400, "plugins"), (reply.Status, (string)reply.Json["error"]!["param"]!));
        Assert.Contains(fault, reply.ErrorMessage, StringComparison.Ordinal);
    }
}
