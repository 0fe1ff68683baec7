using System.Text;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class ThinkTagsTests
{
    private const string Thought = "Text 0 - =";

    [Theory]
    [InlineData("<think>Why < not?</think>Yes", "Why < not?", "Yes")]
    [InlineData(@"\n <think>\nWhy </thinking </ <\/think>\n\n Yes</think>", "Why </thinking </ ", "Yes</think>")]
    [InlineData(@"\u003cthink\u003eWhy\n\u003C/think\u003eYes", @"Why\n", "Yes")]
    [InlineData(@"<think>\n\n</think>\n\nYes", "", "Yes")]
    [InlineData("<think>a<</think>b<think>c</think>", "a<", "b<think>c</think>")]
    [InlineData("<thinking>no</thinking>", "", "<thinking>no</thinking>")]
    [InlineData("Yes <think>no</think>", "", "Yes <think>no</think>")]
    [InlineData(@"\n\u00e9<think>", "", @"\n\u00e9<think>")]
    [InlineData("<think>never ends</thin", "never ends</thin", "")]
    [InlineData(" <thi", "", " <thi")]
    [InlineData("  ", "", "  ")]
    [InlineData(@"<think>\\<\/think>\""", @"\\", @"\""")]
    public void A_thought_at_the_beginning_is_taken_out_wherever_the_text_is_cut(string text, string thought, string content)
    {
        List<string> expected = [];
        if (thought.Length > 0)
        {
            expected.Add(Thought + thought);
        }

        if (content.Length > 0)
        {
            expected.Add("text=" + content);
        }

        var units = Units(text);
        Assert.Equal(expected, Told(units));
        Assert.Equal(expected, Told([text]));
        for (var first = 0; first <= units.Count; first++)
        {
            for (var second = first; second <= units.Count; second++)
            {
                Assert.Equal(expected, Told([string.Concat(units[..first]), string.Concat(units[first..second]), string.Concat(units[second..])]));
            }
        }
    }

    [Fact]
    public void White_space_without_end_is_told()
    {
        var text = new string(' ', 500) + "<think>";

        Assert.Equal(["text=" + text], Told([text]));
    }

    // Providers cut texts between characters, so never within an escape.
    private static List<string> Units(string text)
    {
        var units = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var length = text[at] != '\\' ? 1 : text[at + 1] == 'u' ? 6 : 2;
            units.Add(text.Substring(at, length));
            at += length;
        }

        return units;
    }

    private static IReadOnlyList<string> Told(IReadOnlyList<string> pieces)
    {
        var sink = new TellingSink();
        var tags = new ThinkTags(choice: 0);
        foreach (var piece in pieces)
        {
            tags.Take(Encoding.UTF8.GetBytes(piece), sink);
        }

        tags.End(sink);
        return sink.Told;
    }
}
