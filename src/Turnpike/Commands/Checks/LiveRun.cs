using System.Text.Json.Nodes;
using Turnpike.Configuration;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Commands.Checks;

/// <summary>Asks one provider all that <see cref="LiveCheck"/> has, through the gateway: each time the cheapest model there that takes it.</summary>
internal sealed class LiveRun
{
    private static readonly TimeSpan RecordPoll = TimeSpan.FromMilliseconds(50);
    private const int RecordPolls = 60;

    private readonly List<Endpoint> _endpoints;
    private readonly LiveClient _client;
    private readonly LiveGateway _gateway;
    private readonly Provider _provider;

    private LiveRun(Provider provider, List<Endpoint> endpoints, LiveGateway gateway, LiveClient client) =>
        (_provider, _endpoints, _gateway, _client) = (provider, endpoints, gateway, client);

    /// <param name="model">The only model that is asked; null for any.</param>
    /// <param name="credit">What may be spent.</param>
    /// <param name="timeout">For each answer.</param>
    /// <exception cref="CommandException">The provider does not have the model.</exception>
    public static async Task<LiveReport> CheckAsync(
        TurnpikeSettings settings, Provider provider, string? model, NanoUsd credit, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var endpoints = settings.Catalog.Endpoints
            .Where(e => e.Provider.Id == provider.Id && e.Tier is null && e.Model.OutputModalities.Contains("text"))
            .Where(e => model is null ? settings.Quality.IsForChat(e.Model) : e.Model.Id == model)
            .OrderBy(static e => e.Model.IsFreeVariant)
            .ThenBy(static e => (Int128)e.Prices.Prompt.Value + e.Prices.Completion.Value)
            .ToList();
        if (endpoints.Count == 0)
        {
            return model is null
                ? new([], 0) { Notes = [$"'{provider.Id}' has no chat model to send requests to."] }
                : throw new CommandException($"'{provider.Id}' has no model '{model}'; 'turnpike models list' shows those that there are.");
        }

        var gateway = await LiveGateway.StartAsync(settings, endpoints[0], credit, cancellationToken);
        LiveReport report;
        await using (gateway)
        {
            using var client = new LiveClient(gateway.Address, gateway.Keys.Inference, timeout);
            report = await new LiveRun(provider, endpoints, gateway, client).RunAsync(cancellationToken);
        }

        return report with { Notes = [.. report.Notes, .. gateway.Warnings()] };
    }

    private async Task<LiveReport> RunAsync(CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        foreach (var check in LiveCheck.All)
        {
            if (results is [{ State: CheckState.Fail }, ..])
            {
                results.Add(new(check.Name, CheckState.NotRun, null, null, $"since '{results[0].Check}' failed"));
                continue;
            }

            var (result, answer) = await RunAsync(check, cancellationToken);
            results.Add(result);
            if (check.Name == "stream" && result.State == CheckState.Pass)
            {
                results.Add(await UsageAsync(result, answer!, cancellationToken)); // It passed by one.
            }
        }

        results.Add(results[0].State == CheckState.Fail
            ? new("error", CheckState.NotRun, null, null, $"since '{results[0].Check}' failed")
            : await ErrorAsync(cancellationToken));
        var spent = await _client.ReadAsync("/api/v1/credits", _gateway.Keys.Management, cancellationToken);
        return new(results, (decimal?)spent?["total_usage"] ?? 0)
        {
            Notes = results[0].State == CheckState.Fail && _endpoints[0] is { BaseUrl: { } address } asked ? [$"Asked was the model '{asked.UpstreamModel}' at {ProviderProbe.Shown(address)}."] : [],
        };
    }

    private async Task<(CheckResult Result, LiveAnswer? Answer)> RunAsync(LiveCheck check, CancellationToken cancellationToken)
    {
        if (_endpoints.Find(e => check.Fits(e)) is not { } endpoint)
        {
            return (new(check.Name, CheckState.NotExpressible, null, null, "no model here takes it"), null);
        }

        var model = endpoint.Model.Id;
        try
        {
            var answer = await _client.ChatAsync(Addressed(check.Fields(), model), cancellationToken);
            var state = answer.Error is null ? CheckState.Pass
                : answer.Status == StatusCodes.Status402PaymentRequired && !answer.IsProvidersError ? CheckState.NotRun
                : answer.Status == StatusCodes.Status400BadRequest && !answer.IsProvidersError ? CheckState.NotExpressible
                : CheckState.Fail;
            var fault = answer.Error ?? check.Fault(answer);
            return (new(check.Name, state == CheckState.Pass && fault is not null ? CheckState.Fail : state, model, answer.LatencyMs, fault ?? "as it should be"), answer);
        }
        catch (CommandException e)
        {
            return (new(check.Name, CheckState.Fail, model, null, e.Message), null);
        }
    }

    // The stream's: most providers tell the usage of a whole answer, not all that of a stream.
    private async Task<CheckResult> UsageAsync(CheckResult stream, LiveAnswer answer, CancellationToken cancellationToken)
    {
        JsonNode? record = null;
        for (var i = 0; i < RecordPolls && record is null; i++)
        {
            record = await _client.ReadAsync($"/api/v1/generation?id={answer.Id}", _gateway.Keys.Inference, cancellationToken);
            if (record is null)
            {
                await Task.Delay(RecordPoll, cancellationToken);
            }
        }

        var (prompt, completion) = (answer.Tokens("prompt_tokens"), answer.Tokens("completion_tokens"));
        var isTold = (string?)record?["billing_basis"] == "provider_usage" && prompt > 0 && completion > 0;
        return new("usage", isTold ? CheckState.Pass : CheckState.Fail, stream.Model, null,
            isTold ? $"{prompt} + {completion} tokens" : $"the provider told none of its own ({(string?)record?["billing_basis"] ?? "no record"})");
    }

    private async Task<CheckResult> ErrorAsync(CancellationToken cancellationToken)
    {
        try
        {
            var body = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hello" }), ["max_tokens"] = 16 };
            var answer = await _client.ChatAsync(Addressed(body, LiveGateway.UnknownModel), cancellationToken);
            return answer.Status == StatusCodes.Status402PaymentRequired ? new("error", CheckState.NotRun, null, answer.LatencyMs, answer.Error ?? "")
                : answer.Error is null ? new("error", CheckState.Fail, null, answer.LatencyMs, "a model that does not exist answers")
                : new("error", answer.IsProvidersError ? CheckState.Pass : CheckState.Fail, null, answer.LatencyMs, $"{answer.Status}: {answer.Error}");
        }
        catch (CommandException e)
        {
            return new("error", CheckState.Fail, null, null, e.Message);
        }
    }

    private JsonObject Addressed(JsonObject body, string model)
    {
        body["model"] = model;
        body["rescue"] = "off";
        body["provider"] = new JsonObject { ["only"] = new JsonArray(_provider.Id) };
        return body;
    }
}
