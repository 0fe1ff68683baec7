using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Tests.Shared;

/// <summary>What of a body is no text, and where.</summary>
public sealed class BodyTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{\"a\":\"é 😀 \\u00e9 \\ud83d\\ude00 \\\\ud83d \\\\\\\\ud83d\"}")]
    [InlineData("\\u\\u12\\uzzzz\\u")]
    public void Text_is_text(string body) => Assert.Null(BodyText.Fault(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("{\n\"a\":\"\\ud83d\"}", "line 2, position 6")]
    [InlineData("\"\\ude00\\ud83d\"", "line 1, position 2")]
    [InlineData("\"\\ud83d\\u0041\"", "line 1, position 2")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"", "line 1, position 2")]
    [InlineData("\"\\\\\\ud83d\"", "line 1, position 4")]
    [InlineData("\"\\ud83d", "line 1, position 2")]
    [InlineData("\uFEFF{}", "line 1, position 1")]
    public void Half_a_pair_and_a_mark_at_the_beginning_are_told_with_their_place(string body, string place)
    {
        var fault = BodyText.Fault(Encoding.UTF8.GetBytes(body));

        Assert.Equal(400, fault!.Status);
        Assert.Contains(place, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_told_with_their_place()
    {
        byte[] body = [.. "{\n\n\"é\":\""u8, 0xC3, (byte)'"', (byte)'}'];

        Assert.Contains("line 3, position 7", BodyText.Fault(body)!.Message, StringComparison.Ordinal);
    }
}
