using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>Replays exchanges through the gateway's front door: one at a time, since the provider says what it was told last.</summary>
internal sealed class ExchangeReplay(GatewayHarness gateway, ScriptedProvider provider)
{
    /// <summary>Sends what callers of a surface send for an exchange, in each way in which it was recorded.</summary>
    /// <returns>What is not as expected; empty is a pass.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(Exchange exchange, ICallerSurface surface)
    {
        List<string> differences = [];
        foreach (var way in exchange.Ways)
        {
            try
            {
                differences.AddRange((await RunAsync(exchange, surface, way)).Select(d => $"{way}: {d}"));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // An answer that cannot even be read is a fault of this cell, not of the suite.
                differences.Add($"{way}: {e}");
            }
        }

        return differences;
    }

    private async Task<List<string>> RunAsync(Exchange exchange, ICallerSurface surface, ReplayWay way)
    {
        var expected = exchange.ExpectedAt(surface.Name);
        var request = ExchangeFiles.CallerRequest(surface.Name, exchange.Name);
        request["model"] = exchange.Model;
        request["stream"] = way != ReplayWay.Whole;

        var before = provider.Started;
        provider.Otherwise(_ => exchange.Reply(way));
        var (told, id) = await SendAsync(surface, request);
        var differences = Expectation.Differences(expected, told, surface).ToList();
        var sent = provider.Exchanges.Skip(before).ToList();
        if (sent.Count != ((bool?)expected["isRefused"] == true ? 0 : 1))
        {
            differences.Add($"the provider was asked {sent.Count} times");
        }
        else if (sent is [var asked])
        {
            differences.AddRange(AskedAt(exchange, way, asked));
            differences.AddRange(JsonPart.Differences(exchange.RequestAt(surface.Name) ?? [], asked.Json, "request"));
        }

        differences.AddRange(await DroppedAsync(expected, id));
        if (exchange.HasSecondTurn && differences.Count == 0)
        {
            surface.GoOn(request, told, "14 degrees");
            differences.AddRange(await GiveBackAsync(exchange, surface, request));
        }

        return differences;
    }

    // The second turn: the answer goes back in the history, and stands there as the provider gave it.
    private async Task<IEnumerable<string>> GiveBackAsync(Exchange exchange, ICallerSurface surface, JsonObject request)
    {
        request["stream"] = false;
        provider.Otherwise(_ => exchange.Plain.Reply(ReplayWay.Whole));
        var (told, _) = await SendAsync(surface, request);
        return told.Status == 200
            ? JsonPart.Differences(exchange.RequestAt(surface.Name, "back"), provider.Exchanges[^1].Json, "given back")
            : [$"the second turn was refused: {told.Status} {told.ErrorMessage}"];
    }

    private static IEnumerable<string> AskedAt(Exchange exchange, ReplayWay way, ProviderExchange asked)
    {
        var below = exchange.Dialect.PathOf(way != ReplayWay.Whole).Replace("{model}", exchange.UpstreamModel, StringComparison.Ordinal);
        var path = $"/v1/{exchange.Dialect.Id}{below}";
        return Uri.UnescapeDataString(asked.Path) == path ? [] : [$"path: expected {path}, got {asked.Path}"];
    }

    // Asked for where something is expected only: the record is written some time after the answer.
    private async Task<IEnumerable<string>> DroppedAsync(JsonObject expected, string? id)
    {
        if (expected["dropped"] is not JsonArray dropped || id is null)
        {
            return [];
        }

        var record = await gateway.GenerationAsync(id);
        return JsonPart.Differences(Sorted(dropped), Sorted(record["dropped_parameters"]?.AsArray() ?? []), "dropped_parameters");
    }

    private static JsonArray Sorted(JsonArray names) => [.. names.Select(static n => (string)n!).Order(StringComparer.Ordinal).Select(static n => JsonValue.Create(n))];

    private async Task<(Told Told, string? Id)> SendAsync(ICallerSurface surface, JsonObject request)
    {
        var client = gateway.Client;
        using var message = client.Request(HttpMethod.Post, surface.Path, request.ToJsonString(Lifecycle.Relaxed));
        using var response = await client.SendAsync(message);
        var id = response.Headers.TryGetValues("X-Generation-Id", out var ids) ? ids.Single() : null;
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            List<SseItem> items = [];
            await foreach (var item in SseReader.ReadAsync(await response.Content.ReadAsStreamAsync(), Deadline.Token()))
            {
                items.Add(item);
            }

            return (surface.ReadStream(items), id);
        }

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Deadline.Token()))!;
        return (response.IsSuccessStatusCode ? surface.ReadWhole(answer) : surface.ReadError((int)response.StatusCode, answer), id);
    }
}
