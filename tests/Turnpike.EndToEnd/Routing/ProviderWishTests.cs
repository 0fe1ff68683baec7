namespace Turnpike.EndToEnd.Routing;

/// <summary>Each field of <c>provider</c>, through the front door: what would be tried, and in which order.</summary>
public sealed class ProviderWishTests(RoutingFixture fixture) : IClassFixture<RoutingFixture>
{
    private const string ByPrice = "\"sort\":\"price\"";

    private static readonly string[] Cheapest = ["cheap-fp8", "mid-fp4", "dear-bf16", "mid-none"];

    [Fact]
    public async Task Sort_price_puts_the_cheapest_first_and_leaves_nobody_of_the_ordinary_tier_out() =>
        Assert.Equal(Cheapest, await OrderAsync(ByPrice));

    [Fact]
    public async Task Sort_as_an_object_means_the_same() =>
        Assert.Equal(Cheapest, await OrderAsync("\"sort\":{\"by\":\"price\",\"partition\":\"model\"}"));

    [Fact]
    public async Task Partition_none_sorts_the_endpoints_of_all_models_together()
    {
        const string Both = "\"models\":[\"test/second\"],\"max_tokens\":50";

        var apart = await fixture.OrderAsync(RoutingFixture.Many, $$"""{{Both}},"provider":{"sort":{"by":"price","partition":"model"},"ignore":["dear"]}""");
        var together = await fixture.OrderAsync(RoutingFixture.Many, $$"""{{Both}},"provider":{"sort":{"by":"price","partition":"none"},"ignore":["dear"]}""");

        Assert.Equal(["cheap-fp8", "mid-fp4", "mid-none", "second-cheap", "second-mid"], apart);
        Assert.Equal(["cheap-fp8", "second-cheap", "mid-fp4", "second-mid", "mid-none"], together);
    }

    [Theory]
    [InlineData("sort", "cheap-fp8 second-cheap mid-fp4 second-mid mid-none")]
    [InlineData("fallback", "cheap-fp8 mid-fp4 mid-none second-cheap second-mid")]
    public async Task Route_as_a_word_is_the_older_form_of_partition(string word, string order) =>
        Assert.Equal(order.Split(' '), await fixture.OrderAsync(
            RoutingFixture.Many, "\"route\":\"" + word + "\",\"models\":[\"test/second\"],\"max_tokens\":50,\"provider\":{\"sort\":\"price\",\"ignore\":[\"dear\"]}"));

    [Fact]
    public async Task Route_as_an_object_names_fallback_models() =>
        Assert.Equal(["open-dear", "second-cheap", "second-mid"], await fixture.OrderAsync(
            "test/open", "\"route\":{\"fallbacks\":[\"test/second\"]},\"provider\":{\"sort\":\"price\"}"));

    [Fact]
    public async Task Order_tries_those_named_first_and_then_the_rest_by_price() =>
        Assert.Equal(["dear-bf16", "cheap-fp8", "mid-fp4", "mid-none"], await OrderAsync("\"order\":[\"nobody\",\"dear\"]"));

    [Fact]
    public async Task Order_with_a_base_slug_means_all_regions_and_with_a_whole_one_exactly_one()
    {
        Assert.Equal(["mid-fp4", "mid-none", "cheap-fp8", "dear-bf16"], await OrderAsync("\"order\":[\"mid\"]"));
        Assert.Equal(["mid-none", "cheap-fp8", "mid-fp4", "dear-bf16"], await OrderAsync("\"order\":[\"mid/us-1\"]"));
    }

    [Fact]
    public async Task Order_admits_the_endpoint_of_a_tier_by_its_whole_slug_only()
    {
        Assert.Equal("mid-flex", (await OrderAsync("\"order\":[\"mid/flex\"]"))[0]);
        Assert.DoesNotContain("dear-priority", await OrderAsync("\"order\":[\"dear\"]"));
    }

    [Fact]
    public async Task A_sort_token_within_order_sorts() =>
        Assert.Equal(Cheapest, await OrderAsync("\"order\":[\":floor\"]"));

    [Fact]
    public async Task Without_fallbacks_only_the_first_or_those_named_are_tried()
    {
        Assert.Equal(["cheap-fp8"], await OrderAsync($"{ByPrice},\"allow_fallbacks\":false"));
        Assert.Equal(["mid-fp4", "mid-none"], await OrderAsync("\"order\":[\"mid\"],\"allow_fallbacks\":false"));
    }

    [Fact]
    public async Task Providers_are_named_by_id_or_by_name_in_any_case()
    {
        Assert.Equal(["mid-fp4", "mid-none"], await OrderAsync($"{ByPrice},\"only\":[\"MID\"]"));
        Assert.Equal(["mid-fp4", "mid-none"], await OrderAsync($"{ByPrice},\"only\":[\"Mid Inc\"]"));
        Assert.Equal(["dear-bf16", "mid-none"], await OrderAsync($"{ByPrice},\"ignore\":[\"cheap INC\",\"mid/EU-1\"]"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_order_of_nobody_here_leaves_the_rest_by_price() => Assert.Equal(Cheapest, await OrderAsync("\"order\":[\"nobody\"]"));

    [Fact]
    public async Task Required_parameters_leave_only_endpoints_that_know_them_all()
    {
        const string Sent = "\"logit_bias\":{\"1\":1},\"temperature\":1";

        Assert.Equal(4, (await fixture.OrderAsync(RoutingFixture.Many, $$"""{{Sent}},"provider":{"sort":"price"}""")).Length);
        var reply = await fixture.Gateway.Client.AskAsync(RoutingFixture.Many, Sent + ",\"provider\":{\"require_parameters\":true,\"ignore\":[\"nobody\"]}");
        Assert.Equal(404, reply.Status);
        Assert.Contains("logit_bias", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(["mid-fp4", "dear-bf16"], await fixture.OrderAsync(
            RoutingFixture.Many, "\"max_tokens\":50,\"provider\":{\"require_parameters\":true,\"sort\":\"price\"}"));
    }

    [Theory]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", "dear-bf16")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", "mid-fp4")]
    [InlineData("\"verbosity\":\"low\"", "mid-fp4")]
    public async Task Tools_formats_and_verbosity_are_preferred_though_not_demanded(string sent, string able)
    {
        Assert.Equal([able], await fixture.OrderAsync(RoutingFixture.Many, sent + ",\"provider\":{\"sort\":\"price\"}"));
        Assert.NotEmpty(await fixture.OrderAsync(RoutingFixture.Many, sent + ",\"provider\":{\"only\":[\"cheap\"]}"));
    }

    [Fact]
    public async Task Data_collection_deny_leaves_out_who_trains_on_prompts_or_keeps_them() =>
        Assert.Equal(["dear-bf16"], await OrderAsync($"{ByPrice},\"data_collection\":\"deny\""));

    [Fact]
    public async Task Zdr_leaves_out_who_retains_prompts() =>
        Assert.Equal(["dear-bf16"], await OrderAsync($"{ByPrice},\"zdr\":true"));

    [Fact]
    public async Task Only_is_a_list_of_those_allowed_and_ignore_of_those_that_are_not()
    {
        Assert.Equal(["cheap-fp8", "dear-bf16"], await OrderAsync($"{ByPrice},\"only\":[\"dear\",\"cheap\"]"));
        Assert.Equal(["mid-fp4", "mid-none"], await OrderAsync($"{ByPrice},\"ignore\":[\"dear\",\"cheap\"]"));
        Assert.Equal(["mid-none"], await OrderAsync($"{ByPrice},\"only\":[\"mid/us-1\"]"));
    }

    [Theory]
    [InlineData("\"fp8\"", "cheap-fp8")]
    [InlineData("\"fp4\"", "mid-fp4")]
    [InlineData("\"mxfp8\",\"bf16\"", "cheap-fp8 dear-bf16")]
    [InlineData("\"unknown\"", "mid-none")]
    public async Task Quantizations_are_demanded_and_a_family_stands_for_its_members(string accepted, string order) =>
        Assert.Equal(order.Split(' '), await OrderAsync($"{ByPrice},\"quantizations\":[{accepted}]"));

    [Theory]
    [InlineData("\"prompt\":2", "cheap-fp8 mid-fp4")]
    [InlineData("\"completion\":\"2.5\"", "cheap-fp8")]
    [InlineData("\"request\":0.1", "cheap-fp8 mid-fp4 dear-bf16")]
    [InlineData("\"image\":0.1", "cheap-fp8 mid-fp4 dear-bf16")]
    [InlineData("\"audio\":6", "cheap-fp8 mid-fp4 dear-bf16")]
    public async Task A_price_above_its_cap_leaves_an_endpoint_out(string cap, string order) =>
        Assert.Equal(order.Split(' '), await OrderAsync(ByPrice + ",\"max_price\":{" + cap + "}"));

    [Fact]
    public async Task A_cap_counts_the_price_that_a_prompt_of_this_length_may_reach()
    {
        const string Cap = "\"provider\":{\"max_price\":{\"prompt\":2}}";
        var longer = $$"""{"model":"test/tiered","messages":[{"role":"user","content":"{{new string('x', 400)}}"}],{{Cap}}}""";

        Assert.Equal(["tiered-dear"], await fixture.OrderAsync("test/tiered", Cap));
        var refused = await fixture.Gateway.Client.ChatAsync(longer);

        Assert.Equal(404, refused.Status);
        Assert.Contains("The request's 'provider.max_price' (prompt) removed dear: ", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(200, (await fixture.Gateway.Client.ChatAsync(longer.Replace("\"prompt\":2", "\"prompt\":5", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task Distillable_text_is_demanded_of_the_model()
    {
        const string Wish = "\"provider\":{\"enforce_distillable_text\":true}";

        Assert.Equal(["open-dear"], await fixture.OrderAsync("test/open", Wish));
        Assert.Equal(404, (await fixture.Gateway.Client.AskAsync(RoutingFixture.Many, Wish)).Status);
    }

    [Theory]
    [InlineData("\"sort\":\"beauty\"", "provider.sort")]
    [InlineData("\"sort\":{\"by\":\"price\",\"partition\":\"half\"}", "provider.sort.partition")]
    [InlineData("\"max_price\":{\"prompt\":\"cheap\"}", "provider.max_price.prompt")]
    [InlineData("\"preferred_min_throughput\":{\"p50\":\"fast\"}", "provider.preferred_min_throughput.p50")]
    [InlineData("\"preferred_max_latency\":-1", "provider.preferred_max_latency")]
    [InlineData("\"quantizations\":[\"int3\"]", "provider.quantizations")]
    [InlineData("\"data_collection\":\"maybe\"", "provider.data_collection")]
    [InlineData("\"zdr\":1", "provider.zdr")]
    [InlineData("\"options\":{\"acme\":1}", "provider.options")]
    [InlineData("\"only\":\"acme\"", "provider.only")]
    public async Task A_wish_that_means_nothing_is_refused_and_named(string wish, string field)
    {
        var reply = await fixture.Gateway.Client.AskAsync(RoutingFixture.Many, "\"provider\":{" + wish + "}");

        Assert.Equal(400, reply.Status);
        Assert.Contains(field, reply.ErrorMessage, StringComparison.Ordinal);
    }

    private Task<string[]> OrderAsync(string wishes) => fixture.OrderAsync(RoutingFixture.Many, "\"provider\":{" + wishes + "}");
}
