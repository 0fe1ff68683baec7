using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Routing.Selection;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>The names that stand for no model, as services.</summary>
internal static class AutoHosting
{
    /// <summary>Adds the selectors; without a table of figures from the host every model goes by the rule.</summary>
    public static void AddAutoModels(this IServiceCollection services)
    {
        services.TryAddSingleton(QualityTable.Empty);
        services.AddSingleton<IModelSelector, AutoRouter>();
        services.AddSingleton<IModelSelector, FreeSelector>();
    }
}
