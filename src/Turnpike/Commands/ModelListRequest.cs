using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Hosting;

namespace Turnpike.Commands;

/// <summary>Requests for lists of models; for a provider's own with its key where its dialect has it.</summary>
internal static class ModelListRequest
{
    public static HttpRequestMessage For(Provider provider, Uri baseUrl)
    {
        var address = baseUrl.AbsoluteUri.TrimEnd('/');
        var request = To(new(provider.Dialect switch
        {
            Dialects.Gemini => $"{address}/models?pageSize=1000", // fifty at a time where nobody says how many
            Dialects.AnthropicMessages => $"{address}/models?limit=1000", // twenty at a time
            Dialects.Ollama => address.EndsWith("/api", StringComparison.Ordinal) ? $"{address}/tags" : $"{address}/api/tags",
            _ => $"{address}/models",
        }));
        if (provider.ApiKey?.Reveal() is { } key)
        {
            AddKey(request.Headers, provider.Dialect, key);
        }

        foreach (var (name, value) in provider.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value.Reveal());
        }

        return request;
    }

    public static HttpRequestMessage To(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Turnpike", ProductVersion.Text));
        return request;
    }

    private static void AddKey(HttpRequestHeaders headers, string dialect, string key)
    {
        switch (dialect)
        {
            case Dialects.Gemini:
                headers.TryAddWithoutValidation("x-goog-api-key", key);
                break;
            case Dialects.AnthropicMessages:
                headers.TryAddWithoutValidation("x-api-key", key);
                headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
                break;
            default:
                headers.Authorization = new("Bearer", key);
                break;
        }
    }
}
