using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Routing;
using Turnpike.Gateway.Routing.Records;

namespace Turnpike.Gateway.Surfaces.Answers;

/// <summary><c>openrouter_metadata</c>: how a request was routed, for a caller that says <c>X-OpenRouter-Metadata: enabled</c>.</summary>
internal static class RouteMetadata
{
    public static bool IsAsked(IHeaderDictionary headers) =>
        IsEnabled(headers["X-OpenRouter-Metadata"]) || IsEnabled(headers["X-OpenRouter-Experimental-Metadata"]);

    /// <param name="answering">The endpoint that gave content; null where none did.</param>
    public static ReadOnlyMemory<byte> Of(Exchange exchange, Endpoint? answering) => SurfaceJson.Render((exchange, answering), Write);

    /// <summary>A refusal with the record beside it, where the caller asked for one and the request was understood.</summary>
    public static GatewayError Tell(GatewayError error, Exchange exchange) =>
        exchange.Request is not null && IsAsked(exchange.Http.Request.Headers) ? Tell(error, Of(exchange, answering: null)) : error;

    /// <summary>An error with the record beside it. A fault of ours tells nothing.</summary>
    public static GatewayError Tell(GatewayError error, ReadOnlyMemory<byte> record) =>
        error.Status == StatusCodes.Status500InternalServerError ? error : error with { RouteMetadata = record };

    private static bool IsEnabled(Microsoft.Extensions.Primitives.StringValues header) =>
        header is [{ } word] && word.Equals("enabled", StringComparison.OrdinalIgnoreCase);

    private static void Write(Utf8JsonWriter writer, (Exchange Exchange, Endpoint? Answering) told)
    {
        var (exchange, answering) = told;
        var route = exchange.Route;
        writer.WriteStartObject();
        writer.WriteString("requested"u8, exchange.Request.Model);
        writer.WriteString("strategy"u8, Strategy(route, answering));
        writer.WriteNull("region"u8);
        writer.WriteString("summary"u8, Summary(route));
        writer.WriteNumber("attempt"u8, exchange.Attempts.Count);
        writer.WriteBoolean("is_byok"u8, false);
        writer.WriteStartObject("endpoints"u8);
        writer.WriteNumber("total"u8, route.Endpoints.Length + (route.Decision?.Removed.Length ?? 0));
        writer.WriteStartArray("available"u8);
        foreach (var endpoint in route.Endpoints)
        {
            writer.WriteStartObject();
            writer.WriteString("provider"u8, endpoint.Provider.Name);
            writer.WriteString("model"u8, endpoint.Model.Id);
            writer.WriteBoolean("selected"u8, ReferenceEquals(endpoint, answering));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        WriteAttempts(writer, exchange);
        if (exchange.Hedge is { } hedge)
        {
            writer.WriteStartObject("hedge"u8);
            writer.WriteNumber("after"u8, hedge.AfterMs);
            writer.WriteString("reason"u8, hedge.Reason);
            writer.WriteBoolean("was_first"u8, hedge.WasFirst);
            writer.WriteEndObject();
        }

        WritePipeline(writer, exchange.Plugins);
        writer.WriteEndObject();
    }

    private static void WriteAttempts(Utf8JsonWriter writer, Exchange exchange)
    {
        writer.WriteStartArray("attempts"u8);
        foreach (var attempt in exchange.Attempts)
        {
            writer.WriteStartObject();
            writer.WriteString("provider"u8, attempt.ProviderName);
            writer.WriteString("model"u8, exchange.Route.Endpoints.FirstOrDefault(e => e.Id == attempt.EndpointId)?.Model.Id);
            writer.WriteNumber("status"u8, attempt.Status);
            if (attempt.Failure == Attempt.Outrun)
            {
                writer.WriteBoolean("outrun"u8, true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePipeline(Utf8JsonWriter writer, List<PluginUse>? uses)
    {
        if (uses is null)
        {
            return;
        }

        writer.WriteStartArray("pipeline"u8);
        foreach (var use in uses)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, use.Id switch
            {
                "response-healing" => "response_healing",
                "context-compression" => "context_compression",
                _ => "plugin",
            });
            writer.WriteString("name"u8, use.Id);
            writer.WriteString("summary"u8, use.Detail);
            writer.WriteUsd("cost_usd"u8, new NanoUsd(use.CostNanoUsd));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Strategy(Route route, Endpoint? answering) => route.Router switch
    {
        "openrouter/free" => "free",
        not null => "auto",
        null when answering is not null && answering.Model.Id != route.Endpoints[0].Model.Id => "fallback",
        null => "direct",
    };

    private static string Summary(Route route) => route switch
    {
        { Decision: { } decision } => DecisionSentence.Of(decision),
        { Endpoints.IsEmpty: true } => "No model was found for it.",
        _ => "The model has one endpoint here.",
    };
}
