using Microsoft.AspNetCore.Http;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing;

/// <summary>A request that wants a route.</summary>
/// <param name="Body">The caller's bytes.</param>
/// <param name="SessionHeader">The header <c>x-session-id</c>; null when it was not sent.</param>
internal readonly record struct RouteQuery(InferenceRequest Request, ReadOnlyMemory<byte> Body, KeyState Key, string? SessionHeader)
{
    /// <summary>What request, key and account wish of providers; set by the router.</summary>
    public LayeredWishes Wishes { get; init; } = LayeredWishes.None;

    /// <summary>Nothing will be sent: somebody only wants to know.</summary>
    public bool IsDry { get; init; }

    /// <summary>The session: the body's before the header's before the cache key; null when none is named.</summary>
    public string? Session => Request.SessionId ?? SessionHeader ?? Request.PromptCacheKey;

    private const int SessionLengthMax = 256;

    /// <summary>The session that the headers name; null when they name none, or none that can be kept.</summary>
    public static string? SessionOf(IHeaderDictionary headers) =>
        headers["x-session-id"] is [{ Length: > 0 and <= SessionLengthMax } session, ..] ? session : null;
}
