#pragma warning disable OPENAI001 // the package calls its Responses client experimental
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Models.Messages;
using OpenAI.Chat;
using OpenAI.Responses;

namespace Turnpike.EndToEnd;

/// <summary>The .NET clients of OpenAI and Anthropic before providers of other dialects than theirs: a tool is called in a stream, and what it
/// gave becomes an answer.</summary>
public sealed class TranslatedClientTests
{
    private const string Arguments = """{"city":"Rome"}""";

    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    [Theory]
    [InlineData("anthropic-messages")]
    [InlineData("gemini")]
    public async Task OpenAIs_chat_client(string dialect)
    {
        await using var gateway = await StartAsync(dialect);
        var client = new ChatClient(GatewayHarness.Plain, new ApiKeyCredential(gateway.Key), OpenAIClients.OptionsFor(gateway));
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("get_weather", null, BinaryData.FromString(Schema)) } };

        var (text, arguments, id) = (new StringBuilder(), new StringBuilder(), "");
        ChatFinishReason? reason = null;
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("How is the weather?")], options))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(static p => p.Text)));
            foreach (var call in update.ToolCallUpdates)
            {
                id = call.ToolCallId ?? id;
                arguments.Append(call.FunctionArgumentsUpdate?.ToString());
            }

            reason = update.FinishReason ?? reason;
        }

        var asked = new AssistantChatMessage([ChatToolCall.CreateFunctionToolCall(id, "get_weather", BinaryData.FromString(arguments.ToString()))]);
        ChatCompletion answer = await client.CompleteChatAsync([new UserChatMessage("How is the weather?"), asked, new ToolChatMessage(id, "sunny")], options);

        Assert.Equal(("Let me look", Arguments, (ChatFinishReason?)ChatFinishReason.ToolCalls), (text.ToString(), arguments.ToString(), reason));
        Assert.Equal(("It is sunny", 10, 5), (answer.Content[0].Text, answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount));
    }

    [Theory]
    [InlineData("anthropic-messages")]
    [InlineData("gemini")]
    public async Task OpenAIs_responses_client(string dialect)
    {
        await using var gateway = await StartAsync(dialect);
        var client = new ResponsesClient(new ApiKeyCredential(gateway.Key), new ResponsesClientOptions { Endpoint = new(gateway.Address, "/api/v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });
        var options = new CreateResponseOptions { Model = GatewayHarness.Plain, InputItems = { ResponseItem.CreateUserMessageItem("How is the weather?") }, StreamingEnabled = true };
        options.Tools.Add(ResponseTool.CreateFunctionTool("get_weather", BinaryData.FromString(Schema), strictModeEnabled: false));

        ResponseResult? asked = null;
        await foreach (var update in await client.CreateResponseStreamingAsync(options))
        {
            asked = (update as StreamingResponseCompletedUpdate)?.Response ?? asked;
        }

        var call = Assert.Single(asked!.OutputItems.OfType<FunctionCallResponseItem>());
        foreach (var item in asked.OutputItems.Append(ResponseItem.CreateFunctionCallOutputItem(call.CallId, "sunny")))
        {
            options.InputItems.Add(item);
        }

        options.StreamingEnabled = false;
        ResponseResult answer = await client.CreateResponseAsync(options);

        Assert.Equal(("Let me look", "get_weather", Arguments), (asked.GetOutputText(), call.FunctionName, call.FunctionArguments.ToString()));
        Assert.Equal(("It is sunny", 10, 5), (answer.GetOutputText(), answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount));
    }

    [Theory]
    [InlineData("gemini")]
    [InlineData("openai-chat")]
    public async Task Anthropics_client(string dialect)
    {
        await using var gateway = await StartAsync(dialect);
        var client = new AnthropicClient { BaseUrl = new Uri(gateway.Address, "/api").ToString(), ApiKey = gateway.Key, MaxRetries = 0 };
        MessageCreateParams Ask(params List<MessageParam> messages) => new()
        {
            Model = GatewayHarness.Plain,
            MaxTokens = 100,
            Messages = messages,
            Tools = [new Tool { Name = "get_weather", InputSchema = new() { Properties = new Dictionary<string, JsonElement>() } }],
        };

        var (text, arguments, id, reason) = (new StringBuilder(), new StringBuilder(), "", "");
        await foreach (var read in client.Messages.CreateStreaming(Ask(new UserMessageParam { Content = "How is the weather?" })))
        {
            id = read.TryPickContentBlockStart(out var start) && start.ContentBlock.TryPickToolUse(out var call) ? call.ID : id;
            if (read.TryPickContentBlockDelta(out var delta))
            {
                text.Append(delta.Delta.TryPickText(out var piece) ? piece.Text : "");
                arguments.Append(delta.Delta.TryPickInputJson(out var json) ? json.PartialJson : "");
            }

            reason = read.TryPickDelta(out var end) ? end.Delta.StopReason!.Raw() : reason;
        }

        var input = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(arguments.ToString())!;
        var answer = await client.Messages.Create(Ask(
            new UserMessageParam { Content = "How is the weather?" },
            new AssistantMessageParam { Content = new List<ContentBlockParam> { new ToolUseBlockParam { ID = id, Name = "get_weather", Input = input } } },
            new UserMessageParam { Content = new List<ContentBlockParam> { new ToolResultBlockParam(id) { Content = "sunny" } } }));

        Assert.Equal(("Let me look", Arguments, "tool_use"), (text.ToString(), arguments.ToString(), reason));
        Assert.True(answer.Content[0].TryPickText(out var said));
        Assert.Equal(("It is sunny", 10, 5), (said!.Text, answer.Usage.InputTokens, answer.Usage.OutputTokens));
    }

    private static async Task<GatewayHarness> StartAsync(string dialect)
    {
        var gateway = await GatewayHarness.StartAsync(providerFields: new() { ["dialect"] = dialect });
        gateway.Alpha.On("plain", exchange => exchange.BodyText.Contains("sunny", StringComparison.Ordinal) ? Sunny(dialect) : Called(dialect));
        return gateway;
    }

    private static Answer Called(string dialect) => Answer.Stream(dialect switch
    {
        "gemini" =>
        [
            Wire.Event("""{"candidates":[{"content":{"parts":[{"text":"Let me look"}],"role":"model"},"index":0}]}"""),
            Wire.Event($$$"""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"get_weather","args":{{{Arguments}}}}}],"role":"model"},"index":0,"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5}}"""),
        ],
        "anthropic-messages" =>
        [
            Named("""{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"plain","content":[],"stop_reason":null,"usage":{"input_tokens":10,"output_tokens":1}}}"""),
            Named("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
            Named("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Let me look"}}"""),
            Named("""{"type":"content_block_stop","index":0}"""),
            Named("""{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}}"""),
            Named("""{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}"""),
            Named("""{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"Rome\"}"}}"""),
            Named("""{"type":"content_block_stop","index":1}"""),
            Named("""{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":5}}"""),
            Named("""{"type":"message_stop"}"""),
        ],
        _ =>
        [
            Wire.Text("Let me look"),
            Wire.Delta("""{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":"}}]}"""),
            Wire.Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"\"Rome\"}"}}]}"""),
            Wire.Finish("tool_calls"),
            Wire.Usage(10, 5),
            Wire.Done,
        ],
    });

    private static Answer Sunny(string dialect) => Answer.Json(dialect switch
    {
        "gemini" => """{"candidates":[{"content":{"parts":[{"text":"It is sunny"}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5}}""",
        "anthropic-messages" => """{"id":"m","type":"message","role":"assistant","model":"plain","content":[{"type":"text","text":"It is sunny"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":5}}""",
        _ => Wire.Whole("It is sunny"),
    });

    private static string Named(string data) => $"event: {JsonNode.Parse(data)!["type"]}\n{Wire.Event(data)}";
}
