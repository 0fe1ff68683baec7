using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Responses;

/// <summary><c>GET</c> and <c>DELETE /responses/{id}</c>, <c>GET /responses/{id}/input_items</c>: responses that are stored for the caller's key.</summary>
internal sealed class StoredResponseSurface(IResponseStore store, TimeProvider time)
{
    /// <summary>Longer ids are not ours.</summary>
    private const int IdLengthMax = 128;

    /// <param name="api">Stands at the address of one response.</param>
    public static void Map(IEndpointRouteBuilder api)
    {
        var surface = new StoredResponseSurface(api.ServiceProvider.GetRequiredService<IResponseStore>(), api.ServiceProvider.GetRequiredService<TimeProvider>());
        api.MapRead("", surface.GetAsync);
        api.MapRead("/input_items", surface.ListAsync);
        api.MapChange(HttpMethods.Delete, "", surface.DeleteAsync);
    }

    private async Task GetAsync(HttpContext context, KeyState key)
    {
        if (context.Request.Query["stream"] == "true")
        {
            await ErrorResponse.WriteAsync(context, GatewayErrors.InvalidField("stream", "must be false: what is stored comes whole."));
            return;
        }

        await (await FindAsync(context, key) is { } found
            ? SurfaceJson.AnswerAsync(context, Encoding.UTF8.GetBytes(found.Response))
            : ErrorResponse.WriteAsync(context, GatewayErrors.ResponseNotFound));
    }

    private async Task ListAsync(HttpContext context, KeyState key)
    {
        if (!InputPage.TryRead(context.Request.Query, out var page, out var error))
        {
            await ErrorResponse.WriteAsync(context, error!); // set where it could not be read
            return;
        }

        await (await FindAsync(context, key) is { } found
            ? SurfaceJson.AnswerAsync(context, (found, page!), static (json, asked) => asked.Item2.Write(json, asked.found))
            : ErrorResponse.WriteAsync(context, GatewayErrors.ResponseNotFound));
    }

    private async Task DeleteAsync(HttpContext context, KeyState key)
    {
        var id = IdOf(context);
        var isGone = id.Length <= IdLengthMax && await store.DeleteResponseAsync(key.Key.Hash, id, time.GetUtcNow(), context.RequestAborted);
        await (isGone
            ? SurfaceJson.AnswerAsync(context, id, static (json, gone) =>
            {
                json.WriteStartObject();
                json.WriteString("id"u8, gone);
                json.WriteString("object"u8, "response"u8);
                json.WriteBoolean("deleted"u8, value: true);
                json.WriteEndObject();
            })
            : ErrorResponse.WriteAsync(context, GatewayErrors.ResponseNotFound));
    }

    private async Task<StoredResponse?> FindAsync(HttpContext context, KeyState key)
    {
        var id = IdOf(context);
        return id.Length > IdLengthMax ? null : await store.FindResponseAsync(key.Key.Hash, id, time.GetUtcNow(), context.RequestAborted);
    }

    private static string IdOf(HttpContext context) => (string?)context.Request.RouteValues["id"] ?? "";
}
