using Turnpike.Core.Catalog;

namespace Turnpike.Configuration.Tests;

/// <summary>The table of how good models are, catalog/quality.json.</summary>
public sealed class QualityTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_shipped_table_is_valid_and_has_figures_for_the_models_it_names()
    {
        var quality = _folder.With("{}").Settings().Quality;

        Assert.True(quality.Count > 100, "models: " + quality.Count);
        Assert.Equal("openrouter", quality.Of(new(new Model { Id = "anthropic/claude-opus-5", Name = "x" }, [])).Source);
        Assert.Equal(QualityTable.Family, quality.Of(new(new Model { Id = "anthropic/claude-opus-5-fast", Name = "x" }, [])).Source);
        Assert.Equal(QualityTable.Rule, quality.Of(new(new Model { Id = "nobody/nothing", Name = "x" }, [])).Source);
    }

    [Fact]
    public void What_is_wrong_with_a_table_is_named_by_its_field()
    {
        var copy = Directory.CreateDirectory(_folder.File("catalog")).FullName;
        File.Copy(Path.Combine(SettingsSources.Default.CatalogDirectory, "index.json"), Path.Combine(copy, "index.json"));
        File.WriteAllText(Path.Combine(copy, "quality.json"), """
            {
              "date": "soon",
              "sources": [{"id": "s", "name": "S", "url": "https://s.example"}],
              "models": [
                {"model": "a/b", "reasoning": 101, "source": "s", "date": "2026-08-01"},
                {"model": "a/b", "reasoning": 1, "source": "t", "date": "2026-08-01"},
                {"model": "a/c", "source": "s", "date": "2026-08-01"}
              ]
            }
            """);
        _folder.Sources = SettingsSources.Default with { CatalogDirectory = copy };

        var faults = string.Join('\n', _folder.With("{}").Load().Faults.Select(static f => f.ToString()));
        foreach (var field in new[] { "date: must be a date", "models[0].reasoning: must be from 0 to 100", "models[1].source: must be the id of one of", "models[1].model: is given twice", "models[2].reasoning: is missing" })
        {
            Assert.Contains(field, faults, StringComparison.Ordinal);
        }
    }
}
