using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Admission;
using Turnpike.Gateway.Dialects.OpenAIResponses;
using Turnpike.Gateway.Routing;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Responses;

/// <summary><c>POST /responses/input_tokens</c>: how many tokens an input has, by the rule that holds are estimated by. Told to those whom somebody could
/// answer, as Messages' count is; no provider is asked.</summary>
internal sealed class InputTokenCount(ResponsesCallerFormat format, CallerBody bodies, Router router, RequestAdmission admission, TimeProvider time)
{
    public async Task AnswerAsync(HttpContext http, KeyState key)
    {
        using var body = new BodyBuffer();
        var (request, _, error) = await bodies.ReadAsync(http, format, key.Account.Id, body);
        if (request is not null)
        {
            error = request.PreviousResponse is not null ? GatewayErrors.InvalidField("previous_response_id", "is not counted. Send the whole history as 'input'.")
                : !request.ItemReferences.IsEmpty ? GatewayErrors.InvalidField($"input[{request.ItemReferences[0].Index}].type", "cannot be item_reference where tokens are counted. Send the item itself.")
                : await UnanswerableAsync(http, new(request, body.Memory, key, RouteQuery.SessionOf(http.Request.Headers)) { IsDry = true });
        }

        if (request is null || error is not null)
        {
            await ErrorResponse.WriteAsync(http, error ?? GatewayErrors.Internal);
            return;
        }

        http.Response.Headers["X-Token-Count-Source"] = "estimate";
        await SurfaceJson.AnswerAsync(http, (long)request.PromptTokensEstimate, Write);
    }

    private async ValueTask<GatewayError?> UnanswerableAsync(HttpContext http, RouteQuery query)
    {
        if (query.Key.Key.Kind != KeyKind.Inference)
        {
            return GatewayErrors.InferenceKeyNeeded;
        }

        var (route, error) = await router.FindAsync(query, http.RequestAborted);
        return route is null || error is not null ? error : admission.RefusalToCount(query.Request, route.Endpoints, query.Key, time.GetUtcNow());
    }

    private static void Write(Utf8JsonWriter json, long tokens)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "response.input_tokens"u8);
        json.WriteNumber("input_tokens"u8, tokens);
        json.WriteEndObject();
    }
}
