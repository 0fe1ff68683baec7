using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Records;
using Turnpike.Gateway.Tests.Routing.Auto;

namespace Turnpike.Gateway.Tests.Routing.Records;

public sealed class DecisionLogTests
{
    private static readonly AccountId Mine = new(1);
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_gives_way_before_it_is_taken_is_counted_and_the_rest_is_stored()
    {
        var log = new DecisionLog(new());
        var ids = Enumerable.Range(0, 4196).Select(i => GenerationId.New(Now.AddSeconds(i % 2), new Random(i))).ToArray();
        foreach (var id in ids)
        {
            log.Add(Mine, id, Plain());
        }

        var blocks = log.Take();

        Assert.Equal(100, log.Lost);
        Assert.Null(log.Find(Mine, ids[99]));
        Assert.NotNull(log.Find(Mine, ids[100]));
        Assert.Equal([Now.ToUnixTimeSeconds(), Now.ToUnixTimeSeconds() + 1], blocks.Select(static b => b.Second).Order());
        Assert.All((GenerationId[])[ids[100], ids[^1]], id => Assert.Single(blocks, b => RouteBlocks.Find(b.Body, Mine, id) is not null));
        Assert.Empty(log.Take());
    }

    [Fact]
    public void A_block_gives_a_record_to_its_own_account_only()
    {
        var log = new DecisionLog(new());
        var id = GenerationId.New(Now, new Random(1));
        log.Add(Mine, id, Plain());

        var block = Assert.Single(log.Take());

        Assert.Null(RouteBlocks.Find(block.Body, new(2), id));
        Assert.Null(log.Find(new(2), id));
        Assert.Equal(["acme:a/one"], RouteBlocks.Find(block.Body, Mine, id)!.Endpoints.Select(static e => e.Id));
    }

    [Fact]
    public void The_order_in_which_endpoints_were_tried_stands_whatever_is_decided_today()
    {
        var inputs = Inputs("a/one", "b/three");
        var made = RouteDecider.Decide(inputs, new RecordedHealth());
        var other = new Decision(inputs, made.Method, made.Candidates.ToArray().Reverse().ToArray(), made.Removed);
        var id = GenerationId.New(Now, new Random(1));

        var block = new RoutePacker().Pack([new(0, Mine, id, inputs, other)]);

        Assert.Equal(["acme:b/three", "acme:a/one"], RouteBlocks.Find(block, Mine, id)!.Endpoints.Select(static e => e.Id));
    }

    private static Turnpike.Gateway.Routing.Route Plain() => new([AutoCatalog.Snapshot.Find("a/one")!.Endpoints[0]]) { Inputs = Inputs("a/one") };

    private static DecisionInputs Inputs(params string[] models) => new()
    {
        Requested = models[0],
        Models = [.. models.Select(static m => new RequestedModel(m, AutoCatalog.Snapshot.Find(m)!.Model, AutoCatalog.Snapshot.Find(m)!.Endpoints, null))],
        Needs = new(),
        Strategy = RouteDecider.StrategyNames[0],
        Seed = 7,
        At = Now,
    };
}
