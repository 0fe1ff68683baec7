using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Why a response ended, by its status and the reason for which it is incomplete.</summary>
internal static class ResponsesFinish
{
    public const string MaxOutputTokens = "max_output_tokens";

    public const string ContentFilter = "content_filter";

    /// <summary>The provider's word, and the contract's.</summary>
    public static (string Native, string Normalised) Of(JsonElement response, bool hasCalls)
    {
        var status = response.Text("status") ?? "completed";
        if (status == "completed")
        {
            return (status, hasCalls ? "tool_calls" : "stop");
        }

        if (status != "incomplete")
        {
            return (GatewayErrors.Bounded(status, 64), FinishReasons.Error);
        }

        var reason = response.TryMember("incomplete_details", out var details) ? details.Text("reason") : null;
        return reason switch
        {
            ContentFilter => (reason, "content_filter"),
            MaxOutputTokens or null => (MaxOutputTokens, FinishReasons.Length),
            _ => (GatewayErrors.Bounded(reason, 64), FinishReasons.Length),
        };
    }
}
