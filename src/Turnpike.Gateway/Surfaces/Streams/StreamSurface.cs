using System.Globalization;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Replay;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Streams;

/// <summary><c>GET /generation/{id}/stream</c>: goes on with a stream after the event that <c>Last-Event-ID</c> names, or from its beginning.</summary>
internal sealed class StreamSurface(ReplayTable table, Replays replays)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var services = api.ServiceProvider;
        var surface = new StreamSurface(services.GetRequiredService<ReplayTable>(), services.GetRequiredService<Replays>());
        api.MapRead("/generation/{id}/stream", surface.AnswerAsync);
    }

    private async Task AnswerAsync(HttpContext context, KeyState key)
    {
        var lastId = 0L;
        if (context.Request.Headers.TryGetValue("Last-Event-ID", out var text)
            && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out lastId))
        {
            await ErrorResponse.WriteAsync(context, GatewayErrors.InvalidField("Last-Event-ID", "must be the id of the last event that arrived, a whole number."));
            return;
        }

        if (table.Find(key.Account.Id, new((string?)context.Request.RouteValues["id"] ?? "")) is not { } entry)
        {
            await ErrorResponse.WriteAsync(context, GatewayErrors.StreamNotKept);
            return;
        }

        await replays.FollowAsync(context, entry, lastId);
    }
}
