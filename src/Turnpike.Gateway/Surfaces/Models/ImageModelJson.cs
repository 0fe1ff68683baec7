using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>Writes models that make images and their endpoints: <c>ImageModelListItem</c>, <c>ImageModelEndpointsResponse</c>.</summary>
internal static class ImageModelJson
{
    /// <summary>As many as the surface takes.</summary>
    private const int ImagesMax = 10;

    public static void WriteModel(Utf8JsonWriter writer, ModelEntry entry)
    {
        var model = entry.Model;
        writer.WriteStartObject();
        writer.WriteString("id"u8, model.Id);
        writer.WriteString("name"u8, model.Name);
        writer.WriteString("description"u8, model.Description);
        writer.WriteNumber("created"u8, Math.Max(0, model.Created.ToUnixTimeSeconds()));
        writer.WriteStartObject("architecture"u8);
        writer.WriteStrings("input_modalities"u8, model.InputModalities);
        writer.WriteStrings("output_modalities"u8, model.OutputModalities);
        writer.WriteEndObject();
        WriteParameters(writer, model, entry.Endpoints.SelectMany(static e => e.SupportedParameters));
        writer.WriteBoolean("supports_streaming"u8, false);
        writer.WriteString("endpoints"u8, $"/api/v1/images/models/{model.Id}/endpoints");
        writer.WriteEndObject();
    }

    public static void WriteEndpoints(Utf8JsonWriter writer, ModelEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, entry.Model.Id);
        writer.WriteStartArray("endpoints"u8);
        foreach (var endpoint in entry.Endpoints)
        {
            writer.WriteStartObject();
            writer.WriteString("provider_name"u8, endpoint.Provider.Name);
            writer.WriteString("provider_slug"u8, endpoint.Provider.Id);
            writer.WriteString("provider_tag"u8, endpoint.Tag);
            WriteParameters(writer, entry.Model, endpoint.SupportedParameters);
            writer.WriteStartArray("allowed_passthrough_parameters"u8);
            writer.WriteEndArray();
            writer.WriteBoolean("supports_streaming"u8, false);
            WritePrices(writer, endpoint.Prices);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // What values a parameter takes is the provider's business; only how many images there may be is ours.
    private static void WriteParameters(Utf8JsonWriter writer, Model model, IEnumerable<string> names)
    {
        writer.WriteStartObject("supported_parameters"u8);
        writer.WriteStartObject("n"u8);
        writer.WriteString("type"u8, "range"u8);
        writer.WriteNumber("min"u8, 1);
        writer.WriteNumber("max"u8, OperationOutputs.IsAskedByChat(model) ? 1 : ImagesMax);
        writer.WriteEndObject();
        foreach (var name in names.Where(static n => n != "n").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            writer.WriteStartObject(name);
            writer.WriteString("type"u8, "boolean"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WritePrices(Utf8JsonWriter writer, PriceSheet prices)
    {
        writer.WriteStartArray("pricing"u8);
        WritePrice(writer, "output_image", "image", prices.ImageOutput?.ToString());
        WritePrice(writer, "output_image", "token", (prices.ImageOutputTokens ?? prices.Completion) is { IsZero: false } made ? PricingJson.PerToken(made) : null);
        WritePrice(writer, "input_image", "image", prices.Image?.ToString());
        WritePrice(writer, "input_image", "token", prices.ImageTokens is { } given ? PricingJson.PerToken(given) : null);
        WritePrice(writer, "input_text", "token", prices.Prompt.IsZero ? null : PricingJson.PerToken(prices.Prompt));
        writer.WriteEndArray();
    }

    private static void WritePrice(Utf8JsonWriter writer, string billable, string unit, string? usd)
    {
        if (usd is null)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("billable"u8, billable);
        writer.WriteString("unit"u8, unit);
        writer.WritePropertyName("cost_usd"u8);
        writer.WriteRawValue(usd, skipInputValidation: true);
        writer.WriteEndObject();
    }
}
