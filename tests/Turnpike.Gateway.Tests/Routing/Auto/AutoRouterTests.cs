using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Routing.Auto;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Selection;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Routing.Auto;

/// <summary>Which model a caller gets who names none.</summary>
public sealed class AutoRouterTests
{
    private const string Tools = ""","tools":[{"type":"function","function":{"name":"f"}}]""";

    private readonly SteppedTime _time = new();
    private readonly HealthBoard _health;
    private readonly AutoRouter _router;

    public AutoRouterTests()
    {
        _health = new(_time);
        _router = new(AutoCatalog.Quality, _health, _time);
    }

    [Fact]
    public void Both_names_are_served() => Assert.Equal(["openrouter/auto", "turnpike/auto"], _router.Ids);

    [Theory]
    [InlineData("quality", "b/five")]
    [InlineData("speed", "a/one")]
    [InlineData("cost", "a/one")]
    public void The_strategy_decides_for_an_easy_prompt(string strategy, string model) =>
        Assert.Equal(model, First($$""","routing":{"strategy":"{{strategy}}"},"plugins":[{"id":"auto-router"}]""", "hello there"));

    [Fact]
    public void A_harder_prompt_gets_a_better_model()
    {
        const string Hard = "Prove rigorously that every finite integral domain is a field, then generalise the theorem and derive the corollaries step by step.";
        Assert.True(AutoCatalog.Paid.IndexOf(First("", Hard)) > AutoCatalog.Paid.IndexOf(First("", "hello there")));
    }

    [Theory]
    [InlineData("low", "a/one")]
    [InlineData("medium", "a/two")]
    [InlineData("high", "b/three")]
    [InlineData("xhigh", "b/four")]
    [InlineData("max", "b/five")]
    public void A_cost_tier_is_a_fifth_of_the_models_by_cost(string tier, string model) => Assert.Equal(model, First(Plugin($"\"cost_tier\":\"{tier}\"")));

    [Fact]
    public void The_older_dial_goes_from_the_best_to_the_cheapest()
    {
        Assert.Equal("b/five", First(Plugin("\"cost_quality_tradeoff\":0")));
        Assert.Equal("a/one", First(Plugin("\"cost_quality_tradeoff\":10")));
    }

    [Fact]
    public void Only_allowed_models_are_chosen_and_no_excluded_ones() =>
        Assert.Equal(["b/five", "b/three"], Ids(AutoCatalog.Choose(_router, Plugin("\"allowed_models\":[\"b/*\"],\"excluded_models\":[\"*four\"]"))).Order());

    [Fact]
    public void A_model_that_cannot_do_what_the_request_needs_is_not_chosen() =>
        Assert.All(Ids(AutoCatalog.Choose(_router, Tools)), static id => Assert.StartsWith("b/", id, StringComparison.Ordinal));

    [Fact]
    public void Free_variants_are_only_for_who_asks_for_them()
    {
        Assert.DoesNotContain(Ids(AutoCatalog.Choose(_router)), static id => id.EndsWith(":free", StringComparison.Ordinal));
        Assert.Equal("a/one:free", First(Plugin("\"allowed_models\":[\"a/*:free\"]")));
    }

    [Fact]
    public void The_first_and_its_fallbacks_say_why()
    {
        var chosen = AutoCatalog.Choose(_router, Tools);

        Assert.Equal(3, chosen.Length);
        Assert.Contains("task qa_knowledge", chosen[0].Reason, StringComparison.Ordinal);
        Assert.Contains("needs tools", chosen[0].Reason, StringComparison.Ordinal);
        Assert.Contains("(test), expected cost $", chosen[0].Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Peru", chosen[0].Reason, StringComparison.Ordinal);
        Assert.StartsWith("fallback", chosen[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_chosen_where_nothing_fits() => Assert.Empty(AutoCatalog.Choose(_router, Plugin("\"allowed_models\":[\"nobody/*\"]")));

    [Fact]
    public void A_session_keeps_its_model_until_it_was_silent_for_long()
    {
        Assert.Equal("b/five", First(Plugin("\"cost_tier\":\"max\""), session: "s"));
        var kept = AutoCatalog.Choose(_router, Plugin("\"cost_tier\":\"low\""), session: "s");
        Assert.Equal(["b/five", "a/one"], Ids(kept));
        Assert.StartsWith("the session keeps its model", kept[0].Reason, StringComparison.Ordinal);
        Assert.Equal("a/one", First(Plugin("\"cost_tier\":\"low\""), session: "another"));

        _time.Step(StickyModels.Idle);
        Assert.Equal("a/one", First(Plugin("\"cost_tier\":\"low\""), session: "s"));
    }

    [Fact]
    public void A_session_leaves_its_model_where_that_cannot_serve_or_is_not_wanted()
    {
        Assert.Equal("a/one", First(Plugin("\"cost_tier\":\"low\""), session: "s"));
        Assert.StartsWith("b/", First(Tools, session: "s"), StringComparison.Ordinal);
        Assert.Equal("a/two", First(Plugin("\"cost_tier\":\"medium\",\"pin_model\":false"), session: "s"));
    }

    [Theory]
    [InlineData(""","plugins":[{"id":"auto-router","cost_tier":"cheap"}]""", "plugins[0].cost_tier")]
    [InlineData(""","plugins":[{"id":"auto-router","allowed_models":"a/*"}]""", "plugins[0].allowed_models")]
    [InlineData(""","plugins":[{"id":"web"},{"id":"auto-router","pin_model":1}]""", "plugins[1].pin_model")]
    [InlineData(""","plugins":[{"id":"auto-router","cost_quality_tradeoff":11}]""", "plugins[0].cost_quality_tradeoff")]
    [InlineData(""","routing":{"strategy":"luck"}""", "routing.strategy")]
    public void A_wish_that_is_wrong_is_named_and_nothing_is_chosen(string rest, string field)
    {
        Assert.False(AutoWishes.TryRead(System.Text.Encoding.UTF8.GetBytes("""{"messages":[]""" + rest + "}"), out _, out var error));
        Assert.Equal((400, field), (error!.Status, error.Param));
        Assert.Empty(AutoCatalog.Choose(_router, rest));
    }

    [Theory]
    [InlineData("""{"only":["bolt"]}""", "provider.only")]
    [InlineData("""{"ignore":["acme"]}""", "provider.ignore")]
    [InlineData("""{"zdr":true}""", "provider.zdr")]
    [InlineData("""{"quantizations":["fp8"]}""", "provider.quantizations")]
    [InlineData("""{"max_price":{"prompt":0.01}}""", "provider.max_price")]
    [InlineData("""{"enforce_distillable_text":true}""", "provider.enforce_distillable_text")]
    public void A_model_that_rules_leave_no_endpoint_is_not_chosen_and_the_error_says_by_which(string provider, string field)
    {
        var (models, error) = AutoCatalog.Ask(_router, provider: provider);

        Assert.Empty(models);
        Assert.Contains($"left out 5 by the key's {field}", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_that_leave_some_models_leave_the_others_out_and_the_reason_says_so()
    {
        var chosen = AutoCatalog.Choose(_router, provider: """{"max_price":{"prompt":0.5}}""");

        Assert.Equal(["a/one", "a/two"], Ids(chosen).Order());
        Assert.Contains("left out 3 by the key's provider.max_price", chosen[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(40, 10)]
    public void A_model_whose_endpoints_are_ill_is_not_chosen_while_another_is_well(int faults, int successes)
    {
        var best = AutoCatalog.Snapshot.Find("b/five")!.Endpoints[0];
        Record(best, AttemptResult.Success, successes);
        Record(best, AttemptResult.Fault, faults);

        var chosen = AutoCatalog.Choose(_router, Plugin("\"cost_quality_tradeoff\":0"));

        Assert.Equal("b/four", chosen[0].Id);
        Assert.DoesNotContain("b/five", Ids(chosen));
        Assert.Contains("left out 1 without a healthy endpoint", chosen[0].Reason, StringComparison.Ordinal);
        _time.Step(TimeSpan.FromMinutes(10));
        Assert.Equal("b/five", First(Plugin("\"cost_quality_tradeoff\":0")));
    }

    [Fact]
    public void Where_all_are_ill_they_are_asked_all_the_same()
    {
        foreach (var model in AutoCatalog.Snapshot.Models)
        {
            _health.Pause(model.Endpoints[0], TimeSpan.FromMinutes(1));
        }

        Assert.Equal("b/five", First(Plugin("\"cost_quality_tradeoff\":0")));
    }

    [Fact]
    public void A_session_leaves_a_model_that_has_fallen_ill()
    {
        Assert.Equal("b/five", First(Plugin("\"cost_tier\":\"max\""), session: "s"));

        _health.Pause(AutoCatalog.Snapshot.Find("b/five")!.Endpoints[0], TimeSpan.FromMinutes(1));

        Assert.NotEqual("b/five", First("", session: "s"));
    }

    [Theory]
    [InlineData("""{}""", "at Bolt")]
    [InlineData("""{"ignore":["bolt"]}""", "at Acme")]
    [InlineData("""{"order":["acme"]}""", "at Acme")]
    [InlineData("""{"sort":"throughput"}""", "at Acme")]
    public void The_price_is_that_of_the_endpoint_that_would_be_used(string provider, string price)
    {
        var model = AutoCatalog.Snapshot.Find("b/five")!.Model;
        var acme = AutoCatalog.EndpointOf(model);
        var bolt = acme with { Id = "bolt:five", Provider = TestCatalog.Bolt, Tag = "bolt", Prices = new() { Prompt = NanoUsd.FromUsd(0.1m), Completion = NanoUsd.FromUsd(0.3m) } };
        _health.Record(acme, new(AttemptResult.Success) { TotalMs = 1000, CompletionTokens = 900 });
        _health.Record(bolt, new(AttemptResult.Success) { TotalMs = 9000, CompletionTokens = 900 });

        var chosen = Assert.Single(AutoCatalog.Choose(_router, catalog: new([TestCatalog.Acme, TestCatalog.Bolt], [model], [acme, bolt]), provider: provider));

        Assert.Contains(price, chosen.Reason, StringComparison.Ordinal);
    }

    private void Record(Endpoint endpoint, AttemptResult result, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _health.Record(endpoint, new(result));
        }
    }

    private static string Plugin(string fields) => $$""","plugins":[{"id":"auto-router",{{fields}}}]""";

    private static IEnumerable<string> Ids(IEnumerable<SelectedModel> models) => models.Select(static m => m.Id);

    private string First(string rest, string prompt = "What is the capital of Peru?", string? session = null) =>
        AutoCatalog.Choose(_router, rest, prompt, session)[0].Id;
}
