using Turnpike.Catalog;
using Turnpike.Core.Catalog;

namespace Turnpike.Configuration.Tests;

/// <summary>Ollama on this machine, which is asked for more than the names of its models.</summary>
public sealed class OllamaEngineTests : IDisposable
{
    private const string Tags = """
        { "models": [
            { "name": "qwen3:8b", "model": "qwen3:8b", "modified_at": "2026-05-04T17:37:44.706015396-07:00", "size": 1, "digest": "d", "details": {} },
            { "name": "nomic-embed-text:latest" },
            { "name": "silent" },
            { "name": 5 }, { "name": "a\nb" } ] }
        """;

    private const string Qwen = """
        { "parameters": "temperature                    0.6\nnum_ctx                        16384\nstop                           \"<|im_end|>\"",
          "model_info": { "general.architecture": "qwen3", "qwen3.context_length": 40960 }, "capabilities": ["completion", "vision", "tools", "thinking"] }
        """;

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Its_models_are_known_with_what_they_can_do()
    {
        await using var engine = await StartAsync();
        await using var running = await RunningCatalog.StartAsync(On(), new SteppedClock(), [engine.AsOllama()]);

        var qwen = Assert.Single(running.Catalog.Current.Find("ollama/qwen3-8b")!.Endpoints);
        Assert.Equal(("ollama", new Uri($"http://127.0.0.1:{engine.Port}/api"), "qwen3:8b"), (qwen.Dialect, qwen.BaseUrl, qwen.UpstreamModel));
        Assert.Equal((16384, 16384), (qwen.ContextLength, qwen.Model.ContextLength));
        Assert.Equal(["text", "image"], qwen.Model.InputModalities);
        Assert.NotNull(qwen.Model.Reasoning);
        Assert.Equal(new DateTimeOffset(2026, 5, 5, 0, 37, 44, TimeSpan.Zero), qwen.Model.Created, TimeSpan.FromSeconds(1));
        Assert.Contains("reasoning", qwen.SupportedParameters);
        Assert.Contains("tools", qwen.SupportedParameters);
        Assert.True(qwen.Prices.IsFree);
    }

    [Fact]
    public async Task A_model_for_embeddings_is_one_and_a_context_that_nobody_set_is_not_promised()
    {
        await using var engine = await StartAsync();
        await using var running = await RunningCatalog.StartAsync(On(), new SteppedClock(), [engine.AsOllama()]);

        var nomic = Assert.Single(running.Catalog.Current.Find("ollama/nomic-embed-text-latest")!.Endpoints);
        Assert.Equal(["embeddings"], nomic.Model.OutputModalities);
        Assert.Equal((null, 2048), (nomic.ContextLength, nomic.Model.ContextLength));
    }

    [Fact]
    public async Task A_model_of_which_nothing_is_told_is_one_all_the_same()
    {
        await using var engine = await StartAsync();
        await using var running = await RunningCatalog.StartAsync(On(), new SteppedClock(), [engine.AsOllama()]);

        var silent = Assert.Single(running.Catalog.Current.Find("ollama/silent")!.Endpoints);
        Assert.Equal((null, true), (silent.Model.Reasoning, silent.SupportedParameters.Contains("tools")));
        Assert.Equal(3, running.Catalog.Current.Models.Count(static m => m.Model.Id.StartsWith("ollama/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_known_of_a_model_stays_known_while_the_engine_is_busy()
    {
        var clock = new SteppedClock();
        await using var engine = await StartAsync();
        await using var running = await RunningCatalog.StartAsync(On(), clock, [engine.AsOllama()]);
        engine.Script = static asked => asked.StartsWith("/api/tags", StringComparison.Ordinal) ? Tags : "busy";
        clock.Step(CatalogService.DiscoveryInterval);

        Assert.False(await running.Catalog.DiscoverAsync(TestContext.Current.CancellationToken));
        Assert.NotNull(running.Catalog.Current.Find("ollama/qwen3-8b")!.Endpoints[0].Model.Reasoning);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("""{ "models": "many" }""")]
    [InlineData("""{ "models": [1, null, {}, { "name": "" }, { "name": "\ud800" }] }""")]
    public async Task What_is_no_list_of_models_is_ignored(string answer)
    {
        await using var engine = await FakeEngine.StartAsync("");
        engine.Script = _ => answer;
        await using var running = await RunningCatalog.StartAsync(On(), new SteppedClock(), [engine.AsOllama()]);

        Assert.Equal(["turnpike"], running.Catalog.Current.Providers.Select(static p => p.Id));
    }

    private static async Task<FakeEngine> StartAsync()
    {
        var engine = await FakeEngine.StartAsync("");
        engine.Script = static asked => asked switch
        {
            _ when asked.StartsWith("/api/tags", StringComparison.Ordinal) => Tags,
            "/api/show {\"model\":\"qwen3:8b\"}" => Qwen,
            "/api/show {\"model\":\"nomic-embed-text:latest\"}" => """{ "model_info": { "nomic-bert.context_length": 2048 }, "capabilities": ["embedding"] }""",
            _ => "busy",
        };
        return engine;
    }

    private Folder On() => _folder.With("""{ "localEngines": true }""");
}
