using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Surfaces;

public sealed class ModelsTests
{
    private static readonly QualityTable _quality = new(
        new(2026, 8, 1),
        new Dictionary<string, ModelQuality>
        {
            ["acme/swift-4o"] = ModelQuality.Of("s", 30, agentic: 20) with { Multilingual = 70 },
            ["bolt/deep-1"] = ModelQuality.Of("s", 50, coding: 60),
        },
        [],
        []);

    [Fact]
    public async Task The_list_has_every_field_that_clients_insist_on_and_needs_no_key()
    {
        await using var host = await SurfaceHost.StartAsync();

        var list = await host.JsonAsync("/api/v1/models");

        Assert.Equal("data links object total_count", list.Names());
        Assert.Equal(3, list.GetProperty("total_count").GetInt32());
        Assert.Equal(JsonValueKind.Null, list.GetProperty("links").GetProperty("next").ValueKind);
        Assert.Equal(
            "architecture canonical_slug context_length created default_parameters description expiration_date hugging_face_id id knowledge_cutoff "
            + "links name object owned_by per_request_limits pricing supported_parameters supported_voices top_provider",
            list.GetProperty("data")[0].Names());
    }

    [Fact]
    public async Task A_model_is_told_with_the_prices_of_its_cheapest_endpoint()
    {
        await using var host = await SurfaceHost.StartAsync();

        var model = (await host.JsonAsync("/api/v1/model/acme/swift-4o")).GetProperty("data");

        Assert.Equal("""
            {"id":"acme/swift-4o","canonical_slug":"acme/swift-4o-2026-05-01","hugging_face_id":"acme/Swift-4o","name":"Acme: Swift 4o","created":1777600000,"description":"A \"swift\" model — für alle.","context_length":128000,"architecture":{"modality":"text+image->text","input_modalities":["text","image"],"output_modalities":["text"],"tokenizer":"GPT","instruct_type":null},"pricing":{"prompt":"0.00000015","completion":"0.0000006","request":"0","image":"0"},"top_provider":{"context_length":64000,"max_completion_tokens":4096,"is_moderated":true},"per_request_limits":null,"supported_parameters":["max_tokens","temperature","tool_choice","tools"],"supported_voices":null,"default_parameters":{"temperature":0.7,"top_k":40},"knowledge_cutoff":"2025-10-01","expiration_date":null,"links":{"details":"/api/v1/models/acme/swift-4o/endpoints"},"object":"model","owned_by":"acme"}
            """, model.GetRawText());
    }

    [Fact]
    public async Task Anthropics_clients_are_told_models_as_Anthropic_tells_them()
    {
        await using var host = await SurfaceHost.StartAsync();
        host.Client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");

        var first = await host.JsonAsync("/v1/models?limit=2");
        var last = await host.JsonAsync("/v1/models?limit=2&after_id=" + first.GetProperty("last_id").GetString());
        var before = await host.JsonAsync("/v1/models?limit=1&before_id=" + first.GetProperty("last_id").GetString());
        var one = await host.JsonAsync("/v1/models/acme/swift-4o");
        using var unknown = await host.Client.GetAsync("/v1/models?after_id=none", TestContext.Current.CancellationToken);

        Assert.Equal("data first_id has_more last_id", first.Names());
        Assert.Equal((2, true, 1, false), (first.GetProperty("data").GetArrayLength(), first.GetProperty("has_more").GetBoolean(), last.GetProperty("data").GetArrayLength(), last.GetProperty("has_more").GetBoolean()));
        Assert.Equal(first.GetProperty("data")[0].GetRawText(), before.GetProperty("data")[0].GetRawText());
        Assert.Equal("""{"type":"model","id":"acme/swift-4o","display_name":"Acme: Swift 4o","created_at":"2026-05-01T01:46:40Z","max_input_tokens":128000,"max_tokens":16384,"lifecycle":"active","deprecated_at":null,"retires_at":null,"capabilities":null,"line":null}""", one.GetRawText());
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task Tiers_are_overrides_that_name_every_price_which_changes()
    {
        await using var host = await SurfaceHost.StartAsync();

        var pricing = (await host.JsonAsync("/api/v1/model/bolt/deep-1")).GetProperty("data").GetProperty("pricing");

        Assert.Equal("""
            {"prompt":"0.00000125","completion":"0.00001","request":"0","image":"0","input_cache_read":"0.00000031","input_cache_write":"0.000001625","overrides":[{"min_prompt_tokens":200000,"prompt":"0.0000025","completion":"0.000015","input_cache_read":"0.000000625","input_cache_write":"0.0000025"}]}
            """, pricing.GetRawText());
    }

    [Theory]
    [InlineData("", "acme/swift-4o acme/swift-4o:free bolt/deep-1")]
    [InlineData("?output_modalities=all", "acme/swift-4o acme/swift-4o:free bolt/deep-1 bolt/painter")]
    [InlineData("?output_modalities=image,audio", "bolt/painter")]
    [InlineData("?input_modalities=image", "acme/swift-4o")]
    [InlineData("?supported_parameters=tools,temperature", "acme/swift-4o")]
    [InlineData("?q=DEEP", "bolt/deep-1")]
    [InlineData("?providers=bolt", "acme/swift-4o bolt/deep-1")]
    [InlineData("?model_authors=bolt", "bolt/deep-1")]
    [InlineData("?context=200000", "bolt/deep-1")]
    [InlineData("?max_price=0", "acme/swift-4o:free")]
    [InlineData("?sort=context-high-to-low", "bolt/deep-1 acme/swift-4o acme/swift-4o:free")]
    [InlineData("?sort=pricing-low-to-high&unknown=1", "acme/swift-4o:free acme/swift-4o bolt/deep-1")]
    [InlineData("?arch=gpt", "acme/swift-4o")]
    [InlineData("?distillable=true", "bolt/deep-1")]
    [InlineData("?distillable=false", "acme/swift-4o acme/swift-4o:free")]
    [InlineData("?zdr=true", "acme/swift-4o bolt/deep-1")]
    [InlineData("?region=eu", "acme/swift-4o bolt/deep-1")]
    [InlineData("?region=us", "")]
    [InlineData("?min_output_price=1", "bolt/deep-1")]
    [InlineData("?max_output_price=0.6", "acme/swift-4o acme/swift-4o:free")]
    [InlineData("?max_age_days=365", "acme/swift-4o")]
    [InlineData("?min_age_days=365", "acme/swift-4o:free bolt/deep-1")]
    [InlineData("?limit=2", "acme/swift-4o acme/swift-4o:free")]
    [InlineData("?offset=2", "bolt/deep-1")]
    [InlineData("?offset=9", "")]
    public async Task The_list_can_be_filtered_sorted_and_paged(string query, string ids)
    {
        await using var host = await SurfaceHost.StartAsync();

        var list = await host.JsonAsync("/api/v1/models" + query);

        Assert.Equal(ids, string.Join(' ', list.GetProperty("data").EnumerateArray().Select(static m => m.GetProperty("id").GetString())));
    }

    [Theory]
    [InlineData("?sort=intelligence-high-to-low", "bolt/deep-1 acme/swift-4o acme/swift-4o:free")]
    [InlineData("?sort=coding-high-to-low", "bolt/deep-1 acme/swift-4o acme/swift-4o:free")]
    [InlineData("?sort=agentic-high-to-low", "acme/swift-4o acme/swift-4o:free bolt/deep-1")]
    [InlineData("?sort=design-arena-elo-high-to-low", "acme/swift-4o acme/swift-4o:free bolt/deep-1")]
    [InlineData("?sort=most-popular", "acme/swift-4o acme/swift-4o:free bolt/deep-1")]
    [InlineData("?min_intelligence_index=40", "bolt/deep-1")]
    [InlineData("?max_intelligence_index=30", "acme/swift-4o acme/swift-4o:free")]
    [InlineData("?max_coding_index=100", "bolt/deep-1")]
    [InlineData("?min_agentic_index=20&max_agentic_index=20", "acme/swift-4o acme/swift-4o:free")]
    [InlineData("?category=programming", "bolt/deep-1 acme/swift-4o acme/swift-4o:free")]
    [InlineData("?category=translation", "acme/swift-4o acme/swift-4o:free bolt/deep-1")]
    [InlineData("?category=marketing/seo&sort=context-high-to-low", "bolt/deep-1 acme/swift-4o acme/swift-4o:free")]
    public async Task Measured_quality_sorts_and_filters(string query, string ids)
    {
        await using var host = await SurfaceHost.StartAsync(static b => b.Services.AddSingleton(_quality));

        var list = await host.JsonAsync("/api/v1/models" + query);

        Assert.Equal(ids, string.Join(' ', list.GetProperty("data").EnumerateArray().Select(static m => m.GetProperty("id").GetString())));
    }

    [Fact]
    public async Task A_category_leaves_out_what_is_not_made_for_conversation_and_a_model_shows_what_was_measured()
    {
        var guards = new QualityTable(new(2026, 8, 1), new Dictionary<string, ModelQuality> { ["bolt/deep-1"] = ModelQuality.Of("s", 50, coding: 60) }, [], ["acme/*"]);
        await using var host = await SurfaceHost.StartAsync(b => b.Services.AddSingleton(guards));

        var list = (await host.JsonAsync("/api/v1/models?category=legal")).GetProperty("data");

        Assert.Equal("bolt/deep-1", Assert.Single(list.EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(
            """{"artificial_analysis":{"intelligence_index":50,"coding_index":60,"agentic_index":null},"design_arena":[]}""",
            list[0].GetProperty("benchmarks").GetRawText());
    }

    [Fact]
    public async Task What_was_measured_here_sorts_filters_and_is_told_of_each_endpoint()
    {
        await using var host = await SurfaceHost.StartAsync();
        var deep = host.Catalog.Current.Find("bolt/deep-1")!.Endpoints[0];
        for (var i = 0; i < 4; i++)
        {
            host.Service<HealthBoard>().Record(deep, new(i < 3 ? AttemptResult.Success : AttemptResult.Fault) { FirstTokenMs = 500, TotalMs = 2000, CompletionTokens = 100, HadTools = true });
        }

        var endpoint = (await host.JsonAsync("/api/v1/models/bolt/deep-1/endpoints")).GetProperty("data").GetProperty("endpoints")[0];

        Assert.Equal(75, endpoint.GetProperty("uptime_last_5m").GetDouble());
        Assert.InRange(endpoint.GetProperty("latency_last_30m").GetProperty("p50").GetDouble(), 400, 600);
        Assert.InRange(endpoint.GetProperty("throughput_last_30m").GetProperty("p99").GetDouble(), 40, 60);
        foreach (var query in (string[])["sort=latency-low-to-high", "sort=throughput-high-to-low", "min_tool_success_rate=0.75"])
        {
            Assert.Equal("bolt/deep-1", (await host.JsonAsync("/api/v1/models?" + query)).GetProperty("data")[0].GetProperty("id").GetString());
        }

        Assert.Equal(0, (await host.JsonAsync("/api/v1/models?min_tool_success_rate=0.8")).GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task A_page_names_the_next_one()
    {
        await using var host = await SurfaceHost.StartAsync();

        var page = await host.JsonAsync("/api/v1/models?limit=1&offset=1&output_modalities=all");
        var next = page.GetProperty("links").GetProperty("next").GetString();
        var following = await host.JsonAsync(next!);

        Assert.Equal(4, page.GetProperty("total_count").GetInt32());
        Assert.Equal("/api/v1/models?output_modalities=all&offset=2&limit=1", next);
        Assert.Equal("bolt/deep-1", following.GetProperty("data")[0].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("offset=1.5", "offset")]
    [InlineData("max_price=cheap", "max_price")]
    [InlineData("min_age_days=-1", "min_age_days")]
    [InlineData("zdr=yes", "zdr")]
    [InlineData("region=moon", "region")]
    [InlineData("sort=best", "sort")]
    [InlineData("category=cooking", "category")]
    [InlineData("min_coding_index=much", "min_coding_index")]
    [InlineData("max_tool_success_rate=1.5", "max_tool_success_rate")]
    public async Task A_value_that_is_none_is_refused_by_name(string query, string param)
    {
        await using var host = await SurfaceHost.StartAsync();

        var error = (await host.JsonAsync("/api/v1/models?" + query, status: 400)).GetProperty("error");

        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Contains($"'{param}'", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_list_is_not_sent_again_to_who_has_it()
    {
        await using var host = await SurfaceHost.StartAsync();
        using var first = await host.GetAsync("/v1/models");
        var again = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await host.Client.SendAsync(again, TestContext.Current.CancellationToken);
        host.Catalog.Current = new([TestCatalog.Bolt], [TestCatalog.Tiered], [host.Catalog.Current.Endpoints[3]]);
        var third = await host.JsonAsync("/v1/models");

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(1, third.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task The_whole_list_comes_compressed_to_who_asks_for_it()
    {
        await using var host = await SurfaceHost.StartAsync();
        var plain = await host.Client.GetByteArrayAsync(new Uri("/api/v1/models", UriKind.Relative), TestContext.Current.CancellationToken);
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip }) { BaseAddress = new(host.Address) };

        var unpacked = await client.GetByteArrayAsync(new Uri("/api/v1/models", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(plain, unpacked);
    }

    [Fact]
    public async Task The_newest_of_a_family_has_a_row_of_its_own_that_names_the_model()
    {
        await using var host = await SurfaceHost.StartAsync();
        var swift = TestCatalog.Swift with { Family = "swift" };
        host.Catalog.Current = new([TestCatalog.Acme], [swift], [TestCatalog.SwiftAtAcme with { Model = swift }]);

        var list = await host.JsonAsync("/api/v1/models");
        var count = await host.JsonAsync("/api/v1/models/count");
        var one = (await host.JsonAsync("/api/v1/model/~acme/swift-latest")).GetProperty("data");
        var feed = XDocument.Parse(await host.Client.GetStringAsync(new Uri("/api/v1/models?use_rss=true", UriKind.Relative), TestContext.Current.CancellationToken));
        host.Client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        var anthropics = await host.JsonAsync("/v1/models");

        Assert.Equal(["acme/swift-4o", "~acme/swift-latest"], list.GetProperty("data").EnumerateArray().Select(static m => m.GetProperty("id").GetString()!));
        Assert.Equal("""{"slug":"acme/swift-4o","name":"Acme: Swift 4o"}""", list.GetProperty("data")[1].GetProperty("alias_target").GetRawText());
        Assert.Equal(list.GetProperty("data")[1].GetRawText(), one.GetRawText());
        Assert.Equal((2, 2), (list.GetProperty("total_count").GetInt32(), count.GetProperty("data").GetProperty("count").GetInt32()));
        Assert.Equal(1, anthropics.GetProperty("data").GetArrayLength());
        Assert.Single(feed.Descendants("item"));
    }

    [Fact]
    public async Task The_list_comes_as_a_feed()
    {
        await using var host = await SurfaceHost.StartAsync();

        using var answer = await host.GetAsync("/api/v1/models?use_rss=true&q=swift&limit=1");
        var feed = XDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("application/rss+xml", answer.Content.Headers.ContentType?.MediaType);
        var item = Assert.Single(feed.Descendants("item"));
        Assert.Equal("Acme: Swift 4o", item.Element("title")?.Value);
        Assert.Equal("acme/swift-4o", item.Element("guid")?.Value);
        Assert.Equal("Fri, 01 May 2026 01:46:40 GMT", item.Element("pubDate")?.Value);
        Assert.Equal(host.Address + "api/v1/models/acme/swift-4o/endpoints", item.Element("link")?.Value);
    }

    [Fact]
    public async Task Models_that_make_images_have_a_list_of_their_own()
    {
        await using var host = await SurfaceHost.StartAsync();

        var list = await host.JsonAsync("/api/v1/images/models");

        Assert.Equal("""
            {"data":[{"id":"bolt/painter","name":"Bolt: Painter","description":"","created":0,"architecture":{"input_modalities":["text"],"output_modalities":["image"]},"supported_parameters":{"n":{"type":"range","min":1,"max":10}},"supports_streaming":false,"endpoints":"/api/v1/images/models/bolt/painter/endpoints"}]}
            """, list.GetRawText());
    }

    [Fact]
    public async Task The_endpoints_of_an_image_model_tell_what_an_image_costs()
    {
        await using var host = await SurfaceHost.StartAsync();

        var endpoints = await host.JsonAsync("/api/v1/images/models/bolt/painter/endpoints");

        Assert.Equal("""
            {"id":"bolt/painter","endpoints":[{"provider_name":"Bolt","provider_slug":"bolt","provider_tag":"bolt","supported_parameters":{"n":{"type":"range","min":1,"max":10}},"allowed_passthrough_parameters":[],"supports_streaming":false,"pricing":[{"billable":"output_image","unit":"image","cost_usd":0.04}]}]}
            """, endpoints.GetRawText());
        var other = (await host.JsonAsync("/api/v1/images/models/acme/swift-4o/endpoints", status: 404)).GetProperty("error");
        Assert.Contains("makes no images", other.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_reasons_says_how()
    {
        await using var host = await SurfaceHost.StartAsync();

        var model = (await host.JsonAsync("/api/v1/model/bolt/deep-1")).GetProperty("data");

        Assert.Equal("""
            {"mandatory":true,"default_enabled":true,"supported_efforts":["high","low"],"default_effort":"low","supports_max_tokens":false}
            """, model.GetProperty("reasoning").GetRawText());
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("?output_modalities=all", 4)]
    public async Task Models_are_counted(string query, int count)
    {
        await using var host = await SurfaceHost.StartAsync();

        var answer = await host.JsonAsync("/api/v1/models/count" + query);

        Assert.Equal(count, answer.GetProperty("data").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Endpoints_have_every_field_that_clients_insist_on()
    {
        await using var host = await SurfaceHost.StartAsync();

        var data = (await host.JsonAsync("/api/v1/models/acme/swift-4o/endpoints")).GetProperty("data");

        Assert.Equal("architecture created description endpoints id name", data.Names());
        Assert.Equal("""
            {"name":"Bolt | acme/swift-4o","model_id":"acme/swift-4o","model_name":"Acme: Swift 4o","context_length":64000,"pricing":{"prompt":"0.00000015","completion":"0.0000006","request":"0","image":"0"},"provider_name":"Bolt","tag":"bolt/fp8","quantization":"fp8","max_completion_tokens":4096,"max_prompt_tokens":60000,"supported_parameters":["max_tokens","tools"],"supports_tool_choice":{"auto":true,"none":false,"required":false,"function":false},"supports_implicit_caching":true,"supports_voice_cloning":false,"status":0,"uptime_last_5m":null,"uptime_last_30m":null,"uptime_last_1d":null,"latency_last_30m":null,"throughput_last_30m":null}
            """, data.GetProperty("endpoints")[1].GetRawText());
        Assert.Equal("0.003613", data.GetProperty("endpoints")[0].GetProperty("pricing").GetProperty("image").GetString());
    }

    [Fact]
    public async Task Endpoints_that_keep_nothing_are_listed()
    {
        await using var host = await SurfaceHost.StartAsync();

        var list = await host.JsonAsync("/api/v1/endpoints/zdr");

        Assert.Equal(
            "Bolt | acme/swift-4o, Bolt | bolt/deep-1, Bolt | bolt/painter",
            string.Join(", ", list.GetProperty("data").EnumerateArray().Select(static e => e.GetProperty("name").GetString())));
    }

    [Fact]
    public async Task Models_that_embed_have_a_list_of_their_own()
    {
        await using var host = await SurfaceHost.StartAsync();

        var list = await host.JsonAsync("/api/v1/embeddings/models");

        Assert.Equal("""{"object":"list","data":[],"total_count":0,"links":{"next":null}}""", list.GetRawText());
    }

    [Theory]
    [InlineData("acme/swift-4o:nitro", "acme/swift-4o")]
    [InlineData("acme/swift-4o:free:online", "acme/swift-4o:free")]
    [InlineData("acme/swift-4o:floor:free", "acme/swift-4o:free")]
    [InlineData("acme/swift-4o-2026-05-01:exacto", "acme/swift-4o")]
    [InlineData("acme%2Fswift-4o", "acme/swift-4o")]
    [InlineData("deep-1", "bolt/deep-1")]
    public async Task A_catalogue_variant_is_kept_and_a_routing_variant_is_dropped(string name, string id)
    {
        await using var host = await SurfaceHost.StartAsync();

        var endpoints = await host.JsonAsync($"/api/v1/models/{name}/endpoints");
        var model = await host.JsonAsync($"/api/v1/model/{name}");
        var openAI = await host.JsonAsync($"/v1/models/{name}");

        Assert.Equal(id, endpoints.GetProperty("data").GetProperty("id").GetString());
        Assert.Equal(id, model.GetProperty("data").GetProperty("id").GetString());
        Assert.Equal("model", openAI.GetProperty("object").GetString());
    }

    [Fact]
    public async Task A_variant_that_a_model_does_not_have_has_no_endpoints_and_is_no_model()
    {
        await using var host = await SurfaceHost.StartAsync();

        var endpoints = (await host.JsonAsync("/api/v1/models/bolt/deep-1:free/endpoints")).GetProperty("data");

        Assert.Equal(0, endpoints.GetProperty("endpoints").GetArrayLength());
        await host.JsonAsync("/api/v1/model/bolt/deep-1:free", status: 404);
        await host.JsonAsync("/api/v1/models/bolt/deep-9:free/endpoints", status: 404);
        await host.JsonAsync("/api/v1/models/bolt/deep-1:cheap/endpoints", status: 404);
    }

    [Theory]
    [InlineData("/api/v1/models/acme/swft-4o/endpoints")]
    [InlineData("/api/v1/model/acme/swft-4o")]
    public async Task An_unknown_model_is_answered_with_names_that_may_be_meant(string path)
    {
        await using var host = await SurfaceHost.StartAsync();

        var error = (await host.JsonAsync(path, status: 404)).GetProperty("error");

        Assert.Equal("model_not_found", error.GetProperty("availability").GetProperty("code").GetString());
        Assert.Equal("acme/swift-4o", error.GetProperty("availability").GetProperty("fallback_models")[0].GetString());
        Assert.Contains("Did you mean acme/swift-4o", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Providers_are_listed_with_what_is_known_of_them()
    {
        await using var host = await SurfaceHost.StartAsync();

        var list = await host.JsonAsync("/api/v1/providers");

        Assert.Equal("""
            [{"name":"Acme","slug":"acme","privacy_policy_url":"https://acme.example/privacy","terms_of_service_url":"https://acme.example/terms","status_page_url":"https://status.acme.example","headquarters":"CH","datacenters":["CH","DE"]},{"name":"Bolt","slug":"bolt","privacy_policy_url":null,"terms_of_service_url":null,"status_page_url":null,"headquarters":null,"datacenters":["DE","FR"]}]
            """, list.GetProperty("data").GetRawText());
    }
}
