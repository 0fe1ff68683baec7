using Turnpike.Gateway.Routing.Auto;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Routing.Auto;

/// <summary>Which free model a caller of <c>openrouter/free</c> gets.</summary>
public sealed class FreeSelectorTests
{
    private readonly HealthBoard _health = new(new SteppedTime());
    private readonly FreeSelector _selector;

    public FreeSelectorTests() => _selector = new(AutoCatalog.Quality, _health);

    [Fact]
    public void Only_free_models_are_chosen() =>
        Assert.Equal(AutoCatalog.Free.Order(), AutoCatalog.Choose(_selector).Select(static m => m.Id).Order());

    [Fact]
    public void A_free_model_that_cannot_do_what_the_request_needs_is_not_chosen() =>
        Assert.Empty(AutoCatalog.Choose(_selector, ""","response_format":{"type":"json_object"}"""));

    [Fact]
    public void A_free_model_that_is_ill_or_that_rules_leave_no_endpoint_is_not_chosen()
    {
        _health.Record(AutoCatalog.Snapshot.Find("a/one:free")!.Endpoints[0], new(AttemptResult.Fault));

        Assert.Equal("b/four:free", Assert.Single(AutoCatalog.Choose(_selector)).Id);
        Assert.Empty(AutoCatalog.Choose(_selector, provider: """{"ignore":["acme"]}"""));
    }

    [Fact]
    public void Prompts_are_spread_and_a_session_keeps_its_model()
    {
        var prompts = Enumerable.Range(0, 64).Select(static i => $"prompt {i}").ToList();

        Assert.All(prompts.CountBy(p => AutoCatalog.Choose(_selector, prompt: p)[0].Id), static c => Assert.InRange(c.Value, 16, 48));
        Assert.Single(prompts.Select(p => AutoCatalog.Choose(_selector, prompt: p, session: "s")[0].Id).Distinct());
        Assert.Equal(2, prompts.Select(p => AutoCatalog.Choose(_selector, session: p)[0].Id).Distinct().Count());
    }
}
