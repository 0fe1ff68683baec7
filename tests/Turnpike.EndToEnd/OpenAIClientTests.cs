using System.ClientModel;
using System.Text;
using OpenAI;
using OpenAI.Chat;

namespace Turnpike.EndToEnd;

/// <summary>OpenAI's own .NET client works unchanged: another address and another key, nothing else.</summary>
public sealed class OpenAIClientTests : IAsyncLifetime
{
    private static readonly ChatTool _weather = ChatTool.CreateFunctionTool("get_weather", "Tells the weather", BinaryData.FromString(
        """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":1}},"required":["city","days"],"additionalProperties":false}"""));

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Chat()
    {
        ChatCompletion completion = await Client("turnpike/echo").CompleteChatAsync([new SystemChatMessage("Be short."), new UserChatMessage("Hello, world")]);

        Assert.Equal("Hello, world", completion.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
        Assert.Equal("turnpike/echo", completion.Model);
        Assert.True(completion.Usage is { InputTokenCount: > 0, OutputTokenCount: 3 });
    }

    [Fact]
    public async Task Streaming()
    {
        var text = new StringBuilder();
        ChatTokenUsage? usage = null;
        ChatFinishReason? reason = null;
        await foreach (var update in Client("turnpike/lorem").CompleteChatStreamingAsync([new UserChatMessage("40 tokens")]))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(static p => p.Text)));
            usage = update.Usage ?? usage;
            reason = update.FinishReason ?? reason;
        }

        Assert.Equal(160, text.Length);
        Assert.Equal(40, usage?.OutputTokenCount);
        Assert.Equal(ChatFinishReason.Stop, reason);
    }

    [Fact]
    public async Task A_tool_loop_closes()
    {
        var client = Client("turnpike/echo");
        var options = new ChatCompletionOptions { Tools = { _weather } };
        List<ChatMessage> messages = [new UserChatMessage("please call get_weather")];

        ChatCompletion asked = await client.CompleteChatAsync(messages, options);
        var call = Assert.Single(asked.ToolCalls);
        messages.AddRange([new AssistantChatMessage(asked), new ToolChatMessage(call.Id, "sunny")]);
        ChatCompletion answered = await client.CompleteChatAsync(messages, options);

        Assert.Equal(ChatFinishReason.ToolCalls, asked.FinishReason);
        Assert.Equal("""{"city":"","days":1}""", call.FunctionArguments.ToString());
        Assert.Equal("sunny", answered.Content[0].Text);
    }

    [Fact]
    public async Task Streamed_tool_calls()
    {
        var arguments = new StringBuilder();
        string? name = null;
        await foreach (var update in Client("turnpike/echo").CompleteChatStreamingAsync(
            [new UserChatMessage("x")], new ChatCompletionOptions { Tools = { _weather }, ToolChoice = ChatToolChoice.CreateRequiredChoice() }))
        {
            foreach (var call in update.ToolCallUpdates)
            {
                name ??= call.FunctionName;
                arguments.Append(call.FunctionArgumentsUpdate?.ToString());
            }
        }

        Assert.Equal("get_weather", name);
        Assert.Equal("""{"city":"","days":1}""", arguments.ToString());
    }

    [Fact]
    public async Task Structured_answers()
    {
        var format = ChatResponseFormat.CreateJsonSchemaFormat("answer", BinaryData.FromString(
            """{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false}"""), jsonSchemaIsStrict: true);

        ChatCompletion completion = await Client("turnpike/echo").CompleteChatAsync([new UserChatMessage("x")], new ChatCompletionOptions { ResponseFormat = format });

        Assert.Equal("""{"ok":false}""", completion.Content[0].Text);
    }

    [Theory]
    [InlineData("turnpike/echo", "sk-or-v1-unknown", 401)]
    [InlineData("turnpike/nothing", null, 404)]
    [InlineData("test/plain", null, 429)]
    public async Task Errors_come_as_the_clients_exception_with_status_and_text(string model, string? key, int status)
    {
        _gateway.Alpha.On("plain", Answer.Error(429, retryAfter: "1"));

        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client(model, key).CompleteChatAsync([new UserChatMessage("x")]));

        Assert.Equal(status, error.Status);
        Assert.Contains("\"error\"", error.GetRawResponse()!.Content.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_breaks_is_not_taken_for_whole()
    {
        _gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text("Hel")]).Then(new Step.Cut()));

        ChatFinishReason? reason = null;
        var failure = await Record.ExceptionAsync(async () =>
        {
            await foreach (var update in Client("test/plain").CompleteChatStreamingAsync([new UserChatMessage("x")]))
            {
                reason = update.FinishReason ?? reason;
            }
        });

        Assert.True(failure is not null || reason is null || reason != ChatFinishReason.Stop);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        var models = await new OpenAIClient(new ApiKeyCredential(_gateway.Key), Options()).GetOpenAIModelClient().GetModelsAsync();

        Assert.Contains(models.Value, static m => m.Id == "turnpike/echo");
    }

    private OpenAIClientOptions Options() => OpenAIClients.OptionsFor(_gateway);

    private ChatClient Client(string model, string? key = null) => new(model, new ApiKeyCredential(key ?? _gateway.Key), Options());
}
