using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Vertex;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class VertexTests
{
    private const string Regional = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1";

    [Theory]
    [InlineData(Regional, "gemini-2.5-pro", false, Regional + "/publishers/google/models/gemini-2.5-pro:generateContent")]
    [InlineData(Regional, "gemini-2.5-pro", true, Regional + "/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse")]
    [InlineData(Regional, "claude-opus-4-5@20251101", false, Regional + "/publishers/anthropic/models/claude-opus-4-5@20251101:rawPredict")]
    [InlineData(Regional, "claude-opus-4-5@20251101", true, Regional + "/publishers/anthropic/models/claude-opus-4-5@20251101:streamRawPredict")]
    [InlineData(Regional, "publishers/google/models/gemini-x", false, Regional + "/publishers/google/models/gemini-x:generateContent")]
    [InlineData(Regional, "openai/gpt-oss-20b-maas", true, Regional + "/endpoints/openapi/chat/completions")]
    [InlineData("https://global-aiplatform.googleapis.com/v1/projects/p/locations/global", "gemini-x", false, "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/gemini-x:generateContent")]
    [InlineData("https://eu-aiplatform.googleapis.com/v1/projects/p/locations/eu", "gemini-x", false, "https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu/publishers/google/models/gemini-x:generateContent")]
    [InlineData("https://aiplatform.googleapis.com/v1/", "gemini-x", false, "https://aiplatform.googleapis.com/v1/publishers/google/models/gemini-x:generateContent")]
    public void The_address_tells_publisher_model_and_verb_and_its_host_is_the_locations(string baseUrl, string model, bool stream, string expected) =>
        Assert.Equal(expected, new VertexProviderFormat().AddressOf(At(baseUrl, model), Operation.Chat, stream)!.AbsoluteUri);

    [Theory]
    [InlineData("ya29.token", "Authorization", "Bearer ya29.token")]
    [InlineData("AIzaKey", "x-goog-api-key", "AIzaKey")]
    public void A_key_is_an_access_token_or_one_of_the_express_mode(string key, string header, string value) =>
        Assert.Equal(new(header, value), Assert.Single(new VertexProviderFormat().HeadersOf(new() { Id = "p", Name = "P", ApiKey = new(key) })));

    private static Endpoint At(string baseUrl, string model) => new()
    {
        Id = "p:m",
        Model = new() { Id = "a/m", Name = "M" },
        Provider = new() { Id = "p", Name = "P", BaseUrl = new(baseUrl) },
        UpstreamModel = model,
        Tag = "p",
        Prices = new PriceSheet { Prompt = NanoUsd.FromUsd(1m), Completion = NanoUsd.FromUsd(1m) },
    };
}
