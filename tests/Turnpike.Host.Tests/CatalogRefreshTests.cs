using System.Text.Json.Nodes;

namespace Turnpike.Host.Tests;

public sealed class CatalogRefreshTests
{
    private const string DearerByAFifth = """
        {"groq":{"models":{"llama-3.1-8b-instant":{"id":"llama-3.1-8b-instant","cost":{"input":0.06,"output":0.08},"limit":{"context":131072,"output":131072}}}}}
        """;

    private const string TenTimesAsDear = """
        {"groq":{"models":{"llama-3.1-8b-instant":{"id":"llama-3.1-8b-instant","cost":{"input":0.5,"output":0.08},"limit":{"context":131072,"output":131072}}}}}
        """;

    [Fact]
    public async Task A_new_price_is_shown_kept_with_its_day_and_in_force_after()
    {
        await using var lists = await ScriptedLists.StartAsync();
        await using var place = new Workplace();
        lists["/api.json"] = DearerByAFifth;

        var tried = await place.RunAsync("catalog", "refresh", "--from", lists.Url("/api.json"), "--dry-run", "--json");
        var done = await place.RunAsync("catalog", "refresh", "--from", lists.Url("/api.json"), "--json");
        var again = await place.RunAsync("catalog", "refresh", "--from", lists.Url("/api.json"), "--json");

        Assert.Null(tried.Json["written_to"]);
        Assert.Equal(0, done.ExitCode);
        var change = Assert.Single(done.Json["changes"]!.AsArray())!;
        Assert.Equal("price groq meta-llama/llama-3.1-8b-instruct $0.05 / $0.08 $0.06 / $0.08", Shown(change));
        var written = JsonNode.Parse(await File.ReadAllTextAsync((string)done.Json["written_to"]!, Deadline.Token()))!;
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", (string)written["endpoints"]![0]!["prices"]![0]!["from"]!);
        Assert.Empty(again.Json["changes"]!.AsArray());
    }

    [Fact]
    public async Task A_price_times_ten_is_believed_only_when_forced()
    {
        await using var lists = await ScriptedLists.StartAsync();
        await using var place = new Workplace();
        lists["/api.json"] = TenTimesAsDear;

        var refused = await place.RunAsync("catalog", "refresh", "--from", lists.Url("/api.json"), "--json");
        var forced = await place.RunAsync("catalog", "refresh", "--from", lists.Url("/api.json"), "--force", "--json");

        Assert.Equal(1, refused.ExitCode);
        Assert.Null(refused.Json["written_to"]);
        Assert.Contains("from 0.05 to 0.5 USD", (string)refused.Json["refused"]![0]!["absurdity"]!, StringComparison.Ordinal);
        Assert.Equal(0, forced.ExitCode);
        Assert.Equal("price groq meta-llama/llama-3.1-8b-instruct $0.05 / $0.08 $0.50 / $0.08", Shown(forced.Json["changes"]![0]!));
    }

    [Fact]
    public async Task A_redirection_is_not_followed_with_a_key_and_one_to_no_address_is_told()
    {
        await using var lists = await ScriptedLists.StartAsync();
        await using var place = new Workplace();
        lists["/api.json"] = ScriptedLists.RedirectTo + "file:///etc/hostname";
        lists["/v1/models"] = ScriptedLists.RedirectTo + lists.Url("/elsewhere");
        await File.WriteAllTextAsync(
            Path.Combine(place.Folder, "turnpike.json"),
            $$"""{"providers":[{"id":"acme","baseUrl":"{{lists.Url("/v1")}}","key":"sk-1","dialect":"anthropic-messages"}],"endpoints":[{"provider":"acme","model":"acme/m","upstreamModel":"m","prices":{"prompt":1,"completion":1} }]}""",
            TestContext.Current.CancellationToken);

        var list = await place.RunAsync("catalog", "refresh", "--from", lists.Url("/api.json"), "--dry-run");
        var provider = await place.RunAsync("catalog", "refresh", "--providers", "--dry-run");

        Assert.Equal((1, 1), (list.ExitCode, provider.ExitCode));
        Assert.StartsWith("turnpike: ", list.Error, StringComparison.Ordinal);
        Assert.Equal(["/api.json", "/v1/models"], lists.Asked);
    }

    [Fact]
    public async Task A_list_of_OpenRouters_form_brings_new_models_and_a_short_one_takes_none_away()
    {
        await using var lists = await ScriptedLists.StartAsync();
        await using var place = new Workplace();
        lists["/api/v1/models"] = """
            {"data":[{"id":"acme/brand-new","name":"Acme: Brand New","context_length":8192,"pricing":{"prompt":"0.000001","completion":"0.000002"}}]}
            """;

        var result = await place.RunAsync("catalog", "refresh", "--from", lists.Url("/api/v1/models"), "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("new openrouter acme/brand-new  $1.00 / $2.00", Shown(Assert.Single(result.Json["changes"]!.AsArray())!));
        Assert.All(result.Json["refused"]!.AsArray(), static r => Assert.Equal("gone", (string)r!["change"]!));
        Assert.NotEmpty(result.Json["refused"]!.AsArray());
    }

    [Fact]
    public async Task A_list_of_models_devs_form_brings_new_models_of_an_author()
    {
        await using var lists = await ScriptedLists.StartAsync();
        await using var place = new Workplace();
        lists["/api.json"] = """
            {"openai":{"models":{"gpt-99":{"id":"gpt-99","name":"GPT-99","tool_call":true,"temperature":true,"modalities":{"input":["text","pdf"],"output":["text"]},"cost":{"input":1,"output":10},"limit":{"context":131072,"output":16384}}}}}
            """;

        var result = await place.RunAsync("catalog", "refresh", "--from", lists.Url("/api.json"), "--json");

        Assert.Equal("new openai openai/gpt-99  $1.00 / $10.00", Shown(Assert.Single(result.Json["changes"]!.AsArray())!));
        var model = JsonNode.Parse(await File.ReadAllTextAsync((string)result.Json["written_to"]!, Deadline.Token()))!["models"]![0]!;
        Assert.Equal("""["text","file"]""", model["inputModalities"]!.ToJsonString());
        Assert.Contains("tools", model["parameters"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_of_the_operators_own_gets_new_models_and_keeps_what_the_file_says()
    {
        await using var lists = await ScriptedLists.StartAsync();
        await using var place = new Workplace();
        await File.WriteAllTextAsync(
            Path.Combine(place.Folder, "turnpike.json"),
            $$"""
            {
              "providers": [{ "id": "acme", "baseUrl": "{{lists.Url("/v1")}}", "key": "k" }],
              "endpoints": [{ "provider": "acme", "model": "acme/swift", "upstreamModel": "swift", "prices": { "prompt": 1, "completion": 2 } }]
            }
            """,
            Deadline.Token());
        lists["/v1/models"] = """
            {"data":[{"id":"swift","pricing":{"prompt":"0.00002","completion":"0.000002"}},{"id":"slow","context_length":8192,"pricing":{"prompt":"0.000001","completion":"0.000003"}}]}
            """;

        var result = await place.RunAsync("catalog", "refresh", "--providers", "--force", "--json");
        var models = await place.RunAsync("models", "list", "--json");

        Assert.Equal("new acme acme/slow  $1.00 / $3.00", Shown(Assert.Single(result.Json["changes"]!.AsArray())!));
        Assert.Contains("from 1 to 20 USD", (string)Assert.Single(result.Json["refused"]!.AsArray())!["absurdity"]!, StringComparison.Ordinal);
        Assert.Contains("acme/slow", models.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configured_providers_are_asked_for_their_own_lists_with_their_keys()
    {
        await using var lists = await ScriptedLists.StartAsync();
        await using var place = new Workplace();
        await File.WriteAllTextAsync(
            Path.Combine(place.Folder, "turnpike.json"),
            $$"""
            {
              "providers": [
                { "id": "groq", "baseUrl": "{{lists.Url("/broken")}}", "key": "other" },
                { "id": "poolside", "baseUrl": "{{lists.Url("/v1")}}", "key": "sk-of-poolside" }
              ]
            }
            """,
            Deadline.Token());
        lists["/v1/models"] = """
            {"object":"list","data":[{"id":"poolside/laguna-m.1","context_length":131072},{"id":"poolside/laguna-xs.2"}]}
            """;

        var result = await place.RunAsync("catalog", "refresh", "--providers", "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("groq", (string)Assert.Single(result.Json["failures"]!.AsArray())!, StringComparison.Ordinal);
        Assert.Equal(
            "limits poolside poolside/laguna-m.1 262144 in, 32768 out 131072 in, ? out", Shown(Assert.Single(result.Json["changes"]!.AsArray())!));
        Assert.Equal("Bearer sk-of-poolside", lists.Authorization);
        Assert.DoesNotContain("sk-of-poolside", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Googles_list_has_a_form_and_a_place_of_the_key_of_its_own()
    {
        await using var lists = await ScriptedLists.StartAsync();
        await using var place = new Workplace();
        await File.WriteAllTextAsync(
            Path.Combine(place.Folder, "turnpike.json"),
            $$"""{ "providers": [{ "id": "google-ai-studio", "baseUrl": "{{lists.Url("/v1beta")}}", "key": "sk-of-google" }] }""",
            Deadline.Token());
        lists["/v1beta/models"] = """
            {"models":[{"name":"models/gemini-2.5-pro","displayName":"Gemini 2.5 Pro","inputTokenLimit":500000,"outputTokenLimit":65536},{"name":"tunedModels/x"}]}
            """;

        var result = await place.RunAsync("catalog", "refresh", "--providers", "--json");

        Assert.Equal(
            "limits google-ai-studio google/gemini-2.5-pro 1048576 in, 65536 out 500000 in, 65536 out", Shown(Assert.Single(result.Json["changes"]!.AsArray())!));
        Assert.True(string.IsNullOrEmpty(lists.Authorization));
    }

    [Fact]
    public async Task What_is_no_list_of_models_is_refused()
    {
        await using var lists = await ScriptedLists.StartAsync();
        await using var place = new Workplace();
        lists["/page"] = "<html>";

        var result = await place.RunAsync("catalog", "refresh", "--from", lists.Url("/page"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is neither OpenRouter's list of models nor models.dev's api.json", result.Error, StringComparison.Ordinal);
    }

    private static string Shown(JsonNode change) => $"{change["change"]} {change["provider"]} {change["model"]} {change["before"]} {change["after"]}";
}
