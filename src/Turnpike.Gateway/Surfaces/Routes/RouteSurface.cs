using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Admission;
using Turnpike.Gateway.Auth;
using Turnpike.Gateway.Routing;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Records;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Routes;

/// <summary><c>POST /route/explain</c> and <c>POST /cost/estimate</c>: what would become of a chat request. Nothing is sent, nothing is
/// charged, and nothing is set aside. <c>GET /generation/{id}/route</c>: how the route of one that was sent came about.</summary>
internal static class RouteSurface
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var services = api.ServiceProvider;
        var asked = new AskedRoute(
            services.GetRequiredService<Router>(), services.GetRequiredService<RequestAdmission>(), services.GetRequiredService<CallerBody>(), services.GetRequiredService<TimeProvider>());
        var authenticator = services.GetRequiredService<Authenticator>();
        var records = services.GetRequiredService<RouteRecords>();
        api.MapRead("/generation/{id}/route", (context, key) => RecordAsync(context, key, records));
        api.MapPost("/route/explain", context => AnswerAsync(context, authenticator, asked, WriteRoute));
        api.MapPost("/cost/estimate", context => AnswerAsync(context, authenticator, asked, WriteCosts));
    }

    private static async Task RecordAsync(HttpContext context, KeyState key, RouteRecords records)
    {
        var id = new GenerationId((string?)context.Request.RouteValues["id"] ?? "");
        await (await records.FindAsync(key.Account.Id, id, context.RequestAborted) is { } decision
            ? SurfaceJson.AnswerAsync(context, decision, WriteRecord)
            : ErrorResponse.WriteAsync(context, GatewayErrors.RouteNotFound));
    }

    private static void WriteRecord(Utf8JsonWriter writer, Decision decision)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        DecisionJson.WriteMembers(writer, decision);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static async Task AnswerAsync(HttpContext context, Authenticator authenticator, AskedRoute asked, Action<Utf8JsonWriter, RouteAnswer> write)
    {
        try
        {
            var auth = await authenticator.AuthenticateAsync(context);
            if (!auth.IsKnown)
            {
                await ErrorResponse.WriteAsync(context, auth.Error);
                return;
            }

            var (answer, error) = await asked.FindAsync(context, auth.Key);
            await (answer is null
                ? ErrorResponse.WriteAsync(context, error ?? GatewayErrors.Internal)
                : SurfaceJson.AnswerAsync(context, answer, write));
        }
        catch (StoreUnavailableException)
        {
            await ErrorResponse.WriteAsync(context, GatewayErrors.StoreUnavailable);
        }
    }

    private static void WriteRoute(Utf8JsonWriter writer, RouteAnswer answer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        WriteHold(writer, answer);
        DecisionJson.WriteMembers(writer, answer.Decision);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteCosts(Utf8JsonWriter writer, RouteAnswer answer)
    {
        var needs = answer.Decision.Inputs.Needs;
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        writer.WriteNumber("prompt_tokens_expected"u8, needs.PromptTokensEstimate);
        writer.WriteNumber("prompt_tokens_maximum"u8, needs.PromptTokensBound);
        WriteHold(writer, answer);
        writer.WriteStartArray("candidates"u8);
        foreach (ref readonly var candidate in answer.Decision.Candidates.Span)
        {
            writer.WriteStartObject();
            writer.WriteString("endpoint"u8, candidate.Endpoint.Id);
            writer.WriteString("provider"u8, candidate.Endpoint.Provider.Name);
            writer.WriteString("model"u8, candidate.Endpoint.Model.Id);
            var expected = new NanoUsd((long)Math.Round(candidate.Price * NanoUsd.PerUsd));
            writer.WriteUsd("expected_cost"u8, expected);
            writer.WriteUsd("minimum_cost"u8, NanoUsd.Min(expected, Costs.Shortest(candidate.Endpoint, needs)));
            writer.WriteUsd("maximum_cost"u8, Costs.Most(candidate.Endpoint, needs));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteHold(Utf8JsonWriter writer, RouteAnswer answer)
    {
        writer.WriteStartObject("hold"u8);
        writer.WriteUsd("amount"u8, answer.Hold);
        writer.WriteUsd("minimum"u8, answer.Wanted.Least);
        writer.WriteUsd("maximum"u8, answer.Wanted.Full);
        writer.WriteEndObject();
    }
}
