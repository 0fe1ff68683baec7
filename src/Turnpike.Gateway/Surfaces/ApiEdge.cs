using Turnpike.Core.Errors;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces;

/// <summary>What holds for every address of the API, and for addresses that are nobody's: browsers of any origin may call them, and what is not
/// there (an address, a method) is told in the API's own shape.</summary>
/// <remarks>Costs two comparisons and a header look-up where there is nothing to do. Keys travel in a header that the page sets itself,
/// never in cookies, so any origin is let in and credentials are not.</remarks>
public static class ApiEdge
{
    private const string ExposedHeaders =
        "X-Generation-Id, X-OpenRouter-Cache-Status, X-OpenRouter-Cache-Age, X-OpenRouter-Cache-TTL, X-OpenRouter-Cache-Source-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Credit-Limit, X-Credit-Remaining, X-Request-Id, Request-Id, X-Token-Count-Source, ETag";

    /// <summary>Puts the edge in front of the API's endpoints. Call it before other middleware; routing has run by then.</summary>
    public static IApplicationBuilder UseApiEdge(this IApplicationBuilder app) => app.Use(static next => context => Handle(context, next));

    /// <summary>True for addresses of the API: below <c>/api/v1</c> or <c>/v1</c>, and those of Cohere's and Azure's clients.</summary>
    public static bool IsApi(PathString path) =>
        path.StartsWithSegments("/api/v1") || path.StartsWithSegments("/v1") || path.StartsWithSegments("/v2") || path.StartsWithSegments("/api/v2")
        || path.StartsWithSegments("/openai");

    private static Task Handle(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is not null && !IsApi(context.Request.Path))
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

        if (endpoint is null)
        {
            return ErrorResponse.WriteAsync(context, GatewayErrors.NoSuchRoute(MeantAddress.Of(context)?.Address));
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
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders; // clients add their own, in every version others
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
