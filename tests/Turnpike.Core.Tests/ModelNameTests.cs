using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Endpoint = Turnpike.Core.Catalog.Endpoint;

namespace Turnpike.Core.Tests;

public sealed class ModelNameTests
{
    private static readonly CatalogSnapshot Catalog = Snapshot(
        ["acme/swift-4", "acme/swift-4:free", "acme/swift-4:thinking", "acme/swift-3", "bolt/deep-1", "bolt/deep-2:free", "other/deep-1"],
        new() { ["acme/swift-4o"] = "acme/swift-4", ["swift"] = "acme/swift-4" });

    [Theory]
    [InlineData("acme/swift-4", "acme/swift-4", null, "", false, null)]
    [InlineData("acme/swift-4:free", "acme/swift-4", "free", "", false, null)]
    [InlineData("acme/swift-4:nitro:free:online", "acme/swift-4", "free", "nitro online", false, null)]
    [InlineData("acme/swift-4:floor:nitro", "acme/swift-4", null, "floor nitro", false, null)]
    [InlineData("acme/swift-4:free:batch", "acme/swift-4", "free:batch", "", false, null)]
    [InlineData("~acme/swift-latest:exacto", "acme/swift-latest", null, "exacto", true, null)]
    [InlineData("acme/swift-4:floor@preset/support", "acme/swift-4", null, "floor", false, "support")]
    [InlineData("@preset/support", "", null, "", false, "support")]
    [InlineData("@cf/acme/swift", "@cf/acme/swift", null, "", false, null)]
    [InlineData("", "", null, "", false, null)]
    [InlineData("::", "", ":", "", false, null)]
    public void A_name_is_taken_apart(string text, string slug, string? variant, string routing, bool latest, string? preset)
    {
        var name = ModelName.Parse(text);

        Assert.Equal((slug, variant, latest, preset), (name.Slug, name.CatalogVariant, name.IsLatest, name.Preset));
        Assert.Equal(routing, string.Join(' ', name.RoutingVariants));
    }

    [Theory]
    [InlineData("acme/swift-4", "acme/swift-4")]
    [InlineData("acme/swift-4:nitro", "acme/swift-4")]
    [InlineData("acme/swift-4:free:online", "acme/swift-4:free")]
    [InlineData("acme/swift-4:floor:free", "acme/swift-4:free")]
    [InlineData("acme/swift-4-canonical:free", "acme/swift-4:free")]
    [InlineData("acme/swift-4-canonical", "acme/swift-4")]
    [InlineData("acme/swift-4o:free:nitro", "acme/swift-4:free")]
    [InlineData("swift:thinking", "acme/swift-4:thinking")]
    [InlineData("swift-3", "acme/swift-3")]
    [InlineData("swift-3:thinking", "acme/swift-3")]
    [InlineData("swift-3:beta:floor", "acme/swift-3")]
    [InlineData("acme/swift-4:free:extended", "acme/swift-4:free")]
    [InlineData("deep-2:free", "bolt/deep-2:free")]
    [InlineData("~acme/swift-latest", "acme/swift-4")]
    [InlineData("~acme/swift-latest:free:nitro", "acme/swift-4:free")]
    [InlineData("acme/swift-4@preset/x", "acme/swift-4")]
    public void A_name_finds_the_model_that_it_means(string name, string id) =>
        Assert.Equal(id, Catalog.Find(ModelName.Parse(name))?.Model.Id);

    [Theory]
    [InlineData("acme/swift-3:free", "what is free is never answered by what costs money")]
    [InlineData("acme/swift-3:batch", "a price that there is not")]
    [InlineData("acme/swift-4:free:batch", "two entries at once")]
    [InlineData("bolt/deep-2", "a paid model by its free entry")]
    [InlineData("deep-1", "two authors have it")]
    [InlineData("~acme/swift-4", "no family")]
    [InlineData("~acme/slow-latest", "a family that nobody has")]
    [InlineData("@preset/x", "no model at all")]
    [InlineData("", "nothing")]
    public void What_is_not_there_is_not_found(string name, string why) => Assert.True(Catalog.Find(ModelName.Parse(name)) is null, why);

    [Fact]
    public void The_newest_of_a_family_is_the_one_that_came_last_and_can_be_called()
    {
        Assert.Equal("acme/swift-4", Catalog.Latest["acme/swift"].Model.Id);
        Assert.Equal("acme/swift-3", Snapshot(["acme/swift-3", "acme/swift-4:free"], []).Latest["acme/swift"].Model.Id);
    }

    private static CatalogSnapshot Snapshot(string[] ids, Dictionary<string, string> aliases)
    {
        var provider = new Provider { Id = "p", Name = "P" };
        Model[] models = [.. ids.Select(static id => new Model
        {
            Id = id,
            Name = id,
            CanonicalSlug = id.Split(':')[0] + "-canonical",
            Family = id.StartsWith("acme/swift", StringComparison.Ordinal) ? "swift" : null,
            Created = DateTimeOffset.UnixEpoch.AddDays(id.Contains('4', StringComparison.Ordinal) ? 4 : 3),
        })];
        return new([provider], [.. models], [.. models.Select(m => new Endpoint
        {
            Id = m.Id, Model = m, Provider = provider, UpstreamModel = m.Id, Tag = "p", Prices = PriceSheet.Free,
        })], aliases);
    }
}
