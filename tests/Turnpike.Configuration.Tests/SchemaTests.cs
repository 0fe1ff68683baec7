using System.Text.Json;
using Turnpike.Catalog;
using Turnpike.Catalog.Shipped;
using Turnpike.Configuration.Documents;
using Turnpike.Configuration.Values;

namespace Turnpike.Configuration.Tests;

public sealed class SchemaTests
{
    // One of each, so that the reader asks for every field there is.
    private const string OneOfEach = """
        {
          "providers": [{ "id": "a", "baseUrl": "https://a.example", "headers": {} }],
          "models": [{ "id": "a/b" }],
          "endpoints": [{ "provider": "a", "model": "a/b", "upstreamModel": "b", "prices": { "prompt": 0, "completion": 0, "tiers": [{ "minPromptTokens": 1 }] } }]
        }
        """;

    [Fact]
    public void The_schema_and_the_reader_know_the_same_fields()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "docs", "turnpike.schema.json")));
        var fields = new SortedSet<string>(StringComparer.Ordinal);
        Collect(schema.RootElement, "", fields);

        Assert.Equal(fields, FieldsOfReader());
    }

    [Fact]
    public void Every_field_of_the_schema_is_described()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "docs", "turnpike.schema.json")));

        AssertDescribed(schema.RootElement, "");
    }

    [Fact]
    public void The_document_names_every_field()
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "configuration.md"));

        Assert.All(FieldsOfReader(), field => Assert.Contains($"`{field[(field.LastIndexOf('.') + 1)..]}`", document, StringComparison.Ordinal));
    }

    [Fact]
    public void The_samples_of_the_document_are_valid()
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "configuration.md"));
        var samples = document.Split("```jsonc\n").Skip(1).Select(static s => s[..s.IndexOf("```", StringComparison.Ordinal)]).ToList();

        Assert.NotEmpty(samples);
        Assert.All(samples, static sample =>
        {
            using var folder = new Folder();
            folder.WithFile("acme.key", "k").WithVariable("ACME_KEY", "k").With(sample).Settings();
        });
    }

    private static SortedSet<string> FieldsOfReader()
    {
        var environment = new Dictionary<string, string>();
        var context = new ReadingContext
        {
            Faults = new(),
            Secrets = new SecretReader(environment, "/"),
            Today = new(2026, 8, 1),
            FieldsAsked = new(StringComparer.Ordinal),
        };
        var nothing = new ReadingContext { Faults = new(), Secrets = context.Secrets, Today = context.Today };
        var root = new ObjectReader(DocumentParser.Parse(new("sample", [.. System.Text.Encoding.UTF8.GetBytes(OneOfEach)]), context.Faults, context.Texts), context);
        ConfigurationReader.Read(root, "/");
        new CatalogAssembly(ShippedCatalog.Open("/nowhere", nothing), environment, context).Build(CatalogContent.Empty, null, root);
        Assert.Empty(context.Faults.InOrder());
        return context.FieldsAsked;
    }

    private static void Collect(JsonElement schema, string path, SortedSet<string> fields)
    {
        if (schema.TryGetProperty("items", out var items))
        {
            Collect(items, path + "[]", fields);
        }

        if (!schema.TryGetProperty("properties", out var properties))
        {
            return;
        }

        foreach (var property in properties.EnumerateObject())
        {
            var name = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            fields.Add(name);
            Collect(property.Value, name, fields);
        }
    }

    private static void AssertDescribed(JsonElement schema, string path)
    {
        if (schema.TryGetProperty("items", out var items))
        {
            AssertDescribed(items, path + "[]");
        }

        foreach (var property in schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject() : default)
        {
            Assert.True(property.Value.TryGetProperty("description", out _), $"{path}.{property.Name} is not described");
            AssertDescribed(property.Value, $"{path}.{property.Name}");
        }
    }
}
