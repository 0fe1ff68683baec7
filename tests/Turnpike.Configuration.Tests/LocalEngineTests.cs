using System.Diagnostics;
using Turnpike.Catalog;
using Turnpike.Catalog.LocalEngines;
using Turnpike.Core.Catalog;

namespace Turnpike.Configuration.Tests;

public sealed class LocalEngineTests : IDisposable
{
    private const string TwoModels = """
        { "object": "list", "data": [
            { "id": "llama3.2:3b", "object": "model", "created": 1750000000, "owned_by": "library" },
            { "id": "Qwen/Qwen3-8B", "max_model_len": 32768 },
            { "id": "text-embedding-nomic", "object": "model" } ] }
        """;

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Engines_are_found_at_start_and_their_models_cost_nothing()
    {
        await using var llama = await FakeEngine.StartAsync(TwoModels);
        await using var vllm = await FakeEngine.StartAsync("""{ "data": [{ "id": "m" }] }""");
        await using var running = await RunningCatalog.StartAsync(On(), engines: [llama.As("llamacpp"), vllm.As("vllm")]);

        var endpoint = Assert.Single(running.Catalog.Current.Find("llamacpp/llama3.2-3b")!.Endpoints);
        Assert.Equal(("llama3.2:3b", "llamacpp", true), (endpoint.UpstreamModel, endpoint.Provider.Id, endpoint.Provider.IsLocal));
        Assert.True(endpoint.Prices.IsFree);
        Assert.Equal(DataPolicy.ZeroRetention, endpoint.Provider.DataPolicy);
        Assert.Equal(new Uri($"http://127.0.0.1:{llama.Port}/v1"), endpoint.Provider.BaseUrl);
        Assert.Equal(32768, running.Catalog.Current.Find("llamacpp/Qwen/Qwen3-8B")!.Model.ContextLength);
        Assert.True(running.Has("vllm/m"));
        Assert.False(running.Has("llamacpp/text-embedding-nomic"));
    }

    [Theory]
    [InlineData("llamacpp", ReasoningPlace.ReasoningContent)]
    [InlineData("vllm", ReasoningPlace.Reasoning)]
    [InlineData("lmstudio", ReasoningPlace.ReasoningContent)]
    public async Task Thoughts_of_earlier_turns_go_back_in_the_field_that_their_engine_reads(string id, ReasoningPlace place)
    {
        await using var fake = await FakeEngine.StartAsync("""{ "data": [{ "id": "m" }] }""");
        var engine = LocalEngine.Known.Single(e => e.Id == id) with { Port = fake.Port };
        await using var running = await RunningCatalog.StartAsync(On(), engines: [engine]);

        var endpoint = Assert.Single(running.Catalog.Current.Find(id + "/m")!.Endpoints);
        Assert.Equal((place, ReasoningHistory.Text), (endpoint.Provider.Quirks.ReasoningPlace, endpoint.Provider.Quirks.ReasoningHistory));
        Assert.True(endpoint.ThinksInTags);
    }

    [Fact]
    public async Task Nothing_is_asked_where_it_is_off()
    {
        await using var engine = await FakeEngine.StartAsync(TwoModels);
        await using var running = await RunningCatalog.StartAsync(_folder, engines: [engine.As("llamacpp")]);

        Assert.False(await running.Catalog.DiscoverAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, engine.Asked);
    }

    [Fact]
    public async Task Engines_are_asked_again_on_request_and_not_too_often()
    {
        var clock = new SteppedClock();
        await using var engine = await FakeEngine.StartAsync("""{ "data": [] }""");
        await using var running = await RunningCatalog.StartAsync(On(), clock, [engine.As("llamacpp")]);
        engine.Answer = TwoModels;

        Assert.False(await running.Catalog.DiscoverAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, engine.Asked);
        clock.Step(CatalogService.DiscoveryInterval);
        Assert.True(await running.Catalog.DiscoverAsync(TestContext.Current.CancellationToken));
        Assert.True(running.Has("llamacpp/llama3.2-3b"));
        clock.Step(CatalogService.DiscoveryInterval);
        Assert.False(await running.Catalog.DiscoverAsync(TestContext.Current.CancellationToken));
        Assert.Equal(3, engine.Asked);
    }

    [Fact]
    public async Task A_silent_engine_delays_the_start_by_no_more_than_the_bound()
    {
        await using var silent = await FakeEngine.StartAsync("");
        silent.Answer = null;
        var start = Stopwatch.GetTimestamp();

        await using var running = await RunningCatalog.StartAsync(On(), engines: [silent.As("llamacpp"), silent.As("vllm"), silent.As("lmstudio")]);

        // One bound for all of them, and a lot for a busy machine.
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, EngineProbe.Bound + TimeSpan.FromSeconds(5));
        Assert.Single(running.Catalog.Current.Providers);
    }

    [Fact]
    public async Task An_engine_that_is_too_busy_to_answer_keeps_its_models_and_one_that_has_gone_does_not()
    {
        var clock = new SteppedClock(slowness: 6); // two seconds for an engine that never answers
        await using var engine = await FakeEngine.StartAsync(TwoModels);
        await using var running = await RunningCatalog.StartAsync(On(), clock, [engine.As("llamacpp")]);

        engine.Answer = null;
        clock.Step(CatalogService.DiscoveryInterval);
        Assert.False(await running.Catalog.DiscoverAsync(TestContext.Current.CancellationToken));
        Assert.True(running.Has("llamacpp/llama3.2-3b"));
        await engine.DisposeAsync();
        clock.Step(CatalogService.DiscoveryInterval);
        Assert.True(await running.Catalog.DiscoverAsync(TestContext.Current.CancellationToken));
        Assert.False(running.Has("llamacpp/llama3.2-3b"));
    }

    [Theory]
    [InlineData("<html>hello</html>")]
    [InlineData("[1, 2]")]
    [InlineData("""{ "data": "models" }""")]
    [InlineData("""{ "data": [1, null, {}, { "id": 5 }, { "id": "" }, { "id": "a\nb" }, { "id": "\ud800" }] }""")]
    public async Task What_is_no_list_of_models_is_ignored(string answer)
    {
        await using var engine = await FakeEngine.StartAsync(answer);
        await using var running = await RunningCatalog.StartAsync(On(), engines: [engine.As("llamacpp")]);

        Assert.Equal(["turnpike"], running.Catalog.Current.Providers.Select(static p => p.Id));
        Assert.Equal(1, engine.Asked);
    }

    [Fact]
    public async Task An_answer_without_end_is_ignored()
    {
        await using var engine = await FakeEngine.StartAsync(new string(' ', EngineProbe.AnswerBytesMax) + TwoModels);
        await using var running = await RunningCatalog.StartAsync(On(), engines: [engine.As("llamacpp")]);

        Assert.Single(running.Catalog.Current.Providers);
    }

    [Fact]
    public async Task An_address_of_our_own_is_no_engine()
    {
        await using var engine = await FakeEngine.StartAsync(TwoModels);
        _folder.WithVariable("TURNPIKE_URLS", $"http://*:{engine.Port}");
        await using var running = await RunningCatalog.StartAsync(On(), engines: [engine.As("llamacpp")]);

        Assert.Equal(0, engine.Asked);
    }

    [Fact]
    public async Task A_configured_provider_goes_before_an_engine_of_its_name()
    {
        await using var engine = await FakeEngine.StartAsync(TwoModels);
        _folder.With("""{ "localEngines": true, "providers": [{ "id": "llamacpp", "baseUrl": "http://gpu.example:11434/v1" }] }""");
        await using var running = await RunningCatalog.StartAsync(_folder, engines: [engine.As("llamacpp")]);

        Assert.False(running.Has("llamacpp/llama3.2-3b"));
        Assert.Equal("http://gpu.example:11434/v1", running.Catalog.Current.Providers[1].BaseUrl!.ToString());
    }

    [Fact]
    public async Task Turning_the_search_on_and_off_in_the_file_needs_no_restart()
    {
        await using var engine = await FakeEngine.StartAsync(TwoModels);
        await using var running = await RunningCatalog.StartAsync(_folder.With("{}"), engines: [engine.As("llamacpp")]);

        On();
        await RunningCatalog.UntilAsync(() => running.Has("llamacpp/llama3.2-3b"));
        _folder.With("""{ "localEngines": false }""");
        await RunningCatalog.UntilAsync(() => !running.Has("llamacpp/llama3.2-3b"));
    }

    [Theory]
    [InlineData("/models/tiny.Q4.gguf", "llamacpp/tiny.Q4.gguf")]
    [InlineData("C:\\models\\tiny.gguf", "llamacpp/tiny.gguf")]
    [InlineData("a b:c", "llamacpp/a-b-c")]
    public void A_name_becomes_an_id(string name, string id) => Assert.Equal(id, LocalCatalog.ModelId("llamacpp", name));

    private Folder On() => _folder.With("""{ "localEngines": true }""");
}
