using System.Text;
using Turnpike.Gateway.Routing.Auto;

namespace Turnpike.Gateway.Tests.Routing.Auto;

/// <summary>What is seen of a prompt without asking anyone.</summary>
public sealed class PromptFeaturesTests
{
    [Theory]
    [InlineData("Write a Python function that reverses a string without using slicing.", "code:generation")]
    [InlineData("Translate into French: Good morning, how are you?", "translation")]
    [InlineData("Solve for x: 3x + 7 = 22", "math")]
    public void A_plain_prompt_is_of_its_kind(string text, string kind) =>
        Assert.Equal(kind, TaskKinds.Profile(Read($$"""{"messages":[{"role":"user","content":"{{text}}"}]}""").Kind).Word);

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}]}""", "None")]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}""", "Tools")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]}]}""", "Vision")]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_object"}}""", "Json")]
    public void What_the_request_has_is_what_it_needs(string body, string needs) => Assert.Equal(needs, Read(body).Needs.ToString());

    [Fact]
    public void The_limit_and_the_length_are_read()
    {
        var features = Read($$"""{"max_tokens":77,"messages":[{"role":"user","content":"{{new string('a', 4000)}}"}]}""");
        Assert.Equal(77, features.OutputLimit);
        Assert.InRange(features.PromptTokens, 1000, 1100);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"messages":7}""")]
    [InlineData("""{"messages":[{"role":"user","content":[7,null,{"type":null}]}]}""")]
    public void What_is_no_chat_request_has_the_features_of_an_empty_prompt(string body) => Assert.Equal(PromptNeeds.None, Read(body).Needs);

    [Fact]
    public void A_proof_is_harder_than_a_greeting() => Assert.True(
        Read("""{"messages":[{"role":"user","content":"Prove rigorously that every finite integral domain is a field."}]}""").Difficulty
        > Read("""{"messages":[{"role":"user","content":"hello there"}]}""").Difficulty);

    private static PromptFeatures Read(string body) => PromptFeatures.Read(Encoding.UTF8.GetBytes(body));
}
