using System.Text.Encodings.Web;
using System.Text.Json;
using Turnpike.Catalog.Shipped;
using Turnpike.Configuration;
using Turnpike.Configuration.Documents;

namespace Turnpike.Catalog.Building;

/// <summary>Makes a catalogue that can ship of a folder of facts: checks all of it, and writes it in one form whoever wrote the facts.</summary>
/// <remarks>The facts have the layout of the catalogue (catalog/README.md): <c>index.json</c>, <c>providers/ID.json</c>,
/// <c>models/AUTHOR.json</c>. What is built of a catalogue is that catalogue, byte for byte.</remarks>
internal sealed class CatalogBuilder(string from, DateOnly today)
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads and checks the facts.</summary>
    /// <returns>What they come to, and what is wrong with them; the content is of use only when nothing is.</returns>
    public (CatalogContent Content, IReadOnlyList<string> Faults) Check()
    {
        var nobody = new Dictionary<string, string>();
        var context = new ReadingContext { Faults = new(), Secrets = new(nobody, from), Today = today };
        if (!File.Exists(Path.Combine(from, "index.json")))
        {
            return (CatalogContent.Empty, [$"{from} has no index.json"]);
        }

        var shipped = ShippedCatalog.Open(from, context);
        var content = new CatalogAssembly(shipped, nobody, context) { EveryProvider = true }.Build(CatalogContent.Empty, null, null);
        return context.Faults.Count > 0
            ? (content, [.. context.Faults.InOrder().Select(static f => f.ToString())])
            : (content, [.. UnusedFiles(shipped), .. UnusedModels(content), .. CatalogRules.Faults(content, shipped.Providers)]);
    }

    /// <summary>Writes what was checked; other files of the layout that stand in the folder are taken away.</summary>
    /// <param name="to">May be the folder of the facts.</param>
    public void Write(string to)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal) { ["index.json"] = Lists("index.json", null, "providers") };
        foreach (var name in Names("providers"))
        {
            var file = Path.Combine("providers", name + ".json");
            files[file] = Lists(file, static e => $"{Text(e, "model")} {Text(e, "upstreamModel")} {Text(e, "id")}", "providers", "endpoints");
        }

        foreach (var name in Names("models"))
        {
            var file = Path.Combine("models", name + ".json");
            files[file] = Lists(file, static e => Text(e, "id"), "models");
        }

        foreach (var part in (string[])["providers", "models"])
        {
            foreach (var file in Directory.GetFiles(Directory.CreateDirectory(Path.Combine(to, part)).FullName, "*.json"))
            {
                if (!files.ContainsKey(Path.Combine(part, Path.GetFileName(file))))
                {
                    File.Delete(file);
                }
            }
        }

        foreach (var (file, bytes) in files)
        {
            File.WriteAllBytes(Path.Combine(to, file), bytes);
        }
    }

    private IEnumerable<string> UnusedFiles(ShippedCatalog shipped) => Names("providers")
        .Where(name => shipped.Find(name) is null)
        .Select(static name => $"providers/{name}.json is not in index.json.");

    private IEnumerable<string> UnusedModels(CatalogContent content)
    {
        var used = content.Models.Select(static m => m.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var author in Names("models"))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(from, "models", author + ".json")), Lenient);
            foreach (var model in document.RootElement.GetProperty("models").EnumerateArray())
            {
                var id = Text(model, "id");
                if (!used.Contains(id))
                {
                    yield return $"models/{author}.json: no endpoint has the model {id}.";
                }
            }
        }
    }

    private IEnumerable<string> Names(string part) => Directory.Exists(Path.Combine(from, part))
        ? Directory.GetFiles(Path.Combine(from, part), "*.json").Select(static f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)
        : [];

    /// <summary>A file with lists of objects, a line for each object.</summary>
    /// <param name="order">What objects are sorted by; null keeps their order.</param>
    private byte[] Lists(string file, Func<JsonElement, string>? order, params string[] lists)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(from, file)), Lenient);
        using var output = new MemoryStream();
        output.Write("{\n"u8);
        for (var i = 0; i < lists.Length; i++)
        {
            output.Write(JsonSerializer.SerializeToUtf8Bytes(lists[i]));
            output.Write(": [\n"u8);
            JsonElement[] items = document.RootElement.TryGetProperty(lists[i], out var list) ? [.. list.EnumerateArray()] : [];
            items = order is null ? items : [.. items.OrderBy(order, StringComparer.Ordinal)];
            for (var j = 0; j < items.Length; j++)
            {
                using (var writer = new Utf8JsonWriter(output, OneLine))
                {
                    items[j].WriteTo(writer);
                }

                output.Write(j + 1 < items.Length ? ",\n"u8 : "\n"u8);
            }

            output.Write(i + 1 < lists.Length ? "],\n"u8 : "]\n"u8);
        }

        output.Write("}\n"u8);
        return output.ToArray();
    }

    private static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : ""; // It is a text.
}
