using System.Globalization;
using Turnpike.Catalog;

namespace Turnpike.Commands;

/// <summary>How much a catalogue holds.</summary>
/// <param name="PricedEndpoints">Those that cost something; all of them have a known price.</param>
internal sealed record CatalogFigures(int Models, int Providers, int Endpoints, int PricedEndpoints)
{
    public static CatalogFigures Of(CatalogContent content) =>
        new(content.Models.Length, content.Providers.Length, content.Endpoints.Length, content.Endpoints.Count(static e => !e.Prices.IsFree));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Models} models, {Providers} providers, {Endpoints} endpoints ({PricedEndpoints} of them cost something)");
}
