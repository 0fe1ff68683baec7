namespace Turnpike.Gateway.Surfaces.Errors;

/// <summary>An address of the API that a client probably meant. Clients join base URLs and paths badly: <c>//chat/completions</c>,
/// <c>/v1/v1/messages</c>, no <c>/v1</c> at all.</summary>
/// <param name="Shape">How errors are told there; null for OpenRouter's way.</param>
internal readonly record struct MeantAddress(string Address, IErrorShape? Shape)
{
    private const string Base = "/api/v1";

    /// <summary>The longest address with whose end that of the request ends; null where there is none.</summary>
    public static MeantAddress? Of(HttpContext context)
    {
        var path = (context.Request.Path.Value ?? "").TrimEnd('/');
        MeantAddress? best = null;
        foreach (var known in Addresses(context))
        {
            if (known.Address.Length > (best?.Address.Length ?? Base.Length) && known.Address.StartsWith(Base, StringComparison.Ordinal)
                && path.EndsWith(known.Address[Base.Length..], StringComparison.OrdinalIgnoreCase))
            {
                best = known;
            }
        }

        return best;
    }

    /// <summary>All without a variable part.</summary>
    public static IEnumerable<MeantAddress> Addresses(HttpContext context)
    {
        var endpoints = context.RequestServices?.GetService<EndpointDataSource>()?.Endpoints ?? [];
        return endpoints.OfType<RouteEndpoint>()
            .Where(static e => e.RoutePattern.Parameters.Count == 0)
            .Select(static e => new MeantAddress("/" + e.RoutePattern.RawText!.Trim('/'), e.Metadata.GetMetadata<IErrorShape>())); // a mapped address has a text
    }
}
