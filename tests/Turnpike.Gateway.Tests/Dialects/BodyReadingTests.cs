using System.Text;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Dialects.OpenAIResponses;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class BodyReadingTests
{
    /// <summary>What is not plain is known in the first pass, and also where that were mistaken.</summary>
    [Theory]
    [InlineData("""{"role":"user","content":"a"}""")]
    [InlineData("""{"content":"a","name":"ann","role":"user"}""")]
    [InlineData("""{"role":"user","name":null,"content":"a \"b\" \ud83d\ude00"}""")]
    [InlineData("""{"role":"user","name":7,"content":""}""")]
    [InlineData("""{"r\u006fle":"us\u0065r","cont\u0065nt":"a"}""")]
    [InlineData("""{"role":"assistant","content":"a","tool_calls":null,"refusal":null}""")]
    [InlineData("""{"role":"model","content":"a"}""")]
    [InlineData("""{"role":"system","role":"developer","content":"a","content":"b"}""")]
    [InlineData("""{"role":"user","content":["a",{"type":"text","text":"b"}],"content":"c"}""")]
    [InlineData("""{"role":"user","content":"c","content":["a",{"type":"text","text":"b"}]}""")]
    [InlineData("""{"role":"user","content":null}""")]
    [InlineData("""{"role":"assistant"}""")]
    [InlineData("""{"role":"function","name":"f","content":"a"}""")]
    public void A_message_is_the_same_whichever_way_it_is_read(string message)
    {
        var plain = Assert.Single(Chat($$"""{"messages":[{{message}}]}""", isPlain: true).Messages);
        var longer = Assert.Single(Chat($$"""{"messages":[{{message}}]}""", isPlain: false).Messages);

        Assert.Equal((longer.Role, longer.Name), (plain.Role, plain.Name));
        Assert.Equal(longer.Parts.Select(Told), plain.Parts.Select(Told));
    }

    [Theory]
    [InlineData("""[{"role":"user","content":"a"},{"content":"","role":"system"}]""", true)]
    [InlineData("""[{"role":"user","content":"a"},{"role":"assistant","content":null}]""", false)]
    [InlineData("""[{"role":"user","content":["a"]}]""", false)]
    [InlineData("""[{"role":"user","content":"a","name":"ann"}]""", false)]
    [InlineData("""[{"role":"user","content":"a"}],"tools":[]""", false)]
    public void The_first_pass_tells_what_is_plain(string messages, bool isPlain)
    {
        var body = Bytes($$"""{"model":"a/b","max_tokens":1,"messages":{{messages}}}""");

        Assert.True(ChatRequestReader.TryRead(body, out var chat, out _));
        Assert.Equal(isPlain, chat!.IsPlain);
        Assert.Equal(isPlain, MessagesRequestReader.TryRead(body, out var turns, out _) && turns!.IsPlain);
    }

    [Theory]
    [InlineData("""{"input":"a"}""", true, "User: a")]
    [InlineData("""{"input":[{"role":"user","content":"a"},{"type":"message","content":"b","role":"assistant"}],"instructions":"s"}""", true, "System: s", "User: a", "Assistant: b")]
    [InlineData("""{"input":[{"role":"assistant","content":"a"},{"role":"assistant","content":"b"}]}""", true, "Assistant: a", "Assistant: b")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_text","text":"a"}]}]}""", false, "User: a")]
    [InlineData("""{"input":[{"role":"user","content":"a"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}""", false, "User: a", "Assistant: ")]
    [InlineData("""{"input":"a","tools":[{"type":"function","name":"f","parameters":{}}]}""", false, "User: a")]
    public void Input_is_the_same_whichever_way_it_is_read(string members, bool isPlain, params string[] told)
    {
        var body = Bytes($$"""{"model":"a/b",{{members[1..]}}""");

        Assert.True(ResponsesRequestReader.TryRead(body, out var first, out _));
        Assert.Equal(isPlain, first!.IsPlain);
        Assert.True(ResponsesNeutralReader.TryRead(body, isPlain: true, out var plain, out _));
        Assert.True(ResponsesNeutralReader.TryRead(body, isPlain: false, out var parsed, out _));
        Assert.Equal(told, plain!.Messages.Select(static m => $"{m.Role}: {m.Text}"));
        Assert.Equal(told, parsed!.Messages.Select(static m => $"{m.Role}: {m.Text}"));
    }

    [Theory]
    [InlineData("""{"role":"narrator","content":"a"}""", "messages[1].role")]
    [InlineData("""{"content":"a"}""", "messages[1].role")]
    [InlineData("""{"role":"user","content":7}""", "messages[1].content")]
    public void What_is_wrong_with_a_message_is_told_with_its_place(string message, string field)
    {
        Assert.False(ChatNeutralReader.TryRead(Bytes($$"""{"messages":[{"role":"user","content":"a"},{{message}}]}"""), isPlain: true, out _, out var error));
        Assert.Contains(field, error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_members_of_one_name_the_last_is_meant(bool isPlain)
    {
        var request = Chat("""{"temperature":0.5,"top_k":1,"messages":[{"role":"user","content":"first"}],"temperature":1.5,"top_k":null,"messages":[{"role":"user","content":"last"}]}""", isPlain);

        Assert.Equal((1.5, null), (request.Sampling.Temperature, request.Sampling.TopK));
        Assert.Equal("last", Assert.Single(request.Messages).Text);
    }

    [Theory]
    [InlineData("40", 40L)]
    [InlineData("40.0", 40L)]
    [InlineData("4e1", 40L)]
    [InlineData("40.5", null)]
    [InlineData("\"40\"", null)]
    [InlineData("true", null)]
    public void A_whole_number_is_read_however_it_is_written(string number, long? expected) =>
        Assert.Equal(expected, Chat($$"""{"messages":[{"role":"user","content":"a"}],"top_k":{{number}}}""", isPlain: true).Sampling.TopK);

    [Theory]
    [InlineData("0.25", 0.25)]
    [InlineData("-1", -1.0)]
    [InlineData("2.5E-1", 0.25)]
    [InlineData("\"1\"", null)]
    [InlineData("[1]", null)]
    public void A_number_is_read_however_it_is_written(string number, double? expected) =>
        Assert.Equal(expected, Chat($$"""{"messages":[{"role":"user","content":"a"}],"min_p":{{number}}}""", isPlain: true).Sampling.MinP);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Members_are_known_through_escapes_and_others_are_kept_in_order(bool isPlain)
    {
        var request = Chat("""{"b":1,"temp\u0065rature":1,"user":null,"a\u0022":{"x":[ 1]},"c":null,"messages":[{"role":"user","content":"a"}]}""", isPlain);

        Assert.Equal(1, request.Sampling.Temperature);
        Assert.Equal([("b", "1"), ("a\"", """{"x":[ 1]}""")], request.Others.Select(static o => (o.Name, Encoding.UTF8.GetString(o.Json.Span))));
    }

    [Fact]
    public void A_turn_of_messages_is_the_users_or_the_assistants()
    {
        Assert.False(TryMessages("""{"model":"a/b","max_tokens":1,"messages":[{"role":"developer","content":"a"}]}""", out _, out var error));
        Assert.Contains("messages[0].role", error!.Message, StringComparison.Ordinal);

        Assert.False(TryMessages("""{"model":"a/b","max_tokens":1,"messages":[{"role":7,"content":"a"}]}""", out _, out error));
        Assert.Contains("messages[0].role", error!.Message, StringComparison.Ordinal);

        Assert.True(TryMessages("""{"model":"a/b","max_tokens":1,"messages":[{"role":"user","name":"ann","content":"a"},{"role":"assistant","content":"b"}],"system":"s"}""", out var request, out _));
        Assert.Equal([(Role.System, "s", null), (Role.User, "a", null), (Role.Assistant, "b", null)], request!.Messages.Select(static m => (m.Role, m.Text, m.Name)));
    }

    private static string Told(Part part) => part switch
    {
        TextPart text => text.Text,
        ToolResultPart result => $"{result.CallId} {result.Name}: {string.Join(' ', result.Content.Select(Told))}",
        _ => part.GetType().Name,
    };

    private static NeutralRequest Chat(string body, bool isPlain)
    {
        Assert.True(ChatNeutralReader.TryRead(Bytes(body), isPlain, out var request, out var error), error?.Message);
        return request!;
    }

    private static bool TryMessages(string body, out NeutralRequest? request, out GatewayError? error)
    {
        var bytes = Bytes(body);
        request = null;
        return MessagesRequestReader.TryRead(bytes, out var first, out error) && MessagesNeutralReader.TryRead(bytes, first!.IsPlain, out request, out error);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
