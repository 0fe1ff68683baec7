using System.Text.Json;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Surfaces.Providers;

/// <summary><c>GET /providers</c>. Public.</summary>
internal static class ProvidersSurface
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var catalog = api.ServiceProvider.GetRequiredService<ICatalog>();
        api.MapRead("/providers", context => SurfaceJson.AnswerAsync(context, catalog.Current, Write));
    }

    private static void Write(Utf8JsonWriter writer, CatalogSnapshot snapshot)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("data"u8);
        foreach (var provider in snapshot.Providers)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, provider.Name);
            writer.WriteString("slug"u8, provider.Id);
            writer.WriteString("privacy_policy_url"u8, provider.PrivacyPolicyUrl);
            writer.WriteString("terms_of_service_url"u8, provider.TermsOfServiceUrl);
            writer.WriteString("status_page_url"u8, provider.StatusPageUrl);
            writer.WriteString("headquarters"u8, provider.Headquarters);
            if (provider.Datacenters.IsDefaultOrEmpty)
            {
                writer.WriteNull("datacenters"u8);
            }
            else
            {
                writer.WriteStrings("datacenters"u8, provider.Datacenters);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
