using System.Net;
using System.Text.Json.Nodes;

namespace Turnpike.Host.Tests;

public sealed class CommandTests
{
    [Fact]
    public async Task A_key_made_while_the_server_runs_works_at_once()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();

        var made = await place.RunAsync("keys", "create", "--name", "laptop", "--json");

        Assert.Equal(0, made.ExitCode);
        Assert.Matches("^sk-or-v1-[0-9a-f]{64}$", Text(made.Json["key"]));
        await server.UntilKeyAnswersAsync(Text(made.Json["key"]), HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_key_that_the_server_refused_before_it_was_made_works_after()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();
        using (var before = await server.GetAsync("/api/v1/key", "sk-or-v1-" + new string('0', 64)))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, before.StatusCode);
        }

        var made = await place.RunAsync("keys", "create", "--name", "later", "--json");

        await server.UntilKeyAnswersAsync(Text(made.Json["key"]), HttpStatusCode.OK);
    }

    [Fact]
    public async Task Disabling_enabling_and_deleting_a_key_reach_the_running_server()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();
        var made = await place.RunAsync("keys", "create", "--name", "laptop", "--json");
        var key = Text(made.Json["key"]);
        var hash = Text(made.Json["data"]!["hash"]);
        await server.UntilKeyAnswersAsync(key, HttpStatusCode.OK);

        Assert.Equal(0, (await place.RunAsync("keys", "disable", "laptop")).ExitCode);
        await server.UntilKeyAnswersAsync(key, HttpStatusCode.Unauthorized);
        Assert.Equal(0, (await place.RunAsync("keys", "enable", hash[..8])).ExitCode);
        await server.UntilKeyAnswersAsync(key, HttpStatusCode.OK);
        Assert.Equal(0, (await place.RunAsync("keys", "delete", hash)).ExitCode);
        await server.UntilKeyAnswersAsync(key, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_limit_with_its_period_stands_in_the_list()
    {
        await using var place = new Workplace();
        await place.ServeAsync();
        await place.RunAsync("keys", "create", "--name", "ci", "--limit", "2.5", "--reset", "daily", "--expires", "30d");

        var list = await place.RunAsync("keys", "list", "--json");
        var table = await place.RunAsync("keys", "list");

        var key = list.Json["data"]!.AsArray().Single(static k => Text(k!["name"]) == "ci")!;
        Assert.Equal(2.5m, key["limit"]!.GetValue<decimal>());
        Assert.Equal("daily", Text(key["limit_reset"]));
        Assert.Contains("$2.50 daily", table.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch("sk-or-v1-[0-9a-f]{64}", table.Output + list.Output);
    }

    [Theory]
    [InlineData("keys", "create", "--name", "x", "--limit", "-1")]
    [InlineData("keys", "create", "--name", "x", "--limit", "0.0000000001")]
    [InlineData("keys", "create", "--name", "x", "--reset", "daily")]
    [InlineData("keys", "create", "--name", "x", "--limit", "1", "--reset", "yearly")]
    [InlineData("keys", "create", "--name", "x", "--limit", "1", "--reset", "7")]
    [InlineData("keys", "create", "--name", "x", "--expires", "2001-01-01")]
    [InlineData("keys", "create", "--name", "")]
    [InlineData("credits", "grant", "--amount", "0")]
    [InlineData("credits", "grant", "--amount", "many")]
    [InlineData("credits", "grunt")]
    public async Task What_cannot_be_meant_is_refused_with_exit_code_2(params string[] arguments)
    {
        await using var place = new Workplace();

        var result = await place.RunAsync([.. arguments, "--json"]);

        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(Text(result.Json["error"]!["message"]));
    }

    [Fact]
    public async Task A_grant_raises_the_credit_in_the_running_server_once_per_reference()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();
        var first = await place.RunAsync("credits", "grant", "--amount", "7.25", "--reference", "invoice-1", "--json");
        var again = await place.RunAsync("credits", "grant", "--amount", "7.25", "--reference", "invoice-1", "--json");
        var shown = await place.RunAsync("credits", "show", "--json");

        Assert.True(first.Json["booked"]!.GetValue<bool>());
        Assert.False(again.Json["booked"]!.GetValue<bool>());
        Assert.Equal(12.25m, shown.Json["data"]![0]!["total_credits"]!.GetValue<decimal>());
        await Deadline.UntilAsync(
            async () =>
            {
                using var answer = await server.GetAsync("/api/v1/credits", server.Keys[1]);
                return JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["data"]?["total_credits"]?.GetValue<decimal>() == 12.25m;
            },
            "the server shows the grant");
    }

    [Fact]
    public async Task Keys_are_listed_in_a_shell_without_the_servers_secrets()
    {
        await using var place = new Workplace();
        await place.ServeAsync();
        await File.WriteAllTextAsync(
            Path.Combine(place.Folder, "turnpike.json"),
            """{ "providers": [{ "id": "beta", "baseUrl": "https://beta.example", "key": "env:NOT_SET_ANYWHERE" }] }""",
            TestContext.Current.CancellationToken);

        Assert.Equal(0, (await place.RunAsync("keys", "list")).ExitCode);
        Assert.Equal(2, (await place.RunAsync("providers", "list")).ExitCode);
    }

    [Fact]
    public async Task Every_command_prints_one_JSON_document_with_json()
    {
        await using var place = new Workplace();
        await place.ServeAsync();

        string[] commands =
        [
            "keys list", "credits show", "providers list", "providers check", "models list", "models list --count", "doctor", "keys delete nothing",
        ];
        foreach (var command in commands)
        {
            var result = await place.RunAsync([.. command.Split(' '), "--json"]);
            Assert.NotNull(result.Json);
        }
    }

    [Fact]
    public async Task The_built_in_models_are_listed_and_counted()
    {
        await using var place = new Workplace();

        var list = await place.RunAsync("models", "list");
        var count = await place.RunAsync("models", "list", "--count", "--json");

        Assert.Contains("turnpike/echo", list.Output, StringComparison.Ordinal);
        Assert.True(count.Json["models"]!.GetValue<int>() >= 2);
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_fails_the_check_with_its_reason_and_without_its_key()
    {
        await using var place = new Workplace();
        await File.WriteAllTextAsync(
            Path.Combine(place.Folder, "turnpike.json"),
            """{ "providers": [{ "id": "gone", "baseUrl": "http://127.0.0.1:9/v1", "key": "sk-never-to-be-shown" }] }""");

        var list = await place.RunAsync("providers", "list");
        var check = await place.RunAsync("providers", "check", "gone");

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("nothing listens", check.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("never-to-be-shown", list.Output + check.Output + check.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("keys")]
    [InlineData("keys", "create")]
    [InlineData("credits", "grant")]
    [InlineData("doctor")]
    public async Task Help_is_there(params string[] command)
    {
        await using var place = new Workplace();

        var help = await place.RunAsync([.. command, "--help"]);

        Assert.Equal(0, help.ExitCode);
        Assert.Contains("Usage:", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Which_responses_are_kept_is_set_for_a_key()
    {
        await using var place = new Workplace();
        await place.ServeAsync();
        await place.RunAsync("keys", "create", "--name", "laptop");

        var all = await place.RunAsync("keys", "responses", "all", "laptop", "--json");
        var asked = await place.RunAsync("keys", "responses", "asked", "laptop", "--json");
        var wrong = await place.RunAsync("keys", "responses", "some", "laptop");

        Assert.Equal((true, false), ((bool)all.Json["data"]!["keeps_responses"]!, (bool)asked.Json["data"]!["keeps_responses"]!));
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.Contains("all and asked", wrong.Error, StringComparison.Ordinal);
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    [Fact]
    public async Task What_is_done_with_broken_streams_is_set_for_a_key()
    {
        await using var place = new Workplace();
        await place.ServeAsync();
        await place.RunAsync("keys", "create", "--name", "laptop");

        var set = await place.RunAsync("route", "rescue", "off", "--key", "laptop", "--json");
        var unset = await place.RunAsync("route", "rescue", "none", "--key", "laptop", "--json");
        var wrong = await place.RunAsync("route", "rescue", "maybe", "--key", "laptop");

        Assert.Equal("off", (string?)set.Json["rescue"]);
        Assert.Null(unset.Json["rescue"]);
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.Contains("off, error, continue, restart", wrong.Error, StringComparison.Ordinal);
    }
}
