#pragma warning disable OPENAI001 // the package calls its Responses client experimental
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using OpenAI.Responses;

namespace Turnpike.EndToEnd;

/// <summary>OpenAI's own .NET client for responses works unchanged in front of a provider that only knows chat.</summary>
public sealed class OpenAIResponsesClientTests : IAsyncLifetime
{
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_response()
    {
        ResponseResult response = await Client().CreateResponseAsync(Ask("Hello"));

        Assert.Equal("Hello there", response.GetOutputText());
        Assert.Equal(ResponseStatus.Completed, response.Status);
        Assert.True(response.Usage is { InputTokenCount: > 0, OutputTokenCount: > 0 });
    }

    [Fact]
    public async Task A_stream()
    {
        var text = new StringBuilder();
        ResponseResult? whole = null;
        var options = Ask("Hello");
        options.StreamingEnabled = true;
        await foreach (var update in await Client().CreateResponseStreamingAsync(options))
        {
            text.Append((update as StreamingResponseOutputTextDeltaUpdate)?.Delta);
            whole = (update as StreamingResponseCompletedUpdate)?.Response ?? whole;
        }

        Assert.Equal(whole!.GetOutputText(), text.ToString());
        Assert.NotEmpty(text.ToString());
    }

    [Fact]
    public async Task A_tool_loop_closes()
    {
        _gateway.Alpha.On("plain", request => request.Json["messages"]!.AsArray().Count == 1
            ? Answer.Json("""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""")
            : Answer.Json(Wire.Whole("sunny")));
        var options = Ask("How is the weather?");
        options.Tools.Add(ResponseTool.CreateFunctionTool("get_weather", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}}}"""), strictModeEnabled: false));

        ResponseResult asked = await Client().CreateResponseAsync(options);
        var call = Assert.IsType<FunctionCallResponseItem>(Assert.Single(asked.OutputItems));
        options.InputItems.Add(call);
        options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, "sunny"));
        ResponseResult answered = await Client().CreateResponseAsync(options);

        Assert.Equal("{\"city\":\"Rome\"}", call.FunctionArguments.ToString());
        Assert.Equal("sunny", answered.GetOutputText());
        Assert.Equal("call_a", (string)_gateway.Alpha.Exchanges[1].Json["messages"]![2]!["tool_call_id"]!);
    }

    private static CreateResponseOptions Ask(string text) => new() { Model = GatewayHarness.Plain, InputItems = { ResponseItem.CreateUserMessageItem(text) } };

    private ResponsesClient Client() => new(
        new ApiKeyCredential(_gateway.Key),
        new ResponsesClientOptions { Endpoint = new Uri(_gateway.Address, "/api/v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });
}
