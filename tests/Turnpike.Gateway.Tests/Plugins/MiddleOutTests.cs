using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Plugins.Compression;

namespace Turnpike.Gateway.Tests.Plugins;

/// <summary>What is left of a conversation that is too long.</summary>
public sealed class MiddleOutTests
{
    [Fact]
    public void The_middle_goes_and_beginning_end_and_system_messages_stay()
    {
        List<Message> messages = [Text(Role.System, "rules"), .. Enumerable.Range(0, 9).Select(static i => Text(Role.User, $"m{i}")), Text(Role.User, "the question")];

        MiddleOut.Compress(messages, tokensMax: 36);

        Assert.Equal(["rules", "m0", "m1", "m7", "m8", "the question"], messages.Select(static m => m.Text));
    }

    [Fact]
    public void A_call_and_its_answers_go_or_stay_together_also_at_the_end()
    {
        List<Message> messages =
        [
            Text(Role.User, "first"), Call("a"), Result("a"), Text(Role.Assistant, "between"), Call("b"), Result("b"), Result("b"), Text(Role.User, "more"), Call("c"), Result("c"),
        ];

        MiddleOut.Compress(messages, tokensMax: 30);

        Assert.Equal(["first", "c", "c"], messages.Where(static m => m.Parts[0] is not TextPart { Text: "more" }).Select(NameOf));
    }

    [Fact]
    public void A_conversation_of_very_many_messages_is_shortened_at_once()
    {
        List<Message> messages = [.. Enumerable.Range(0, 200_000).Select(static _ => Text(Role.User, "x"))];

        Assert.InRange(MiddleOut.Compress(messages, tokensMax: 1000), 900_000, 1_000_000);
        Assert.InRange(messages.Count, 100, 200);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("я")]
    [InlineData("語")]
    [InlineData("😀")]
    public void A_text_of_any_script_keeps_as_much_as_fits(string letter)
    {
        List<Message> messages = [Text(Role.User, string.Concat(Enumerable.Repeat(letter, 10_000)) + ".")];

        MiddleOut.Compress(messages, tokensMax: 1000);

        var left = messages[0].Text!;
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(left), 3900, 4000);
        Assert.DoesNotContain('\ufffd', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(left)));
    }

    [Fact]
    public void A_tools_answer_that_is_too_long_by_itself_loses_its_middle()
    {
        List<Message> messages =
        [
            Text(Role.User, "first"), Call("a"), new(Role.Tool, [new ToolResultPart("a", null, [new TextPart("short"), new TextPart(new('x', 100_000))])]),
        ];

        MiddleOut.Compress(messages, tokensMax: 1000);

        var result = (ToolResultPart)messages[^1].Parts[0];
        Assert.Equal("short", ((TextPart)result.Content[0]).Text);
        Assert.InRange(((TextPart)result.Content[1]).Text.Length, 3800, 4000);
    }

    private static Message Text(Role role, string text) => new(role, [new TextPart(text)]);

    private static Message Call(string id) => new(Role.Assistant, [new ToolCallPart(id, "f", "{}")]);

    private static Message Result(string id) => new(Role.Tool, [new ToolResultPart(id, null, [new TextPart("r")])]);

    private static string NameOf(Message message) => message.Parts[0] switch
    {
        ToolCallPart call => call.Id,
        ToolResultPart result => result.CallId,
        _ => message.Text!,
    };
}
