using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace Turnpike.Host.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task The_first_start_prints_both_keys_once_and_says_that_the_credit_is_play()
    {
        await using var place = new Workplace();

        var server = await place.ServeAsync();

        Assert.Equal(2, server.Keys.Count);
        Assert.Contains("US$5.00 of play credit", server.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Keys[0], server.Process.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_curl_line_of_the_first_start_works_as_printed()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();
        var line = server.Process.Output.Split('\n').First(static l => l.StartsWith("curl ", StringComparison.Ordinal));

        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", line + " -s -f"]) { RedirectStandardOutput = true })!;
        var answer = JsonNode.Parse(await shell.StandardOutput.ReadToEndAsync(Deadline.Token()));

        Assert.Equal("Hello, Turnpike!", answer!["choices"]![0]!["message"]!["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_thread_that_waits_for_sockets_takes_its_turn()
    {
        const int policy = 41 - 3; // the field of proc_pid_stat(5); the name of the thread is the second
        await using var place = new Workplace();
        var server = await place.ServeAsync();

        var waiting = server.Process.Threads().Where(static t => t.Contains("(.NET Sockets)", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(waiting);
        Assert.All(waiting, static t => Assert.Equal("3", t.Split(") ")[^1].Split(' ')[policy])); // SCHED_BATCH
    }

    [Fact]
    public async Task A_later_start_prints_no_keys_and_takes_the_old_ones()
    {
        await using var place = new Workplace();
        var first = await place.ServeAsync();
        var key = first.Keys[0];
        first.Process.Terminate();
        Assert.Equal(0, await first.Process.ExitCodeAsync());

        var second = await place.ServeAsync();

        Assert.Empty(second.Keys);
        using var answer = await second.ChatAsync(key);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused_in_a_sentence()
    {
        await using var place = new Workplace();
        await place.ServeAsync();

        var second = await place.RunAsync("--urls", "http://127.0.0.1:0");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("in use by another server", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_told_in_a_sentence_and_no_keys_are_made()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();

        var second = await place.RunAsync("--data", "elsewhere", "--urls", server.Address.ToString());
        var keys = await place.RunAsync("keys", "list", "--data", "elsewhere", "--json");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("already in use", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Error, StringComparison.Ordinal);
        Assert.Empty(keys.Json["data"]!.AsArray());
    }

    [Fact]
    public async Task A_wrong_configuration_refuses_the_start_with_all_its_faults()
    {
        await using var place = new Workplace();
        await File.WriteAllTextAsync(
            Path.Combine(place.Folder, "turnpike.json"), """{ "urls": ["nonsense"], "startingCredit": -3 }""");

        var result = await place.RunAsync();

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("urls", result.Error, StringComparison.Ordinal);
        Assert.Contains("startingCredit", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(place.Folder, "data")));
    }

    [Fact]
    public async Task A_wrong_option_is_a_sentence_and_exit_code_2()
    {
        await using var place = new Workplace();

        var result = await place.RunAsync("--no-such-option");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--no-such-option", result.Error, StringComparison.Ordinal);
    }
}
