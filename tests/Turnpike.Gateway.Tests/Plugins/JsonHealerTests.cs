using System.Text.Json.Nodes;
using Turnpike.Gateway.Plugins.Healing;

namespace Turnpike.Gateway.Tests.Plugins;

/// <summary>What models say instead of JSON.</summary>
public sealed class JsonHealerTests
{
    [Theory]
    [InlineData("{\"a\":1}", "{\"a\":1}")]
    [InlineData("```json\n{\"a\":1}\n```", "{\"a\":1}")]
    [InlineData("Here it is: {\"a\":1} I hope it helps.", "{\"a\":1}")]
    [InlineData("{\"a\":1,\"b\":[1,2,],}", "{\"a\":1,\"b\":[1,2]}")]
    [InlineData("{a:1,'b':'it''s'}", null)]
    [InlineData("{a: 1, 'b': 'two'}", "{\"a\":1,\"b\":\"two\"}")]
    [InlineData("{\"a\":True,\"b\":None}", "{\"a\":true,\"b\":null}")]
    [InlineData("{\"a\":[1,2", "{\"a\":[1,2]}")]
    [InlineData("{\"a\":[1,2},\"b\":3}", "{\"a\":[1,2]}")]
    [InlineData("```json\n{\"a\":1,\"b\":[1,2,}\n```", "{\"a\":1,\"b\":[1,2]}")]
    [InlineData("[{\"a\":[{\"b\":1]}]", "[{\"a\":[{\"b\":1}]}]")]
    [InlineData("{\"a\":1]", "{\"a\":1}")]
    [InlineData("{\"a\":{\"b\":\"c\"}", "{\"a\":{\"b\":\"c\"}}")]
    [InlineData("{\"a\":1 // one\n,\"b\":2 /* two */}", "{\"a\":1,\"b\":2}")]
    [InlineData("{\"a\":\"line\nbreak\"}", "{\"a\":\"line\\nbreak\"}")]
    [InlineData("[1 ,2 3]", "[1,\"2 3\"]")]
    [InlineData("no JSON at all", null)]
    [InlineData("", null)]
    public void It_is_mended_or_left(string said, string? meant)
    {
        var healed = JsonHealer.Heal(said);

        if (meant is null)
        {
            Assert.True(healed is null || JsonNode.Parse(healed) is not null);
            return;
        }

        Assert.Equal(JsonNode.Parse(meant)!.ToJsonString(), JsonNode.Parse(healed!)!.ToJsonString());
    }

    [Fact]
    public void Nothing_that_is_said_makes_it_fail()
    {
        var random = new Random(7);
        const string letters = "{}[]\"':,\\/ntu01 -*\n“”e.T";
        for (var round = 0; round < 20_000; round++)
        {
            var said = string.Create(random.Next(40), random, static (span, r) =>
            {
                foreach (ref var letter in span)
                {
                    letter = letters[r.Next(letters.Length)];
                }
            });

            if (JsonHealer.Heal("{" + said) is { } healed)
            {
                Assert.NotNull(JsonNode.Parse(healed));
            }
        }
    }

    [Fact]
    public void Depth_has_a_limit() => Assert.Null(JsonHealer.Heal(new string('[', 100_000)));
}
