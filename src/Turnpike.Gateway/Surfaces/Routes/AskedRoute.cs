using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Admission;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Routing;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Surfaces.Routes;

/// <summary>Reads a chat request that is only asked about, and decides its route.</summary>
internal sealed class AskedRoute(Router router, RequestAdmission admission, CallerBody bodies, TimeProvider time)
{
    private static readonly ChatCallerFormat Format = new();

    public async Task<(RouteAnswer? Answer, GatewayError? Error)> FindAsync(HttpContext context, KeyState key)
    {
        using var body = new BodyBuffer();
        var (request, _, unread) = await bodies.ReadAsync(context, Format, key.Account.Id, body);
        if (request is null)
        {
            return (null, unread);
        }

        var query = new RouteQuery(request, body.Memory, key, RouteQuery.SessionOf(context.Request.Headers));
        var (decision, error) = await router.ExplainAsync(query, context.RequestAborted);
        if (decision is null)
        {
            return (null, error);
        }

        var (wanted, amount) = decision.Endpoints.IsEmpty ? default : admission.Preview(request, decision.Endpoints, key, time.GetUtcNow());
        return (new(decision, wanted, amount), null);
    }
}
