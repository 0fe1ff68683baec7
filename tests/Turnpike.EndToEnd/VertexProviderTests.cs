using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Turnpike.TestKit;
using Xunit;

namespace Turnpike.EndToEnd;

/// <summary>A chat caller and Vertex AI: a token for a service account, and each publisher's own format.</summary>
public sealed class VertexProviderTests
{
    private const string Gemini = """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":2}}""";

    private const string Claude = """{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":2}}""";

    [Fact]
    public async Task Both_publishers_are_asked_with_one_token_for_the_service_account()
    {
        await using var tokens = JsonService.Start("""{"access_token":"ya29.one","expires_in":3600}""");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Credentials($"{tokens.Url}/token"), TestContext.Current.CancellationToken);
        await using var gateway = await GatewayHarness.StartAsync(config => OnVertex(config, file).Endpoint("alpha", "test/claude", "claude-x@default"));
        gateway.Alpha.On("plain", Answer.Json(Gemini)).On("claude-x@default", Answer.Json(Claude));

        var called = await gateway.Client.AskAsync(GatewayHarness.Plain);
        var said = await gateway.Client.AskAsync("test/claude");
        File.Delete(file);

        Assert.Equal("tool_calls", (string?)called.Json["choices"]![0]!["finish_reason"]);
        Assert.Equal("Hi", said.Content);
        Assert.Equal(["/v1/publishers/google/models/plain:generateContent", "/v1/publishers/anthropic/models/claude-x@default:rawPredict"], gateway.Alpha.Exchanges.Select(static e => e.Path));
        Assert.All(gateway.Alpha.Exchanges, static e => Assert.Equal("Bearer ya29.one", e.Header("Authorization")));
        Assert.Equal(("vertex-2023-10-16", null), ((string?)gateway.Alpha.Exchanges[1].Json["anthropic_version"], gateway.Alpha.Exchanges[1].Json["model"]));
        Assert.Single(tokens.Exchanges);
    }

    [Fact]
    public async Task Credentials_that_get_no_token_give_way_to_the_next_endpoint_and_are_not_told()
    {
        await using var tokens = JsonService.Start(static _ => Answer.Json("""{"error":"invalid_grant"}""", 400));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Credentials($"{tokens.Url}/token"), TestContext.Current.CancellationToken);
        await using var gateway = await GatewayHarness.StartAsync(config => OnVertex(config, file));

        var alone = await gateway.Client.AskAsync(GatewayHarness.Plain);
        var reply = await gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);
        File.Delete(file);

        Assert.Equal((502, 200), (alone.Status, reply.Status));
        Assert.DoesNotContain("PRIVATE", await gateway.StopAndReadLogsAsync() + alone.Text);
        Assert.Equal((0, 1), (gateway.Alpha.Started, gateway.Beta.Started));
    }

    // The first provider, alpha, without a key of its own.
    private static GatewayConfig OnVertex(GatewayConfig config, string file)
    {
        var alpha = config.Document["providers"]![0]!.AsObject();
        alpha.Remove("key");
        alpha["dialect"] = "vertex";
        alpha["settings"] = new JsonObject { ["credentialsFile"] = file };
        return config;
    }

    private static string Credentials(string tokenAddress)
    {
        using var rsa = RSA.Create(2048);
        return new JsonObject
        {
            ["type"] = "service_account", ["client_email"] = "a@p.example", ["private_key"] = rsa.ExportPkcs8PrivateKeyPem(), ["token_uri"] = tokenAddress,
        }.ToJsonString();
    }
}
