using Microsoft.Extensions.Logging;

namespace Turnpike.Configuration.Tests;

public sealed class ReloadTests : IDisposable
{
    private const string KeyFile = """{ "providers": [{ "id": "acme", "baseUrl": "https://a.example", "key": "file:key.txt" }] }""";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_changed_file_comes_into_force_without_a_restart()
    {
        await using var running = await RunningCatalog.StartAsync(_folder.With(Model("one")));
        Assert.True(running.Has("acme/one"));

        _folder.With(Model("two"));

        await RunningCatalog.UntilAsync(() => running.Has("acme/two") && Has(running, LogLevel.Information, "is in force"));
        Assert.False(running.Has("acme/one"));
    }

    [Fact]
    public async Task A_file_that_is_replaced_by_another_comes_into_force()
    {
        await using var running = await RunningCatalog.StartAsync(_folder.With(Model("one")));

        _folder.Replace("turnpike.json", Model("two"));

        await RunningCatalog.UntilAsync(() => running.Has("acme/two"));
    }

    [Fact]
    public async Task A_file_that_looks_the_same_from_outside_comes_into_force()
    {
        await using var running = await RunningCatalog.StartAsync(_folder.With(Model("one")));

        _folder.Replace("turnpike.json", Model("two"), File.GetLastWriteTimeUtc(_folder.ConfigFile)); // As long as the other.

        await RunningCatalog.UntilAsync(() => running.Has("acme/two"));
    }

    [Fact]
    public async Task A_key_file_that_looks_the_same_from_outside_comes_into_force()
    {
        _folder.WithFile("key.txt", "first-one").With(KeyFile);
        await using var running = await RunningCatalog.StartAsync(_folder);

        _folder.Replace("key.txt", "other-one", File.GetLastWriteTimeUtc(_folder.File("key.txt")));

        await RunningCatalog.UntilAsync(() => Key(running) == "other-one");
    }

    [Fact]
    public async Task What_changes_between_the_reading_of_the_settings_and_the_first_look_comes_into_force()
    {
        var settings = _folder.WithFile("key.txt", "first-one").With(KeyFile).Settings();
        _folder.Replace("key.txt", "other-one", File.GetLastWriteTimeUtc(_folder.File("key.txt")));
        await using var running = await RunningCatalog.StartAsync(settings);

        await RunningCatalog.UntilAsync(() => Key(running) == "other-one");
    }

    [Fact]
    public async Task A_key_file_that_changes_while_the_configuration_is_gone_takes_nothing_out_of_force()
    {
        _folder.WithFile("key.txt", "first-one").With(KeyFile);
        var clock = new LookCounter();
        await using var running = await RunningCatalog.StartAsync(_folder, clock);
        File.Delete(_folder.ConfigFile);
        await RunningCatalog.UntilAsync(() => Has(running, LogLevel.Warning, "is gone"));

        _folder.Replace("key.txt", "other-one");

        var looks = clock.Looks;
        await RunningCatalog.UntilAsync(() => clock.Looks > looks + 2); // One under way, and one that is whole.
        Assert.Equal("first-one", Key(running));
        _folder.Replace("turnpike.json", KeyFile);
        await RunningCatalog.UntilAsync(() => Key(running) == "other-one");
    }

    [Fact]
    public async Task A_file_that_appears_comes_into_force()
    {
        await using var running = await RunningCatalog.StartAsync(_folder);

        _folder.With(Model("one"));

        await RunningCatalog.UntilAsync(() => running.Has("acme/one"));
    }

    [Fact]
    public async Task A_faulty_change_leaves_the_old_in_force_names_every_fault_and_is_forgotten_when_it_is_corrected()
    {
        await using var running = await RunningCatalog.StartAsync(_folder.With(Model("one")));
        var before = running.Catalog.Current;

        _folder.Replace("turnpike.json", """{ "nonsense": 1, "drain": "soon" }""");

        await RunningCatalog.UntilAsync(() => Has(running, LogLevel.Warning, "stays in force"));
        var warning = running.Log.Lines.Single(static l => l.Level == LogLevel.Warning).Text;
        Assert.Contains("turnpike.json:1:3 nonsense: ", warning, StringComparison.Ordinal);
        Assert.Contains("turnpike.json:1:27 drain: ", warning, StringComparison.Ordinal);
        Assert.Same(before, running.Catalog.Current);
        _folder.With(Model("two"));
        await RunningCatalog.UntilAsync(() => running.Has("acme/two"));
    }

    [Fact]
    public async Task A_file_that_is_deleted_changes_nothing()
    {
        await using var running = await RunningCatalog.StartAsync(_folder.With(Model("one")));

        File.Delete(_folder.ConfigFile);

        await RunningCatalog.UntilAsync(() => Has(running, LogLevel.Warning, "is gone"));
        Assert.True(running.Has("acme/one"));
    }

    [Fact]
    public async Task Settings_that_need_a_restart_are_named_when_they_change()
    {
        await using var running = await RunningCatalog.StartAsync(_folder.With(Model("one")));

        _folder.With(Model("two", """ "urls": "http://127.0.0.1:1", "data": "elsewhere", """));

        await RunningCatalog.UntilAsync(() => Has(running, LogLevel.Warning, "next start only: data, urls."));
        Assert.True(running.Has("acme/two"));
    }

    [Fact]
    public async Task A_changed_key_file_comes_into_force()
    {
        _folder.WithFile("key.txt", "first").With(KeyFile);
        await using var running = await RunningCatalog.StartAsync(_folder);

        _folder.WithFile("key.txt", "second-one");

        await RunningCatalog.UntilAsync(() => Key(running) == "second-one");
    }

    private static string Key(RunningCatalog running) => running.Catalog.Current.Providers[1].ApiKey!.Reveal();

    private static bool Has(RunningCatalog running, LogLevel level, string text) =>
        running.Log.Lines.Any(l => l.Level == level && l.Text.Contains(text, StringComparison.Ordinal));

    private static string Model(string name, string more = "") => $$"""
        {
          {{more}}
          "providers": [{ "id": "acme", "baseUrl": "https://acme.example" }],
          "endpoints": [{ "provider": "acme", "model": "acme/{{name}}", "upstreamModel": "{{name}}", "prices": { "prompt": 1, "completion": 1 } }]
        }
        """;
}
