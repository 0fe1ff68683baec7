using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Tests.Shared;

/// <summary>What the inside of a JSON string means, however its characters were cut.</summary>
public sealed class JsonTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("""a\"b\\c\u00e9""", "a\"b\\cé")]
    [InlineData("""\ud83d\ude00""", "😀")]
    [InlineData("""x\ud83d""", "x\uFFFD")]
    [InlineData("""\ude00\ud83d\ud83d\ude00 \\ud83d""", "\uFFFD\uFFFD😀 \\ud83d")]
    public void Halves_of_characters_are_replaced_and_whole_ones_are_not(string escaped, string meaning) =>
        Assert.Equal(meaning, JsonText.Meaning(Encoding.UTF8.GetBytes(escaped)));

    [Fact]
    public void Halves_of_characters_are_replaced_where_they_are_written() =>
        Assert.Equal(("\"a\\uFFFD\"", "\uFFFD\\n"), (Encoding.UTF8.GetString(JsonText.Quote("a\uD83D")), Encoding.UTF8.GetString(JsonText.Inside("\uDE00\n"))));

    [Fact]
    public void Bytes_that_are_no_text_are_replaced() => Assert.Equal("\"\uFFFD", JsonText.Meaning([(byte)'\\', (byte)'"', 0xC3]));
}
