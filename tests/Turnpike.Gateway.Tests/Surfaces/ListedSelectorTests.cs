using System.Net;
using Turnpike.Gateway.Routing.Auto;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Surfaces;

/// <summary>Names that stand for no model, in the lists that clients let people choose from.</summary>
public sealed class ListedSelectorTests
{
    [Fact]
    public async Task They_follow_the_models_with_what_those_can_do_together()
    {
        await using var host = await StartAsync();

        var list = await host.JsonAsync("/api/v1/models");

        Assert.Equal(
            ["acme/swift-4o", "acme/swift-4o:free", "bolt/deep-1", "openrouter/auto", "openrouter/free"],
            list.GetProperty("data").EnumerateArray().Select(static m => m.GetProperty("id").GetString()!));
        var auto = list.GetProperty("data")[3];
        Assert.Equal("""{"prompt":"-1","completion":"-1"}""", auto.GetProperty("pricing").GetRawText());
        Assert.Equal(1_048_576, auto.GetProperty("context_length").GetInt32());
        Assert.Equal("""["text","image"]""", auto.GetProperty("architecture").GetProperty("input_modalities").GetRawText());
        Assert.Contains("tools", auto.GetProperty("supported_parameters").EnumerateArray().Select(static p => p.GetString()));
        Assert.Equal("openrouter", auto.GetProperty("owned_by").GetString());
        var free = list.GetProperty("data")[4];
        Assert.Equal("0", free.GetProperty("pricing").GetProperty("prompt").GetString());
        Assert.Equal(32_000, free.GetProperty("context_length").GetInt32());
    }

    [Theory]
    [InlineData("q=openrouter", "openrouter/auto openrouter/free")]
    [InlineData("q=openrouter&max_price=100", "openrouter/free")]
    [InlineData("q=openrouter&supported_parameters=tools", "openrouter/auto")]
    [InlineData("q=openrouter&providers=acme", "openrouter/free")]
    [InlineData("model_authors=openrouter&sort=pricing-low-to-high", "openrouter/free openrouter/auto")]
    [InlineData("model_authors=openrouter&sort=pricing-high-to-low", "openrouter/free openrouter/auto")]
    public async Task Filters_and_orders_hold_for_them(string query, string ids)
    {
        await using var host = await StartAsync();

        var list = await host.JsonAsync("/api/v1/models?" + query);

        Assert.Equal(ids, string.Join(' ', list.GetProperty("data").EnumerateArray().Select(static m => m.GetProperty("id").GetString())));
    }

    [Theory]
    [InlineData("model/openrouter/auto", "openrouter/auto")]
    [InlineData("model/openrouter/auto:nitro", "openrouter/auto")]
    [InlineData("model/turnpike/auto", "openrouter/auto")]
    [InlineData("models/openrouter/free/endpoints", "openrouter/free")]
    public async Task They_are_found_by_name(string path, string id)
    {
        await using var host = await StartAsync();

        Assert.Equal(id, (await host.JsonAsync("/api/v1/" + path)).GetProperty("data").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_row_without_a_model_to_choose_is_left_out()
    {
        await using var host = await StartAsync();
        host.Catalog.Current = new([TestCatalog.Bolt], [TestCatalog.Swift], [TestCatalog.SwiftAtBolt]);

        using var reply = await host.Client.GetAsync("/api/v1/model/openrouter/free", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.DoesNotContain("openrouter/free", (await host.JsonAsync("/api/v1/models")).GetRawText(), StringComparison.Ordinal);
    }

    private static Task<SurfaceHost> StartAsync() => SurfaceHost.StartAsync(static b => b.Services.AddAutoModels());
}
