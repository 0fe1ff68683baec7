using System.Diagnostics;
using System.Text.Json;
using Turnpike.Catalog;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Configuration.Tests;

public sealed class ShippedCatalogTests : IDisposable
{
    private static readonly string Shipped = SettingsSources.Default.CatalogDirectory;
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_of_it_is_valid_at_once()
    {
        var content = Everything();

        Assert.True(content.Providers.Length > 30, "providers: " + content.Providers.Length);
        Assert.Equal(content.Endpoints.Length, content.Endpoints.Select(static e => e.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(content.Providers, static p => Assert.True(p.Dialect == Dialects.Simulator || p.BaseUrl is { Scheme: "https" }, p.Id));
        Assert.All(content.Models, static m => Assert.NotEmpty(m.Name));
        Assert.All(content.Endpoints, AssertSanePrices);
        var snapshot = new CatalogSnapshot(content.Providers, content.Models, content.Endpoints, content.Aliases);
        Assert.Equal(content.Models.Length, snapshot.Models.Length);
        Assert.Equal(content.Endpoints.Length, snapshot.Models.Sum(static m => m.Endpoints.Length));
        Assert.All(content.Aliases, alias => Assert.Equal(alias.Value, snapshot.Find(alias.Key)?.Model.Id));
    }

    [Fact]
    public void Every_file_of_the_folder_is_in_the_index_and_every_model_is_used()
    {
        var used = Everything().Models.Select(static m => m.Id).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(Index().Select(static p => p.Id).Order(StringComparer.Ordinal), Names("providers"));
        Assert.All(Names("models"), author => Assert.All(ModelIds(author), id =>
        {
            Assert.StartsWith(author + "/", id, StringComparison.Ordinal);
            Assert.Contains(id, used);
        }));
    }

    [Fact]
    public void Only_the_files_of_enabled_providers_are_read()
    {
        // A catalogue of which all but what is needed cannot be read as JSON.
        var copy = Directory.CreateDirectory(_folder.File("catalog")).FullName;
        foreach (var part in new[] { "providers", "models" })
        {
            Directory.CreateDirectory(Path.Combine(copy, part));
            foreach (var name in Names(part))
            {
                File.WriteAllText(Path.Combine(copy, part, name + ".json"), "not json");
            }
        }

        File.Copy(Path.Combine(Shipped, "index.json"), Path.Combine(copy, "index.json"));
        File.Copy(Path.Combine(Shipped, "providers", "anthropic.json"), Path.Combine(copy, "providers", "anthropic.json"), overwrite: true);
        File.Copy(Path.Combine(Shipped, "models", "anthropic.json"), Path.Combine(copy, "models", "anthropic.json"), overwrite: true);
        _folder.Sources = SettingsSources.Default with { CatalogDirectory = copy };

        Assert.Equal(2, _folder.WithVariable("ANTHROPIC_API_KEY", "k").Settings().Catalog.Providers.Length);
    }

    [Fact]
    public void All_providers_are_loaded_in_little_time()
    {
        Everything();
        var best = Enumerable.Range(0, 10).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Everything();
            return Stopwatch.GetElapsedTime(start);
        });

        // The aim is 50 ms; a busy machine of the test run gets ten times that.
        TestContext.Current.SendDiagnosticMessage($"the whole shipped catalogue in {best.TotalMilliseconds:F1} ms");
        Assert.True(best < TimeSpan.FromMilliseconds(500), $"{best.TotalMilliseconds:F1} ms");
    }

    private CatalogContent Everything()
    {
        foreach (var (_, variables) in Index())
        {
            _folder.WithVariable(variables[0], "k");
        }

        return _folder.Settings().Catalog;
    }

    private static void AssertSanePrices(Endpoint endpoint)
    {
        var max = NanoUsd.FromUsd(2_000);
        Assert.All(endpoint.Prices.Tiers.Select(static t => t.Prices).Append(endpoint.Prices), sheet =>
        {
            Assert.True(sheet.Prompt <= max && sheet.Completion <= max, endpoint.Id + " is dear");
            Assert.True(sheet.Prompt.IsZero == sheet.Completion.IsZero, endpoint.Id + " is free by half");
            Assert.True(sheet.CacheRead is null || sheet.CacheRead <= sheet.Prompt, endpoint.Id + ": reading the cache costs more than not");
            Assert.True(endpoint.Model.IsFreeVariant is false || sheet.IsFree, endpoint.Id + " is called free and is not");
        });
    }

    private static (string Id, string[] Variables)[] Index()
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped, "index.json")));
        return [.. index.RootElement.GetProperty("providers").EnumerateArray().Select(static p => (
            p.GetProperty("id").GetString()!,
            p.GetProperty("variables").EnumerateArray().Select(static v => v.GetString()!).ToArray()))];
    }

    private static IEnumerable<string> Names(string part) =>
        Directory.GetFiles(Path.Combine(Shipped, part)).Select(static f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    private static string[] ModelIds(string author)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped, "models", author + ".json")));
        return [.. file.RootElement.GetProperty("models").EnumerateArray().Select(static m => m.GetProperty("id").GetString()!)];
    }
}
