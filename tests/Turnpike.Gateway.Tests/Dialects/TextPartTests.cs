using System.Buffers;
using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class TextPartTests
{
    [Theory]
    [InlineData("""plain""", "plain")]
    [InlineData("""a \"quoted\" \\ line\nand \u00e9 \ud83d\ude00 \/""", "a \"quoted\" \\ line\nand é 😀 /")]
    [InlineData("""naïve 😀""", "naïve 😀")]
    [InlineData("", "")]
    public void A_text_of_a_body_is_decoded_when_asked_and_written_as_it_came(string inside, string meaning)
    {
        var text = Read($$"""{"model":"a/b","messages":[{"role":"user","content":"{{inside}}"}]}""");

        Assert.Equal($"\"{inside}\"", Written(text));
        Assert.Equal(meaning, text.Text);
        Assert.Equal(meaning.Length == 0, text.IsEmpty);
        Assert.Equal($"\"{inside}\"", Written(text));
    }

    [Fact]
    public void A_text_that_was_changed_is_written_as_it_is_now()
    {
        var text = Read("""{"model":"a/b","messages":[{"role":"user","content":"one\n"}]}""");

        Assert.Equal("\"one\"", Written(text with { Text = text.Text.TrimEnd() }));
        Assert.Equal("\"one\\n\"", Written(text));
    }

    [Theory]
    [InlineData("""\n\t """, true)]
    [InlineData("""\u0020""", true)]
    [InlineData("""\u0041""", false)]
    [InlineData(""" a""", false)]
    [InlineData("", true)]
    public void White_space_is_known_through_its_escapes(string inside, bool isBlank) =>
        Assert.Equal(isBlank, Read($$"""{"model":"a/b","messages":[{"role":"user","content":"{{inside}}"}]}""").IsBlank);

    private static TextPart Read(string body)
    {
        Assert.True(ChatNeutralReader.TryRead(Encoding.UTF8.GetBytes(body), isPlain: true, out var request, out _));
        return Assert.IsType<TextPart>(Assert.Single(Assert.Single(request!.Messages).Parts));
    }

    private static string Written(TextPart text)
    {
        var output = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter json = JsonWriting.To(output))
        {
            text.WriteTo(json);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
