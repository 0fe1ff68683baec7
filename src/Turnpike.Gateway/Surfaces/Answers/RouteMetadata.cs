using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Routing.Records;

namespace Turnpike.Gateway.Surfaces.Answers;

/// <summary><c>openrouter_metadata</c>: how a request came to its endpoint, for a caller that says <c>X-OpenRouter-Metadata: enabled</c>.</summary>
internal static class RouteMetadata
{
    public static bool IsAsked(IHeaderDictionary headers) =>
        headers["X-OpenRouter-Metadata"] is [{ } word] && word.Equals("enabled", StringComparison.OrdinalIgnoreCase);

    public static ReadOnlyMemory<byte> Of(Exchange exchange, Answer answer) => SurfaceJson.Render((exchange, answer), Write);

    private static void Write(Utf8JsonWriter writer, (Exchange Exchange, Answer Answer) told)
    {
        var (exchange, answer) = told;
        var route = exchange.Route;
        writer.WriteStartObject();
        writer.WriteString("requested"u8, exchange.Request.Model);
        writer.WriteString("strategy"u8, Strategy(exchange, answer));
        writer.WriteNull("region"u8);
        writer.WriteString("summary"u8, route.Decision is { } decision ? DecisionSentence.Of(decision) : "The model has one endpoint here.");
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
            writer.WriteBoolean("selected"u8, ReferenceEquals(endpoint, answer.Endpoint));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        WriteAttempts(writer, exchange);
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
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // Another model than the first was needed, or none.
    private static string Strategy(Exchange exchange, Answer answer) =>
        answer.Endpoint is { } endpoint && endpoint.Model.Id != exchange.Route.Endpoints[0].Model.Id ? "fallback" : "direct";
}
