using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Surfaces.Errors;

/// <summary>Writes an error in OpenRouter's shape: <c>{"error":{"code","message","metadata":{"error_type",…},"availability"?}}</c>.</summary>
public static class ErrorResponse
{
    /// <summary>Answers a request with an error: status, <c>Retry-After</c>, rate-limit headers and body. The response must not have begun.</summary>
    public static Task WriteAsync(HttpContext context, GatewayError error) => throw new NotImplementedException();
}
