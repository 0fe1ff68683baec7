using Microsoft.AspNetCore.Http.Features;

namespace Turnpike.Gateway.Replay;

/// <summary>A copy of a request that lives on when its connection does not.</summary>
internal static class DetachedContext
{
    /// <param name="body">Read already; copied.</param>
    /// <param name="left">Cancelled when nobody waits for the answer any more.</param>
    public static HttpContext Of(HttpContext http, ReadOnlyMemory<byte> body, CancellationToken left, IServiceProvider services)
    {
        var copy = new DefaultHttpContext { RequestServices = services, RequestAborted = left, TraceIdentifier = http.TraceIdentifier };
        copy.SetEndpoint(http.GetEndpoint());
        copy.Connection.RemoteIpAddress = http.Connection.RemoteIpAddress;
        copy.Features.Get<IHttpRequestFeature>()!.Protocol = http.Request.Protocol;
        var (from, to) = (http.Request, copy.Request);
        to.Method = from.Method;
        to.Scheme = from.Scheme;
        to.Host = from.Host;
        to.PathBase = from.PathBase;
        to.Path = from.Path;
        to.QueryString = from.QueryString;
        foreach (var (name, value) in from.Headers)
        {
            to.Headers[name] = value;
        }

        to.Body = new MemoryStream(body.ToArray(), writable: false);
        to.ContentLength = body.Length;
        return copy;
    }
}
