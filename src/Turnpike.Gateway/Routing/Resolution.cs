using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing;

/// <summary>Finds what a model's name means: an entry of the catalogue, with what its routing variants ask for.</summary>
internal static class Resolution
{
    private const string Free = "free";

    /// <summary>The model of a name; null when there is none. <c>:free</c> never means the paid model.</summary>
    public static RequestedModel? Find(CatalogSnapshot catalog, string name)
    {
        if (catalog.Find(name) is { } exact)
        {
            return new(name, exact.Model, exact.Endpoints, Sort: null);
        }

        var parsed = ModelName.Parse(name);
        return catalog.Find(parsed) is { } found ? new(name, found.Model, found.Endpoints, SortOf(parsed)) : null;
    }

    /// <summary>The sort that a name's variants ask for, the last that does; null where none does.</summary>
    public static SortBy? SortOf(ModelName name)
    {
        SortBy? sort = null;
        foreach (var variant in name.RoutingVariants)
        {
            sort = SortWords.OfVariant(variant) ?? sort;
        }

        return sort;
    }

    /// <summary>Why none of a request's names means anything: of the first, a free variant that is not there any more, or a model that never was.</summary>
    public static GatewayError NotFound(CatalogSnapshot catalog, InferenceRequest request)
    {
        var error = NotFound(catalog, request.Model);
        return request.FallbackModels.IsEmpty ? error
            : error with { Availability = error.Availability! with { RequestedModels = [request.Model, .. request.FallbackModels] } }; // such errors have one
    }

    private static GatewayError NotFound(CatalogSnapshot catalog, string name)
    {
        var parsed = ModelName.Parse(name);
        return parsed.CatalogVariant == Free && catalog.Find(parsed with { CatalogVariant = null }) is { } paid
            ? GatewayErrors.FreeVariantEnded(name, paid.Model.Id)
            : GatewayErrors.ModelNotFound(name, ModelNames.Near(catalog, name));
    }
}
