using System.Text.Json;
using Turnpike.Gateway.Providers.Simulator;

namespace Turnpike.Gateway.Tests.Providers;

/// <summary>What the simulator answers to a schema, however it is made.</summary>
public sealed class SchemaInstanceTests
{
    [Theory]
    [InlineData("""{"type":7}""", "null")]
    [InlineData("""{"type":[{"a":1},"string"]}""", "null")]
    [InlineData("""{"type":["integer","null"]}""", "0")]
    [InlineData("""{"$ref":5}""", "null")]
    [InlineData("""{"allOf":[7,null]}""", "{}")]
    [InlineData("""{"type":"integer","exclusiveMinimum":79228162514264337593543950335}""", "0")]
    [InlineData("""{"type":"number","minimum":1000000,"multipleOf":1e-28}""", "1000000")]
    public void A_schema_that_is_none_is_answered_all_the_same(string schema, string instance) => Assert.Equal(instance, Write(schema));

    [Theory]
    [InlineData("""{"type":"object","required":["a","b","c","d","e"],"properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"},"d":{"$ref":"#"},"e":{"$ref":"#"}}}""")]
    [InlineData("""{"type":"array","minItems":1000,"items":{"type":"array","minItems":1000,"items":{"type":"array","minItems":1000,"items":{"type":"array","minItems":1000}}}}""")]
    [InlineData("""{"type":"object","allOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]}""")]
    public void A_schema_of_a_few_words_does_not_make_an_instance_without_end(string schema) => Assert.InRange(Write(schema).Length, 2, 1_000_000);

    [Fact]
    public void A_long_text_that_is_wanted_again_and_again_does_not_make_an_instance_without_end()
    {
        var text = new string('x', 100_000);

        Assert.InRange(Write($$"""{"type":"array","minItems":1000,"items":{"const":"{{text}}"} }""").Length, text.Length, 2_000_000);
        Assert.InRange(Write($$"""{"type":"array","minItems":1000,"items":{"required":["{{text}}"]} }""").Length, text.Length, 2_000_000);
    }

    private static string Write(string schema)
    {
        using var document = JsonDocument.Parse(schema);
        return SchemaInstance.Write(document.RootElement);
    }
}
