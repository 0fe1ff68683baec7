using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Who of several speaks: said before the words where the provider's messages have no place for a name.</summary>
public sealed class NameTests
{
    private const string Body = """
        {"model":"test/plain","messages":[{"role":"user","name":"ann","content":"Tea?"},{"role":"assistant","name":"bot","content":"Yes."},
        {"role":"user","name":"bob","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]},{"role":"user","content":"Who wants tea?"}]}
        """;

    [Theory]
    [InlineData("anthropic-messages")]
    [InlineData("bedrock-converse")]
    [InlineData("cohere-v2")]
    [InlineData("gemini")]
    [InlineData("ollama")]
    [InlineData("openai-responses")]
    public async Task A_name_stands_before_the_words(string dialect)
    {
        await using var gateway = await GatewayHarness.StartAsync(providerFields: new JsonObject { ["dialect"] = dialect });

        await gateway.Client.ChatAsync(Body);

        var sent = gateway.Alpha.Exchanges[0].BodyText;
        Assert.Contains("\"ann: Tea?\"", sent, StringComparison.Ordinal);
        Assert.Contains("\"bot: Yes.\"", sent, StringComparison.Ordinal);
        Assert.Contains("bob:", sent, StringComparison.Ordinal);
        Assert.Contains("\"Who wants tea?\"", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "\"name\":\"ann\"", "ann: ")]
    [InlineData(false, "\"ann: Tea?\"", "\"name\"")]
    public async Task A_chat_provider_gets_the_name_in_its_place_unless_it_refuses_names(bool takesNames, string said, string unsaid)
    {
        await using var gateway = await GatewayHarness.StartAsync(
            providerFields: new JsonObject { ["quirks"] = new JsonObject { ["messageNames"] = takesNames, ["refusedParameters"] = new JsonArray("seed") } });

        await gateway.Client.ChatAsync(Body.Replace("\"model\"", "\"seed\":1,\"model\"", StringComparison.Ordinal));

        var sent = gateway.Alpha.Exchanges[0].BodyText;
        Assert.Contains(said, sent, StringComparison.Ordinal);
        Assert.DoesNotContain(unsaid, sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_to_be_gone_on_with_stays_as_it_was_begun()
    {
        await using var gateway = await GatewayHarness.StartAsync(providerFields: new JsonObject { ["dialect"] = "anthropic-messages" });

        await gateway.Client.ChatAsync("""{"model":"test/plain","messages":[{"role":"user","content":"Tea?"},{"role":"assistant","name":"bot","content":"Ye"}]}""");

        Assert.DoesNotContain("bot", gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
    }
}
