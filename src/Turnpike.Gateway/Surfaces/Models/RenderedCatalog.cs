using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>A snapshot of the catalogue as JSON, rendered once. Filtered lists are put together from the models' own bytes.</summary>
internal sealed class RenderedCatalog
{
    private RenderedCatalog(CatalogSnapshot snapshot, ImmutableArray<RenderedModel> models)
    {
        Snapshot = snapshot;
        Models = models;
        List = Join([.. models.Where(static m => m.Entry.Model.OutputModalities.Contains("text"))], null, null);
        ListGzip = Compress(List);
        ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(List.Span).AsSpan(0, 12))}\"";
    }

    public CatalogSnapshot Snapshot { get; }

    public ImmutableArray<RenderedModel> Models { get; }

    /// <summary>The answer to <c>GET /models</c> without parameters: every model that puts out text.</summary>
    public ReadOnlyMemory<byte> List { get; }

    public ReadOnlyMemory<byte> ListGzip { get; }

    public string ETag { get; }

    /// <param name="selectors">Names that stand for no model, in the form of models: they follow these.</param>
    public static RenderedCatalog Of(CatalogSnapshot snapshot, IEnumerable<ModelEntry> selectors, ModelFigures figures) =>
        new(snapshot, [.. snapshot.Models.Concat(selectors).Select(m => RenderedModel.Of(m, figures)), .. snapshot.Latest.OrderBy(static f => f.Key, StringComparer.Ordinal).Select(f => RenderedModel.Of(f.Value, figures, $"~{f.Key}-latest"))]);

    /// <summary>The envelope of a list.</summary>
    /// <param name="models">The models to show.</param>
    /// <param name="total">How many there are in all pages; null when these are all.</param>
    /// <param name="next">The address of the next page; null when there is none.</param>
    public static ReadOnlyMemory<byte> Join(IReadOnlyList<RenderedModel> models, int? total, string? next)
    {
        var output = new ArrayBufferWriter<byte>(models.Sum(static m => m.Json.Length + 1) + 256);
        using (var writer = new Utf8JsonWriter(output, SurfaceJson.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var model in models)
            {
                writer.WriteRawValue(model.Json.Span, skipInputValidation: true);
            }

            writer.WriteEndArray();
            writer.WriteNumber("total_count"u8, total ?? models.Count);
            writer.WriteStartObject("links"u8);
            writer.WriteString("next"u8, next);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes.Span);
        }

        return compressed.ToArray();
    }
}

/// <summary>A model and its JSON.</summary>
/// <param name="Alias">The name by which it is the newest of its family; null for the model itself.</param>
internal sealed record RenderedModel(ModelEntry Entry, string? Alias, ReadOnlyMemory<byte> Json)
{
    public static RenderedModel Of(ModelEntry entry, ModelFigures figures, string? alias = null) =>
        new(entry, alias, SurfaceJson.Render((entry, figures, alias), static (writer, m) => ModelJson.WriteModel(writer, m.entry, m.figures, m.alias)));
}
