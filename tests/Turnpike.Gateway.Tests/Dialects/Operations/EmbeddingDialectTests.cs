using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Embeddings;
using Turnpike.Gateway.Dialects.Rerank;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Tests.Harness;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects.Operations;

/// <summary>Embeddings asked of providers that do not speak OpenAI's form.</summary>
public sealed class EmbeddingDialectTests
{
    private const string Asked = """{"model":"a/b","input":["x","\"y\""],"dimensions":2,"input_type":"search_query","encoding_format":"FORMAT"}""";

    private static readonly EmbeddingFormat _format = new();

    [Fact]
    public async Task Gemini_is_asked_text_by_text()
    {
        var endpoint = At(Core.Catalog.Dialects.Gemini, "https://gemini.example/v1beta/");

        Assert.Equal("https://gemini.example/v1beta/models/swift-up:batchEmbedContents", _format.AddressIn(endpoint)!.AbsoluteUri);
        Assert.Equal(
            """{"requests":[{"model":"models/swift-up","content":{"parts":[{"text":"x"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":2},{"model":"models/swift-up","content":{"parts":[{"text":"\"y\""}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":2}]}""",
            await SentAsync(endpoint, Asked.Replace("FORMAT", "float", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Vertex_is_asked_to_predict_and_its_newest_models_for_one_text()
    {
        const string place = "https://vertex.example/v1/projects/p/locations/global";
        var older = At(Core.Catalog.Dialects.Vertex, place);
        var newer = older with { UpstreamModel = "gemini-embedding-2" };

        Assert.Equal(place + "/publishers/google/models/swift-up:predict", _format.AddressIn(older)!.AbsoluteUri);
        Assert.Equal(place + "/publishers/google/models/gemini-embedding-2:embedContent", _format.AddressIn(newer)!.AbsoluteUri);
        Assert.Null(_format.AddressIn(older with { UpstreamModel = "claude-opus-5" }));
        Assert.Equal(
            """{"instances":[{"content":"x","task_type":"RETRIEVAL_QUERY"},{"content":"\"y\"","task_type":"RETRIEVAL_QUERY"}],"parameters":{"autoTruncate":false,"outputDimensionality":2}}""",
            await SentAsync(older, Asked.Replace("FORMAT", "float", StringComparison.Ordinal)));
        Assert.Equal(
            """{"content":{"parts":[{"text":"one"}]},"embedContentConfig":{"autoTruncate":false}}""",
            await SentAsync(newer, """{"model":"a/b","input":"one"}"""));
        Assert.Equal("input", _format.WhyNot(newer, Read(Asked.Replace("FORMAT", "float", StringComparison.Ordinal)))?.Param);
    }

    [Fact]
    public void Vertex_answers_one_text_in_another_form_and_what_it_does_not_count_is_not_known()
    {
        var (_, facts) = Told(Core.Catalog.Dialects.Vertex, "float", """{"embedding":{"values":[1,2]},"usageMetadata":{"promptTokenCount":5}}""", """{"model":"a/b","input":"x"}""");

        Assert.Equal(5, facts.Usage?.PromptTokens);
        Assert.Null(new VertexEmbeddings().TokensOf(System.Text.Json.JsonDocument.Parse("""{"predictions":[{"embeddings":{"values":[1],"statistics":{"token_count":3}}},{"embeddings":{"values":[1]}}]}""").RootElement));
    }

    [Fact]
    public async Task Cohere_is_told_what_the_texts_are_for()
    {
        var endpoint = At(Core.Catalog.Dialects.CohereV2, "https://cohere.example/v2");

        Assert.Equal("https://cohere.example/v2/embed", _format.AddressIn(endpoint)!.AbsoluteUri);
        Assert.Equal("https://cohere.example/v2/rerank", new RerankFormat().AddressIn(endpoint)!.AbsoluteUri);
        Assert.Equal(
            """{"model":"swift-up","texts":["one"],"input_type":"search_document","embedding_types":["float"]}""",
            await SentAsync(endpoint, """{"model":"a/b","input":"one"}"""));
    }

    [Fact]
    public async Task Ollama_cuts_nothing_off()
    {
        var endpoint = At(Core.Catalog.Dialects.Ollama, "http://gpu.example:11434");

        Assert.Equal("http://gpu.example:11434/api/embed", _format.AddressIn(endpoint)!.AbsoluteUri);
        Assert.Equal(
            """{"model":"swift-up","input":["x","\"y\""],"dimensions":2,"truncate":false}""",
            await SentAsync(endpoint, Asked.Replace("FORMAT", "float", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Core.Catalog.Dialects.Gemini, """{"embeddings":[{"values":[0.50,1e-2]},{"values":[1,2]}],"usageMetadata":{"promptTokenCount":5}}""")]
    [InlineData(Core.Catalog.Dialects.Vertex, """{"predictions":[{"embeddings":{"values":[0.50,1e-2],"statistics":{"token_count":2,"truncated":false}}},{"embeddings":{"values":[1,2],"statistics":{"token_count":3}}}],"metadata":{"billableCharacterCount":4}}""")]
    [InlineData(Core.Catalog.Dialects.CohereV2, """{"id":"up","embeddings":{"float":[[0.50,1e-2],[1,2]]},"meta":{"billed_units":{"input_tokens":5}}}""")]
    [InlineData(Core.Catalog.Dialects.Ollama, """{"model":"up","embeddings":[[0.50,1e-2],[1,2]],"total_duration":1,"prompt_eval_count":5}""")]
    public void Vectors_come_in_OpenAIs_form(string dialect, string answer)
    {
        var (numbers, facts) = Told(dialect, "float", answer);
        var (base64, _) = Told(dialect, "base64", answer);

        Assert.Equal(5, facts.Usage?.PromptTokens);
        Assert.Equal(
            """{"id":"i","object":"list","model":"m","provider":"p","data":[{"object":"embedding","index":0,"embedding":[0.50,1e-2]},{"object":"embedding","index":1,"embedding":[1,2]}],"usage":{"prompt_tokens":5,"total_tokens":5,"cost":0.000000007,"is_byok":false}}""",
            numbers);
        Assert.Equal("AACAPwAAAEA=", (string?)JsonNode.Parse(base64)!["data"]![1]!["embedding"]);
    }

    [Theory]
    [InlineData("""{"model":"a/b","input":[1,2]}""")]
    [InlineData("""{"model":"a/b","input":[{"content":[{"type":"text","text":"x"}]}]}""")]
    public void What_is_no_text_is_left_to_other_endpoints(string body)
    {
        var request = Read(body);

        Assert.Equal("input", _format.WhyNot(At(Core.Catalog.Dialects.Gemini, "https://x.example"), request)?.Param);
        Assert.Null(_format.WhyNot(TestCatalog.SwiftAtAcme, request));
    }

    [Fact]
    public void More_texts_than_a_dialect_takes_are_left_to_other_endpoints()
    {
        var request = Read($$"""{"model":"a/b","input":[{{string.Join(',', Enumerable.Repeat("\"x\"", 97))}}]}""");

        Assert.Equal("input", _format.WhyNot(At(Core.Catalog.Dialects.CohereV2, "https://x.example"), request)?.Param);
        Assert.Null(_format.WhyNot(At(Core.Catalog.Dialects.Gemini, "https://x.example"), request));
    }

    private static (string Text, AnswerFacts Facts) Told(string dialect, string format, string answer, string asked = Asked)
    {
        var request = Read(asked.Replace("FORMAT", format, StringComparison.Ordinal));
        var context = new AnswerContext(new("\"i\""u8.ToArray(), "\"m\""u8.ToArray(), "\"p\""u8.ToArray()), new AnswerFacts(), 1, request) { Dialect = dialect };
        using var flow = _format.NewRewriter(context);
        Assert.True(flow.TryTakeWhole(Encoding.UTF8.GetBytes(answer)));
        flow.AppendWholeEnd(new Settled(new Bill(SettlementKind.Post, BillingBasis.ProviderUsage, context.Facts.Usage!.Value), default, new(7)));
        return (Encoding.UTF8.GetString(flow.Output.Span), context.Facts);
    }

    private static Endpoint At(string dialect, string address) =>
        TestCatalog.SwiftAtAcme with { Dialect = dialect, BaseUrl = new Uri(address), UpstreamModel = "swift-up" };

    private static InferenceRequest Read(string body)
    {
        Assert.True(_format.TryRead(Encoding.UTF8.GetBytes(body), out var request, out var error), error?.Message);
        return request!;
    }

    private static async Task<string> SentAsync(Endpoint endpoint, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var sent = _format.Passthrough(bytes, Read(body), new(endpoint, "\"swift-up\""u8.ToArray(), null, null));
        return await sent.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
