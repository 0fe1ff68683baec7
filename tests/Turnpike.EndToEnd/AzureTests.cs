using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Azure speaks OpenAI's format at addresses of its own.</summary>
public sealed class AzureTests
{
    [Theory]
    [InlineData(null, "/v1/openai/v1/chat/completions")]
    [InlineData("2024-10-21", "/v1/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21")]
    public async Task A_request_goes_to_its_deployment_with_its_key(string? version, string path)
    {
        await using var gateway = await StartAsync(version);
        gateway.Alpha.On("my-deployment", static e => Answer.For(e, ["from azure"], 10, 2));

        var reply = await gateway.Client.AskAsync("test/azure", "\"x_unknown\":1");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(("from azure", 14_000L), (reply.Content!, reply.CostNano!.Value));
        var sent = Assert.Single(gateway.Alpha.Exchanges);
        Assert.Equal(path, sent.Path);
        Assert.Equal(("sk-upstream-alpha", null), (sent.Header("api-key"), sent.Header("Authorization")));
        Assert.Equal(("my-deployment", 1), (sent.Model, (int)sent.Json["x_unknown"]!));
    }

    [Fact]
    public async Task A_stream_that_begins_with_what_the_filter_said_is_told_as_usual()
    {
        await using var gateway = await StartAsync(null);
        gateway.Alpha.On("my-deployment", Answer.Stream([
            Wire.Event("""{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}"""),
            Wire.Role(), Wire.Text("Hel"), Wire.Text("lo"), Wire.Finish(), Wire.Usage(10, 2), Wire.Done]));

        var reply = await gateway.Client.AskStreamAsync("test/azure");

        Assert.True(reply is { IsDone: true, Content: "Hello", FinishReason: "stop" });
        Assert.All(reply.Chunks, static c => Assert.NotEmpty(c["choices"]!.AsArray()));
    }

    [Fact]
    public async Task What_its_filter_refuses_is_a_content_policy()
    {
        await using var gateway = await StartAsync(null);
        gateway.Alpha.On("my-deployment", Answer.Json(
            """{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400}}""", 400));

        var reply = await gateway.Client.AskAsync("test/azure");

        Assert.Equal((400, "content_policy_violation"), (reply.Status, reply.ErrorType));
    }

    [Fact]
    public async Task A_token_of_entra_is_got_once_and_sent_instead_of_a_key()
    {
        await using var entra = JsonService.Start("""{"access_token":"eyJ.one","expires_in":3599,"token_type":"Bearer"}""");
        await using var gateway = await GatewayHarness.StartAsync(config => WithEntra(config, entra.Url));

        Assert.Equal(200, (await gateway.Client.AskAsync(GatewayHarness.Plain)).Status);
        Assert.True((await gateway.Client.AskStreamAsync(GatewayHarness.Plain)).IsDone);

        Assert.All(gateway.Alpha.Exchanges, static e => Assert.Equal(("Bearer eyJ.one", null), (e.Header("Authorization"), e.Header("api-key"))));
        var asked = Assert.Single(entra.Exchanges);
        Assert.Equal("/v1/t-1/oauth2/v2.0/token", asked.Path);
        Assert.Contains("client_secret=hush", asked.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_get_no_token_are_a_fault_of_the_gateways_and_give_way()
    {
        await using var entra = JsonService.Start(static _ => Answer.Json("""{"error":"invalid_client","error_description":"AADSTS7000215: hush"}""", 401));
        await using var gateway = await GatewayHarness.StartAsync(config => WithEntra(config, entra.Url));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);
        var alone = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal((200, 502), (reply.Status, alone.Status));
        Assert.Contains("credentials", alone.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal((0, 1), (gateway.Alpha.Started, gateway.Beta.Started));
        Assert.DoesNotContain("hush", await gateway.StopAndReadLogsAsync() + alone.Text, StringComparison.Ordinal);
    }

    // The first provider, alpha, without a key of its own.
    private static void WithEntra(GatewayConfig config, Uri authority)
    {
        var alpha = config.Document["providers"]![0]!.AsObject();
        alpha.Remove("key");
        alpha["dialect"] = "azure-openai";
        alpha["settings"] = new JsonObject { ["tenantId"] = "t-1", ["clientId"] = "c", ["clientSecret"] = "hush", ["authorityHost"] = authority.AbsoluteUri };
    }

    private static Task<GatewayHarness> StartAsync(string? version)
    {
        var fields = new JsonObject { ["dialect"] = "azure-openai" };
        if (version is not null)
        {
            fields["settings"] = new JsonObject { ["apiVersion"] = version };
        }

        return GatewayHarness.StartAsync(static c => c.Endpoint("alpha", "test/azure", "my-deployment"), providerFields: fields);
    }
}
