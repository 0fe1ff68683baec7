using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Gemini;

namespace Turnpike.Gateway.Dialects.Vertex;

/// <summary>Where a model stands at Vertex AI, below <c>…/v1/projects/PROJECT/locations/LOCATION</c>.</summary>
internal static class VertexAddress
{
    private const string RegionalHost = "-aiplatform.googleapis.com";

    private static readonly Uri Nowhere = new("http://turnpike.invalid/v1");

    /// <summary>By the provider's name for the model: <c>gemini-2.5-pro</c>, <c>claude-opus-4-5@20251101</c>, <c>openai/gpt-oss-20b-maas</c>, or a
    /// name with its publisher, <c>publishers/anthropic/models/…</c>.</summary>
    public static VertexPublisher PublisherOf(string upstreamModel) =>
        upstreamModel.StartsWith("claude", StringComparison.Ordinal) || upstreamModel.StartsWith("publishers/anthropic/", StringComparison.Ordinal) ? VertexPublisher.Anthropic
        : upstreamModel.StartsWith("publishers/google/", StringComparison.Ordinal) || !upstreamModel.Contains('/', StringComparison.Ordinal) ? VertexPublisher.Google
        : VertexPublisher.Open;

    public static Uri Of(Endpoint endpoint, bool stream)
    {
        var place = Located(endpoint.BaseUrl ?? Nowhere).AbsoluteUri.TrimEnd('/');
        var model = endpoint.UpstreamModel;
        return PublisherOf(model) switch
        {
            VertexPublisher.Google => new($"{place}/{Named(model, "google")}:{GeminiProviderFormat.VerbOf(stream)}"),
            VertexPublisher.Anthropic => new($"{place}/{Named(model, "anthropic")}:{(stream ? "streamRawPredict" : "rawPredict")}"),
            VertexPublisher.Open => new($"{place}/endpoints/openapi/chat/completions"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Of an operation of Google's own models.</summary>
    public static Uri Of(Endpoint endpoint, string verb) =>
        new($"{Located(endpoint.BaseUrl ?? Nowhere).AbsoluteUri.TrimEnd('/')}/{Named(endpoint.UpstreamModel, "google")}:{verb}");

    // Regions have hosts that begin with their names; what is no region has another form of host.
    private static Uri Located(Uri address)
    {
        if (!address.Host.EndsWith(RegionalHost, StringComparison.Ordinal))
        {
            return address;
        }

        var host = address.Host[..^RegionalHost.Length] switch
        {
            "global" => "aiplatform.googleapis.com",
            "us" => "aiplatform.us.rep.googleapis.com",
            "eu" => "aiplatform.eu.rep.googleapis.com",
            _ => address.Host,
        };
        return new UriBuilder(address) { Host = host }.Uri;
    }

    private static string Named(string model, string publisher) =>
        model.StartsWith("publishers/", StringComparison.Ordinal) ? model : $"publishers/{publisher}/models/{model}";
}
