using System.Net;
using System.Text.Json.Nodes;

namespace Turnpike.Host.Tests;

public sealed class OperatorTests
{
    [Fact]
    public async Task Health_and_metrics_are_served()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();

        foreach (var path in (string[])["/health/live", "/health/ready", "/metrics"])
        {
            using var answer = await server.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task With_admin_addresses_metrics_are_on_them_alone_and_callers_are_not()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync("--admin-urls", "http://127.0.0.2:0");
        var admin = AdminOf(server);

        using var metricsForCallers = await server.GetAsync("/metrics");
        using var healthForCallers = await server.GetAsync("/health/ready");
        using var metricsForOperators = await admin.GetAsync("/metrics");
        using var healthForOperators = await admin.GetAsync("/health/live");
        using var modelsForOperators = await admin.GetAsync("/api/v1/models");

        Assert.Equal(HttpStatusCode.NotFound, metricsForCallers.StatusCode);
        Assert.Equal(HttpStatusCode.OK, healthForCallers.StatusCode);
        Assert.Equal(HttpStatusCode.OK, metricsForOperators.StatusCode);
        Assert.Equal(HttpStatusCode.OK, healthForOperators.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, modelsForOperators.StatusCode);
    }

    [Fact]
    public async Task A_callers_request_id_comes_back_and_stands_in_the_log()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/api/v1/models"));
        request.Headers.Add("X-Request-Id", "check-4711");
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());

        using var answer = await http.SendAsync(request, Deadline.Token());

        Assert.Equal(["check-4711"], answer.Headers.GetValues("X-Request-Id"));
        await Deadline.UntilAsync(() => LogLines(server).Any(static l => l["request_id"]?.GetValue<string>() == "check-4711"), "the line of the request");
    }

    [Fact]
    public async Task A_request_without_an_id_gets_one_and_no_answer_names_the_server()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();

        using var answer = await server.GetAsync("/api/v1/models");

        Assert.NotEmpty(Assert.Single(answer.Headers.GetValues("X-Request-Id")));
        Assert.Empty(answer.Headers.Server);
    }

    [Fact]
    public async Task The_log_is_JSON_and_holds_neither_prompt_nor_key()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync("--log-level", "trace");
        using (await server.ChatAsync(server.Keys[0], text: "the secret of the pyramids"))
        {
            server.Process.Terminate();
        }

        await server.Process.ExitCodeAsync();

        Assert.Contains(LogLines(server), static l => ((string?)l["generation_id"])?.StartsWith("gen-", StringComparison.Ordinal) == true);
        Assert.DoesNotContain("pyramids", server.Process.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Keys[0], server.Process.Error, StringComparison.Ordinal);
    }

    private static RunningServer AdminOf(RunningServer server)
    {
        var line = server.Process.Output.Split('\n').First(static l => l.Contains("operators", StringComparison.Ordinal));
        return new(server.Process, new Uri(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
    }

    private static List<JsonNode> LogLines(RunningServer server) =>
        [.. server.Process.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => JsonNode.Parse(l)!)];
}
