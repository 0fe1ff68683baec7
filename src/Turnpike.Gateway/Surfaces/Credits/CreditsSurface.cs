using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Credits;

/// <summary><c>GET /credits</c>: what the account was ever granted and has ever used. Needs a management key. <c>POST /credits/coinbase</c>,
/// which was there once, says that it is gone.</summary>
internal static class CreditsSurface
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var book = api.ServiceProvider.GetRequiredService<Book>();
        api.MapRead("/credits", (context, key) => key.Key.Kind == KeyKind.Management
            ? AnswerAsync(context, book.View(key.Account))
            : ErrorResponse.WriteAsync(context, GatewayErrors.ManagementKeyNeeded));
        api.MapPost("/credits/coinbase", static context => ErrorResponse.WriteAsync(context, GatewayErrors.Gone));
    }

    private static Task AnswerAsync(HttpContext context, AccountView account) => SurfaceJson.AnswerAsync(context, account, static (writer, view) =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        writer.WriteUsd("total_credits"u8, view.Granted);
        writer.WriteUsd("total_usage"u8, view.Used);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
