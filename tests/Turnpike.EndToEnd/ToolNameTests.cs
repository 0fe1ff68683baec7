using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Names of tools that a provider would refuse: it is told others, and the caller hears its own.</summary>
public sealed class ToolNameTests
{
    private static readonly string Long = "mcp__" + new string('a', 100);

    [Theory]
    [InlineData("get-weather", "get_weather")]
    [InlineData("7 start", "_7_start")]
    [InlineData("clock", "clock")]
    public async Task A_call_comes_back_under_the_callers_own_name(string own, string told)
    {
        await using var gateway = await GatewayHarness.StartAsync(providerFields: new JsonObject { ["dialect"] = "cohere-v2" });
        gateway.Alpha.On("plain", Answer.Json($$$$"""
            {"id":"c","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"{{{{told}}}}","arguments":"{}"}}]},
             "usage":{"billed_units":{"input_tokens":1,"output_tokens":1}}}
            """));

        var reply = await gateway.Client.ChatAsync($$$$"""
            {"model":"test/plain","messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[{"id":"c0","type":"function","function":{"name":"{{{{own}}}}","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c0","content":"1"}],"tools":[{"type":"function","function":{"name":"{{{{own}}}}"}},{"type":"function","function":{"name":"other"}}]}
            """);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(own, (string?)reply.Json["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!["name"]);
        var sent = gateway.Alpha.Exchanges[0].Json;
        Assert.Equal([told, "other"], sent["tools"]!.AsArray().Select(static t => (string)t!["function"]!["name"]!));
        Assert.Equal(told, (string?)sent["messages"]![1]!["tool_calls"]![0]!["function"]!["name"]);
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_cut_and_told_from_others()
    {
        await using var gateway = await GatewayHarness.StartAsync(providerFields: new JsonObject { ["dialect"] = "openai-chat" });

        await gateway.Client.PostAsync("/api/v1/messages", $$$"""
            {"model":"test/plain","max_tokens":9,"messages":[{"role":"user","content":"x"}],"tool_choice":{"type":"tool","name":"{{{Long}}}b"},
             "tools":[{"name":"{{{Long}}}b","input_schema":{"type":"object"}},{"name":"{{{Long}}}c","input_schema":{"type":"object"}}]}
            """);

        var sent = gateway.Alpha.Exchanges[0].Json;
        var names = sent["tools"]!.AsArray().Select(static t => (string)t!["function"]!["name"]!).ToList();
        Assert.All(names, static n => Assert.Matches("^mcp__a{50}_[0-9a-f]{8}$", n));
        Assert.Equal(2, names.Distinct().Count());
        Assert.Equal(names[0], (string?)sent["tool_choice"]!["function"]!["name"]);
    }
}
