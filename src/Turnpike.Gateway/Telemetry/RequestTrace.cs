using System.Diagnostics;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;

namespace Turnpike.Gateway.Telemetry;

/// <summary>Spans of chat requests by the GenAI semantic conventions. Never a prompt, never an answer.</summary>
public static class RequestTrace
{
    private static readonly ActivitySource Source = new(GatewayTelemetry.SourceName);

    /// <summary>Begins the span <c>chat {model}</c>; null, at no cost, when nobody listens. Whoever gets it disposes it.</summary>
    public static Activity? StartChat(string model)
    {
        if (!Source.HasListeners() || Source.StartActivity($"chat {model}", ActivityKind.Client) is not { } activity)
        {
            return null;
        }

        activity.SetTag("gen_ai.operation.name", "chat");
        activity.SetTag("gen_ai.request.model", model);
        return activity;
    }

    /// <summary>Says what became of the request. Does not end the span; disposing it does.</summary>
    /// <param name="endpoint">The endpoint that answered; null when none did.</param>
    public static void Describe(Activity? activity, Endpoint? endpoint, GenerationRecord record)
    {
        if (activity is not { IsAllDataRequested: true })
        {
            return;
        }

        ArgumentNullException.ThrowIfNull(record);
        activity.SetTag("gen_ai.provider.name", endpoint?.Provider.Id);
        activity.SetTag("gen_ai.response.model", record.Model);
        activity.SetTag("gen_ai.response.id", record.Id.Value);
        activity.SetTag("gen_ai.usage.input_tokens", record.Usage.PromptTokens);
        activity.SetTag("gen_ai.usage.output_tokens", record.Usage.CompletionTokens);
        activity.SetTag("gen_ai.usage.cache_read.input_tokens", record.Usage.CachedTokens);
        activity.SetTag("turnpike.billing_basis", record.Basis.ToWire());
        activity.SetTag("turnpike.attempts", record.Attempts.Length);
        if (record.FinishReason is { } reason)
        {
            activity.SetTag("gen_ai.response.finish_reasons", new[] { reason });
        }

        if (record.ErrorType is { } error)
        {
            activity.SetTag("error.type", error);
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }
}
