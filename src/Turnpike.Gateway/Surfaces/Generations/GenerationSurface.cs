using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Generations;

/// <summary><c>GET /generation?id=</c> and <c>/generation/{id}</c>: what became of one request of the caller's account.</summary>
internal sealed class GenerationSurface(IStore store, IJournal journal, TimeProvider time)
{
    /// <summary>How long a record that was just settled may take to reach the store. It usually takes milliseconds.</summary>
    private static readonly TimeSpan ApplyWaitMax = TimeSpan.FromSeconds(1);

    /// <summary>Longer ids are not ours.</summary>
    private const int IdLengthMax = 128;

    public static void Map(IEndpointRouteBuilder api)
    {
        var services = api.ServiceProvider;
        var surface = new GenerationSurface(
            services.GetRequiredService<IStore>(), services.GetRequiredService<IJournal>(), services.GetRequiredService<TimeProvider>());
        api.MapRead("/generation", (context, key) => surface.AnswerAsync(context, key, context.Request.Query["id"].ToString()));
        api.MapRead("/generation/{id}", (context, key) => surface.AnswerAsync(context, key, (string?)context.Request.RouteValues["id"] ?? ""));
    }

    private async Task AnswerAsync(HttpContext context, KeyState key, string id)
    {
        if (id.Length == 0)
        {
            await ErrorResponse.WriteAsync(context, GatewayErrors.InvalidField("id", "is missing. Send the id of a generation: /generation?id=gen-…"));
            return;
        }

        var record = id.Length > IdLengthMax ? null : await FindAsync(key, new(id), context.RequestAborted);
        await (record is null
            ? ErrorResponse.WriteAsync(context, GatewayErrors.GenerationNotFound)
            : SurfaceJson.AnswerAsync(context, record, GenerationJson.Write));
    }

    private async Task<GenerationRecord?> FindAsync(KeyState key, GenerationId id, CancellationToken cancellationToken)
    {
        if (await store.FindGenerationAsync(key.Account.Id, id, cancellationToken) is { } found)
        {
            return found;
        }

        using var patience = new CancellationTokenSource(ApplyWaitMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await journal.WaitAppliedAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The store is behind; what it has is looked at once more, and the caller may ask again.
        }

        return await store.FindGenerationAsync(key.Account.Id, id, cancellationToken);
    }
}
