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
