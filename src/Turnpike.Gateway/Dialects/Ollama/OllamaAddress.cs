using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>Where Ollama's operations stand: below <c>/api</c>, whether the base URL says that or not.</summary>
internal static class OllamaAddress
{
    /// <summary>The address of an operation; null where the endpoint has none.</summary>
    public static Uri? Of(Endpoint endpoint, string operation)
    {
        if (endpoint.BaseUrl?.AbsoluteUri.TrimEnd('/') is not { } address)
        {
            return null;
        }

        return new(address.EndsWith("/api", StringComparison.Ordinal) ? $"{address}/{operation}" : $"{address}/api/{operation}");
    }
}
