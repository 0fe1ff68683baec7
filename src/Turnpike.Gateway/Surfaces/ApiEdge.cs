using Turnpike.Core.Errors;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces;

/// <summary>What holds for every address of the API: browsers of any origin may call it, and an address or a method that is not there
/// is told in the API's own shape.</summary>
/// <remarks>Costs two comparisons and a header look-up where there is nothing to do. Keys travel in a header that the page sets itself,
/// never in cookies, so any origin is let in and credentials are not.</remarks>
public static class ApiEdge
{
    private const string AllowedHeaders =
        "Authorization, Content-Type, Accept, HTTP-Referer, X-Title, X-OpenRouter-Title, X-OpenRouter-Categories, X-OpenRouter-Metadata, "
        + "X-OpenRouter-Experimental-Metadata, X-OpenRouter-Cache, X-OpenRouter-Cache-TTL, X-OpenRouter-Cache-Clear, X-Session-Id, X-Api-Key, Anthropic-Version, Anthropic-Beta, "
        + "X-Anthropic-Beta, Anthropic-Dangerous-Direct-Browser-Access, OpenAI-Beta, OpenAI-Organization, OpenAI-Project, User-Agent, "
        + "X-Stainless-Arch, X-Stainless-Lang, X-Stainless-OS, X-Stainless-Package-Version, X-Stainless-Retry-Count, X-Stainless-Runtime, "
        + "X-Stainless-Runtime-Version, X-Stainless-Timeout, X-Stainless-Helper-Method";

    private const string ExposedHeaders =
        "X-Generation-Id, X-OpenRouter-Cache-Status, X-OpenRouter-Cache-Age, X-OpenRouter-Cache-TTL, X-OpenRouter-Cache-Source-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Credit-Limit, X-Credit-Remaining, X-Request-Id, Request-Id, X-Token-Count-Source, ETag";

    /// <summary>Puts the edge in front of the API's endpoints. Call it before other middleware; routing has run by then.</summary>
    public static IApplicationBuilder UseApiEdge(this IApplicationBuilder app) => app.Use(static next => context => Handle(context, next));

    /// <summary>True for addresses of the API: below <c>/api/v1</c> or <c>/v1</c>.</summary>
    public static bool IsApi(PathString path) => path.StartsWithSegments("/api/v1") || path.StartsWithSegments("/v1");

    private static Task Handle(HttpContext context, RequestDelegate next)
    {
        if (!IsApi(context.Request.Path))
        {
            return next(context);
        }

        if (context.Request.Headers.Origin.Count > 0)
        {
            var headers = context.Response.Headers;
            headers.AccessControlAllowOrigin = "*";
            headers.AccessControlExposeHeaders = ExposedHeaders;
            if (IsPreflight(context.Request))
            {
                return AnswerPreflight(context);
            }
        }

        var endpoint = context.GetEndpoint();
        if (endpoint is null)
        {
            return ErrorResponse.WriteAsync(context, GatewayErrors.NoSuchRoute);
        }

        // The framework's own answer to a wrong method is an endpoint without metadata; it sets Allow and writes no body.
        return endpoint.Metadata.Count == 0 && endpoint.DisplayName == "405 HTTP Method Not Supported"
            ? AnswerWrongMethod(context, endpoint.RequestDelegate)
            : next(context);
    }

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.AccessControlRequestMethod.Count > 0;

    private static Task AnswerPreflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        headers.AccessControlAllowHeaders = AllowedHeaders;
        headers.AccessControlMaxAge = "86400";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static async Task AnswerWrongMethod(HttpContext context, RequestDelegate? setAllow)
    {
        if (setAllow is not null)
        {
            await setAllow(context);
        }

        await ErrorResponse.WriteAsync(context, GatewayErrors.MethodNotAllowed);
    }
}
