using Turnpike.Core.Catalog;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Surfaces;

public sealed class ModelNamesTests
{
    [Theory]
    [InlineData("acme/swift4o", "acme/swift-4o")]
    [InlineData("other/swift-4o", "acme/swift-4o acme/swift-4o:free")]
    [InlineData("ACME/SWIFT-4O", "acme/swift-4o acme/swift-4o:free")]
    [InlineData("bolt/deep", "bolt/deep-1")]
    [InlineData("nothing/like-any-of-them", "")]
    [InlineData("", "")]
    public void The_nearest_names_are_found(string name, string near)
    {
        var found = ModelNames.Near(new TestCatalog().Current, name);

        Assert.Equal(near, string.Join(' ', found));
    }

    [Fact]
    public void A_name_of_any_length_is_looked_at_safely() => Assert.Empty(ModelNames.Near(new TestCatalog().Current, new string('x', 100_000)));
}
