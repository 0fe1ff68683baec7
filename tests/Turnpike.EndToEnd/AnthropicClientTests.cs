using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace Turnpike.EndToEnd;

/// <summary>Anthropic's own .NET client works unchanged in front of a provider that only knows chat: base address and key, nothing else.</summary>
public sealed class AnthropicClientTests : IAsyncLifetime
{
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_message()
    {
        var message = await Client().Messages.Create(Ask());

        message.Validate();
        Assert.True(message.Content[0].TryPickText(out var text));
        Assert.Equal("Hello there", text!.Text);
        Assert.True(message.Usage is { InputTokens: > 0, OutputTokens: > 0 });
        Assert.Equal("end_turn", message.StopReason!.Raw());
    }

    [Fact]
    public async Task A_stream()
    {
        var text = new StringBuilder();
        string? reason = null;
        await foreach (var read in Client().Messages.CreateStreaming(Ask()))
        {
            if (read.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece))
            {
                text.Append(piece.Text);
            }

            if (read.TryPickDelta(out var end))
            {
                reason = end.Delta.StopReason!.Raw();
                Assert.True(end.Usage.OutputTokens > 0);
            }
        }

        Assert.Equal(("Hello there", "end_turn"), (text.ToString(), reason));
    }

    [Fact]
    public async Task A_tool_is_called()
    {
        _gateway.Alpha.On("plain", Answer.Json(
            """{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""));

        var message = await Client().Messages.Create(Ask());

        Assert.True(message.Content[0].TryPickToolUse(out var call));
        Assert.Equal(("call_a", "get_weather", "Rome"), (call!.ID, call.Name, call.Input["city"].GetString()));
        Assert.Equal("tool_use", message.StopReason!.Raw());
    }

    [Fact]
    public async Task Tokens_are_counted()
    {
        var count = await Client().Messages.CountTokens(new() { Model = GatewayHarness.Plain, Messages = [new UserMessageParam { Content = "Hello" }] });

        Assert.True(count.InputTokens > 0);
    }

    [Fact]
    public async Task An_error_has_the_clients_own_class()
    {
        await Assert.ThrowsAsync<AnthropicUnauthorizedException>(() => Client("sk-or-v1-wrong").Messages.Create(Ask()));
        await Assert.ThrowsAsync<AnthropicNotFoundException>(() => Client().Messages.Create(Ask("test/none")));
    }

    private static MessageCreateParams Ask(string model = GatewayHarness.Plain) => new()
    {
        Model = model,
        MaxTokens = 100,
        Messages = [new UserMessageParam { Content = "Hello" }],
    };

    private AnthropicClient Client(string? key = null) => new() { BaseUrl = new Uri(_gateway.Address, "/api").ToString(), ApiKey = key ?? _gateway.Key, MaxRetries = 0 };
}
