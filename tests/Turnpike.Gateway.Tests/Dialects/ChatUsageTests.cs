using System.Text;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class ChatUsageTests
{
    [Theory]
    [InlineData("OpenAI", """{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":12,"cache_write_tokens":4},"completion_tokens_details":{"reasoning_tokens":5}}""", 20, 9, 12, 4, 5)]
    [InlineData("nothing but sums", """{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29}""", 20, 9, null, null, null)]
    [InlineData("null is not zero", """{"prompt_tokens":20,"completion_tokens":9,"prompt_tokens_details":null,"completion_tokens_details":{"reasoning_tokens":null}}""", 20, 9, null, null, null)]
    [InlineData("DeepSeek", """{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"prompt_cache_hit_tokens":16,"prompt_cache_miss_tokens":4}""", 20, 9, 16, null, null)]
    [InlineData("DeepSeek, twice", """{"prompt_cache_hit_tokens":16,"prompt_tokens":20,"completion_tokens":9,"prompt_tokens_details":{"cached_tokens":16}}""", 20, 9, 16, null, null)]
    [InlineData("Moonshot", """{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"cached_tokens":16}""", 20, 9, 16, null, null)]
    [InlineData("Mistral", """{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"num_cached_tokens":16}""", 20, 9, 16, null, null)]
    [InlineData("Alibaba", """{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":0,"cache_creation_input_tokens":15}}""", 20, 9, 0, 15, null)]
    [InlineData("xAI", """{"prompt_tokens":12,"completion_tokens":1,"total_tokens":241,"completion_tokens_details":{"reasoning_tokens":228}}""", 12, 229, null, null, 228)]
    [InlineData("outside by its size", """{"prompt_tokens":12,"completion_tokens":1,"completion_tokens_details":{"reasoning_tokens":2}}""", 12, 3, null, null, 2)]
    [InlineData("outside by the sum", """{"prompt_tokens":12,"completion_tokens":10,"total_tokens":24,"completion_tokens_details":{"reasoning_tokens":2}}""", 12, 12, null, null, 2)]
    [InlineData("inside", """{"prompt_tokens":12,"completion_tokens":10,"total_tokens":22,"completion_tokens_details":{"reasoning_tokens":2}}""", 12, 10, null, null, 2)]
    [InlineData("cached beside the prompt", """{"prompt_tokens":4,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":10}}""", 14, 1, 10, null, null)]
    [InlineData("Perplexity", """{"prompt_tokens":33,"completion_tokens":10,"total_tokens":43,"citation_tokens":7,"num_search_queries":3,"reasoning_tokens":70,"cost":{"total_cost":0.5}}""", 40, 80, null, null, 70, 3)]
    [InlineData("the completion is the rest", """{"prompt_tokens":5,"total_tokens":9}""", 5, 4, null, null, null)]
    [InlineData("no completion", """{"prompt_tokens":5,"total_tokens":5}""", 5, 0, null, null, null)]
    [InlineData("less than nothing", """{"prompt_tokens":5,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":-3}}""", 5, 1, null, null, null)]
    [InlineData("more than there are", """{"prompt_tokens":1e30,"completion_tokens":99999999999,"completion_tokens_details":{"reasoning_tokens":99999999999}}""", 500_000_000, 500_000_000, null, null, 500_000_000)]
    public void Counts_are_read_wherever_a_vendor_puts_them_and_shown_as_they_are_billed(
        string name, string usage, int prompt, int completion, int? cached, int? written, int? reasoning, int? searches = null)
    {
        var (read, members) = Read(usage, ProviderQuirks.None);

        Assert.Equal(new TokenUsage(prompt, completion) { CachedTokens = cached, CacheWriteTokens = written, ReasoningTokens = reasoning, WebSearches = searches }, read);
        if (members.Length > 0)
        {
            var shown = JsonDocument.Parse($"{{{members}}}").RootElement;
            Assert.True(prompt == Shown("prompt_tokens") && completion == Shown("completion_tokens") && prompt + completion == Shown("total_tokens"), name);
            Assert.Equal(cached, Detail("prompt_tokens_details", "cached_tokens"));
            Assert.Equal(reasoning, Detail("completion_tokens_details", "reasoning_tokens"));

            int Shown(string member) => shown.GetProperty(member).GetInt32();

            int? Detail(string member, string part) =>
                shown.TryGetProperty(member, out var details) && details.ValueKind == JsonValueKind.Object && details.TryGetProperty(part, out var count)
                && count.ValueKind == JsonValueKind.Number ? count.GetInt32() : null;
        }
    }

    [Theory]
    [InlineData("""{"prompt_tokens":5}""")]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":null}""")]
    [InlineData("""{"completion_tokens":5,"prompt_tokens":-1}""")]
    [InlineData("""{"prompt_tokens":5,"total_tokens":3}""")]
    public void A_count_that_is_not_told_is_unknown_and_not_zero(string usage) => Assert.Null(Read(usage, ProviderQuirks.None).Usage);

    [Fact]
    public void What_only_the_vendor_knows_is_said_by_the_quirks()
    {
        var quirks = new ProviderQuirks { ReasoningOutsideCompletion = true, CachedTokensField = "read_from_cache" };

        var (read, _) = Read("""{"prompt_tokens":12,"completion_tokens":10,"total_tokens":22,"read_from_cache":8,"completion_tokens_details":{"reasoning_tokens":2}}""", quirks);

        Assert.Equal(new TokenUsage(12, 12) { CachedTokens = 8, ReasoningTokens = 2 }, read);
    }

    [Fact]
    public void What_the_provider_charges_is_not_shown_and_the_rest_is() => Assert.Equal(
        "\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7,\"queue_time\":0.5",
        Read("""{"prompt_tokens":5,"cost":1,"completion_tokens":2,"estimated_cost":0.1,"total_tokens":7,"cost_in_usd_ticks":9,"queue_time":0.5}""", ProviderQuirks.None).Members);

    private static (TokenUsage? Usage, string Members) Read(string usage, ProviderQuirks quirks)
    {
        var bytes = Encoding.UTF8.GetBytes(usage);
        var json = new Utf8JsonReader(bytes);
        json.Read();
        var members = new PooledBuffer();
        var read = ChatUsageReader.Read(ref json, bytes, quirks, ref members);
        var text = Encoding.UTF8.GetString(members.Span);
        members.Dispose();
        return (read, text);
    }
}
