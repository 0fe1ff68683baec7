using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>What a chat provider is sent of the thoughts of earlier turns, where a request is written anew.</summary>
public sealed class ChatThoughtHistoryTests
{
    // As we tell an open model's thought, and as clients keep it.
    private const string Told = """ "reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","format":"unknown","index":0}] """;
    private const string Bare = """ "reasoning_content":"hm" """;

    private const string Signed = """ "reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"EqQB","format":"anthropic-claude-v1"}] """;
    private const string Encrypted = """ "reasoning_details":[{"type":"reasoning.summary","summary":"hm","format":"openai-responses-v1"},{"type":"reasoning.encrypted","data":"gAAA","format":"openai-responses-v1"}] """;

    private static readonly ProviderQuirks _optional = new();
    private static readonly ProviderQuirks _text = new() { ReasoningHistory = ReasoningHistory.Text };

    [Theory]
    [InlineData(ReasoningPlace.ReasoningContent, Told, "reasoning_content")]
    [InlineData(ReasoningPlace.ReasoningContent, Bare, "reasoning_content")]
    [InlineData(ReasoningPlace.Reasoning, Told, "reasoning")]
    [InlineData(ReasoningPlace.Reasoning, Bare, "reasoning")]
    [InlineData(ReasoningPlace.ReasoningDetails, Bare, "reasoning")]
    public void An_open_models_thought_stands_in_the_field_that_its_host_tells_thoughts_in(ReasoningPlace place, string thought, string field) =>
        Assert.Equal($$"""{"role":"assistant","content":"y","{{field}}":"hm"}""", Turn(thought, new() { ReasoningPlace = place }));

    [Fact]
    public void Who_tells_details_gets_them_whole() => Assert.Equal(
        """{"role":"assistant","content":"y","reasoning_details":[{"type":"reasoning.text","text":"hm","format":"unknown","index":0}]}""",
        Turn(Told, new() { ReasoningPlace = ReasoningPlace.ReasoningDetails }));

    [Theory]
    [InlineData(ReasoningPlace.None, Told)]
    [InlineData(ReasoningPlace.None, Bare)]
    [InlineData(ReasoningPlace.ThinkTags, Told)]
    [InlineData(ReasoningPlace.ThinkTags, Bare)]
    public void Nothing_is_said_to_who_has_no_field_for_thoughts(ReasoningPlace place, string thought)
    {
        const string bare = """{"role":"assistant","content":"y"}""";

        Assert.Equal(bare, Turn(thought, new() { ReasoningPlace = place }));
        Assert.Equal(bare, Turn(thought, _optional, ofModel: place)); // as one model of a host with a field does
    }

    [Theory]
    [InlineData(Signed, "EqQB")]
    [InlineData(Encrypted, "gAAA")]
    public void A_sealed_thought_is_no_text(string thought, string seal)
    {
        var turn = Turn(thought, _optional);

        Assert.DoesNotContain("\"reasoning_content\"", turn, StringComparison.Ordinal);
        Assert.Contains(seal, turn, StringComparison.Ordinal); // beside its format, which says who can read it
    }

    [Theory]
    [InlineData(Signed)]
    [InlineData(Encrypted)]
    public void A_sealed_thought_is_not_told_to_who_takes_text_alone(string thought)
    {
        const string bare = """{"role":"assistant","content":"y"}""";

        Assert.Equal(bare, Turn(thought, _text, reasoning: new()));
        Assert.Equal(bare, Turn(thought, new() { ReasoningHistory = ReasoningHistory.Required }, reasoning: new()));
        Assert.Equal(bare, Turn(thought, new() { ReasoningHistory = ReasoningHistory.Required, ReasoningPlace = ReasoningPlace.ThinkTags }, reasoning: new()));
    }

    [Theory]
    [InlineData(true, "reasoning_content")]
    [InlineData(false, null)]
    public void An_engine_on_this_machine_does_not_say_which_of_its_models_reason(bool isLocal, string? field) =>
        Assert.Equal(field is null ? null : "hm", (string?)JsonNode.Parse(Turn(Told, _text, isLocal))![field ?? "reasoning_content"]);

    private static string Turn(string thought, ProviderQuirks quirks, bool isLocal = false, ModelReasoning? reasoning = null, ReasoningPlace? ofModel = null)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y",{{thought}}},{"role":"user","content":"z"}]}""");
        var format = new ChatCallerFormat();
        Assert.True(format.TryRead(bytes, out var request, out var error), error?.Message);
        Assert.True(format.TryReadNeutral(bytes, request!, out var neutral, out error), error?.Message);
        var endpoint = new Endpoint
        {
            Id = "p:m",
            Model = new() { Id = "a/m", Name = "M", Reasoning = reasoning },
            Provider = new() { Id = "p", Name = "P", Quirks = quirks, IsLocal = isLocal },
            UpstreamModel = "m",
            Tag = "p",
            Prices = PriceSheet.Free,
            ReasoningPlace = ofModel,
        };
        var output = new ArrayBufferWriter<byte>();
        Assert.Null(new ChatProviderFormat().Write(neutral!, new(endpoint, JsonText.Quote("m"), null, null), output, new()));
        return JsonNode.Parse(output.WrittenSpan)!["messages"]![1]!.ToJsonString();
    }
}
