using Turnpike.Gateway.Surfaces.Credits;
using Turnpike.Gateway.Surfaces.Generations;
using Turnpike.Gateway.Surfaces.Keys;
using Turnpike.Gateway.Surfaces.Models;
using Turnpike.Gateway.Surfaces.Providers;

namespace Turnpike.Gateway.Surfaces;

/// <summary>The addresses that are only read: models, providers, the caller's key and credit, generations.</summary>
public static class ReadSurfaces
{
    /// <summary>Maps them below <paramref name="api"/>, which stands at <c>/api/v1</c> or <c>/v1</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        ArgumentNullException.ThrowIfNull(api);
        ModelsSurface.Map(api);
        ProvidersSurface.Map(api);
        KeySurface.Map(api);
        CreditsSurface.Map(api);
        GenerationSurface.Map(api);
    }
}
