using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Admission;
using Turnpike.Gateway.Auth;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Routing;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Messages;

/// <summary>Tells how many tokens a prompt has: by the provider that would be asked first, where it can say, else by our rule.</summary>
internal sealed class TokenCount(
    MessagesCallerFormat format, Authenticator authenticator, CallerBody bodies, Router router, RequestAdmission admission, CountSender sender, TimeProvider time)
{
    public async Task AnswerAsync(HttpContext http)
    {
        using var body = new BodyBuffer();
        try
        {
            var (tokens, isCounted, error) = await CountAsync(http, body);
            if (error is not null)
            {
                await ErrorResponse.WriteAsync(http, error);
                return;
            }

            http.Response.Headers["X-Token-Count-Source"] = isCounted ? "provider" : "estimate";
            await SurfaceJson.AnswerAsync(http, tokens, Write);
        }
        catch (StoreUnavailableException)
        {
            await ErrorResponse.WriteAsync(http, GatewayErrors.StoreUnavailable);
        }
    }

    private async Task<(long Tokens, bool IsCounted, GatewayError? Error)> CountAsync(HttpContext http, BodyBuffer body)
    {
        var auth = await authenticator.AuthenticateAsync(http);
        if (!auth.IsKnown)
        {
            return (0, false, auth.Error);
        }

        if (auth.Key.Key.Kind != KeyKind.Inference)
        {
            return (0, false, GatewayErrors.InferenceKeyNeeded);
        }

        var (request, _, unread) = await bodies.ReadAsync(http, format, auth.Key.Account.Id, body);
        if (request is null)
        {
            return (0, false, unread);
        }

        var query = new RouteQuery(request, body.Memory, auth.Key, RouteQuery.SessionOf(http.Request.Headers)) { IsDry = true };
        var (route, lost) = await router.FindAsync(query, http.RequestAborted);
        if (route is null || lost is not null)
        {
            return (0, false, lost);
        }

        // A provider is asked only for those whom it could answer.
        if (admission.RefusalToCount(request, route.Endpoints, auth.Key, time.GetUtcNow()) is { } refused)
        {
            return (0, false, refused);
        }

        var endpoint = route.Endpoints[0];
        var (tokens, error) = format.PassesThrough(endpoint, request)
            ? await sender.AskAsync(http, format, endpoint, target => MessagesRequestBody.ForCounting(body.Memory, request, target))
            : default;
        return (tokens ?? request.PromptTokensEstimate, tokens is not null, error);
    }

    private static void Write(Utf8JsonWriter json, long tokens)
    {
        json.WriteStartObject();
        json.WriteNumber("input_tokens"u8, tokens);
        json.WriteEndObject();
    }
}
