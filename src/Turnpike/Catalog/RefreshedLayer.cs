using Turnpike.Catalog.Documents;
using Turnpike.Catalog.Shipped;
using Turnpike.Configuration.Documents;

namespace Turnpike.Catalog;

/// <summary>The layer of the overlay in the data folder: newer prices of known endpoints, and models and endpoints that do not ship.</summary>
/// <remarks>What it says of providers that are off is of no consequence, as with what ships.</remarks>
internal sealed class RefreshedLayer(CatalogDraft draft, ShippedLayer shipped)
{
    public void Read(ObjectReader root)
    {
        foreach (var o in root.Objects("models"))
        {
            if (o.Text("id", Slugs.ModelFault) is { } id)
            {
                draft.Set(ModelReader.Read(o, shipped.FindModel(id) ?? new() { Id = id, Name = id, Created = DateTimeOffset.UnixEpoch }));
            }

            o.Done();
        }

        foreach (var o in root.Objects("endpoints"))
        {
            var provider = o.Text("provider", Slugs.ProviderFault) ?? "";
            if (draft.FindProvider(provider) is not null)
            {
                ReadEndpoint(o, provider);
            }
        }

        // For people: where the file comes from.
        root.Ignore("refreshed");
        root.Done();
    }

    private void ReadEndpoint(ObjectReader o, string provider)
    {
        var model = o.Text("model", Slugs.ModelFault);
        var upstream = o.Text("upstreamModel", charsMax: 300);
        if (model is null || upstream is null)
        {
            o.Fault(model is null ? "model" : "upstreamModel", "is missing");
            return;
        }

        var places = draft.PlacesOf(provider, model, upstream);
        if (places.Count > 0)
        {
            draft.Replace(places[0], EndpointReader.Read(o, draft.At(places[0]), isNew: false));
        }
        else if (shipped.FindModel(model) is null)
        {
            o.Fault("model", "is not known");
        }
        else
        {
            draft.Add(EndpointReader.Read(o, new() { Provider = provider, Model = model, UpstreamModel = upstream }, isNew: true));
        }

        o.Done();
    }
}
