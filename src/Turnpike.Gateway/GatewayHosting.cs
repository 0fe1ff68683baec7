using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Admission;
using Turnpike.Gateway.Auth;
using Turnpike.Gateway.Caching;
using Turnpike.Gateway.Conversations;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Dispatch.Hedging;
using Turnpike.Gateway.Media;
using Turnpike.Gateway.Plugins;
using Turnpike.Gateway.Replay;
using Turnpike.Gateway.Routing;
using Turnpike.Gateway.Routing.Affinity;
using Turnpike.Gateway.Routing.Auto;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Presets;
using Turnpike.Gateway.Routing.Records;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Surfaces;
using Turnpike.Gateway.Surfaces.Audio;
using Turnpike.Gateway.Surfaces.Chat;
using Turnpike.Gateway.Surfaces.Embeddings;
using Turnpike.Gateway.Surfaces.Images;
using Turnpike.Gateway.Surfaces.Presets;
using Turnpike.Gateway.Surfaces.Rerank;
using Turnpike.Gateway.Surfaces.Messages;
using Turnpike.Gateway.Surfaces.Models;
using Turnpike.Gateway.Surfaces.Responses;
using Turnpike.Gateway.Surfaces.Streams;
using Turnpike.Gateway.Surfaces.Routes;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway;

/// <summary>Puts the gateway into a host: its services, and its public API at <c>/api/v1</c> and <c>/v1</c>.</summary>
/// <remarks>The host brings <see cref="IStore"/>, <see cref="IResponseStore"/>, <see cref="IJournal"/>, <see cref="Book"/> and the catalogue.</remarks>
public static class GatewayHosting
{
    private static readonly string[] Bases = ["/api/v1", "/v1"];

    /// <summary>Cohere's own clients say the version themselves, and it is another one.</summary>
    private static readonly string[] CohereBases = ["/api/v2", "/v2"];

    public static IServiceCollection AddTurnpikeGateway(this IServiceCollection services, GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
#pragma warning disable RS0030 // the one place that takes the process's chance; everything else is handed it
        services.TryAddSingleton(Random.Shared);
#pragma warning restore RS0030
        services.AddSingleton(options);
        services.AddSingleton<KeyCache>();
        services.AddSingleton<INoticeSink>(static provider => provider.GetRequiredService<KeyCache>());
        services.AddSingleton<Authenticator>();
        services.AddSingleton<StoredPresets>();
        services.AddSingleton<INoticeSink>(static provider => provider.GetRequiredService<StoredPresets>());
        services.AddSingleton<PresetBook>();
        services.AddSingleton<CallerBody>();
        services.AddSingleton<StoredResponses>();
        services.AddSingleton<HealthBoard>();
        services.AddSingleton<CacheAffinity>();
        services.AddSingleton<RouteDraw>();
        services.AddSingleton<Router>();
        services.AddSingleton<FreeModelQuota>();
        services.AddSingleton<IFreeModelQuota>(static provider => provider.GetRequiredService<FreeModelQuota>());
        services.AddSingleton<RequestAdmission>();
        services.AddSingleton<Watchdog>();
        services.AddAutoModels();
        services.AddSingleton<Upstreams>();
        services.AddSingleton<MinuteLimits>();
        services.AddSingleton<AttemptSender>();
        services.AddSingleton<CountSender>();
        services.AddSingleton<HealthRecorder>();
        services.AddSingleton<DecisionLog>();
        services.AddSingleton<IRouteRecords>(static provider => provider.GetRequiredService<DecisionLog>());
        services.AddSingleton<RouteRecords>();
        services.AddHostedService<RecordSweeper>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<HedgeChoice>();
        services.AddSingleton<HedgeBudget>();
        services.AddSingleton<Hedger>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<RequestSettlement>();
        services.TryAddSingleton<GatewayTelemetry>();
        services.AddSingleton(options.Media);
        services.AddSingleton<MediaClient>();
        services.AddSingleton<MediaFetcher>();
        services.AddTurnpikePlugins(options.Plugins);
        services.AddSingleton(options.Replay);
        services.AddSingleton<ReplayTable>();
        services.AddHostedService(static provider => provider.GetRequiredService<ReplayTable>());
        services.AddSingleton<Replays>();
        services.AddSingleton(options.ResponseCache);
        services.AddSingleton<CachedAnswers>();
        services.AddSingleton<ResponseCache>();
        services.AddSingleton<KeptImages>();
        services.AddSingleton<Pipeline>();
        services.AddHostedService<DrainService>();
        services.AddHostedService<HoldSweeper>();
        services.AddHostedService<ResponseSweeper>();
        return services;
    }

    /// <summary>Maps the public API and the operators' addresses.</summary>
    public static WebApplication MapTurnpikeGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseApiEdge();
        foreach (var path in Bases)
        {
            var api = app.MapGroup(path);
            MapModels(api);
            ResponsesSurface.Map(api);
            MessagesSurface.Map(api);
            RouteSurface.Map(api);
            RerankSurface.Map(api);
            ReadSurfaces.Map(api);
            StreamSurface.Map(api);
            PresetSurface.Map(api);
        }

        foreach (var @base in CohereBases)
        {
            RerankSurface.Map(app.MapGroup(@base));
        }

        MapAzure(app.MapGroup("/openai").WithMetadata(new ResponsesErrorShape("messages")));
        OperatorSurface.Map(app);
        return app;
    }

    // Azure OpenAI's clients: the address of a deployment names the model, else the body does; api-version makes no difference. They show no message of an
    // error whose code is a number.
    private static void MapAzure(RouteGroupBuilder azure)
    {
        ResponsesSurface.Map(azure);
        ModelsSurface.Map(azure);
        MapModels(azure.MapGroup("/deployments/{deployment}")); // some write the name as one segment
        MapModels(azure.MapGroup("/deployments/{author}/{deployment}"));
        var api = azure.MapGroup("/v1");
        MapModels(api);
        ResponsesSurface.Map(api);
        ModelsSurface.Map(api);
    }

    // What OpenAI and Azure have at the same addresses.
    private static void MapModels(RouteGroupBuilder api)
    {
        ChatSurface.Map(api);
        EmbeddingSurface.Map(api);
        ImageSurface.Map(api);
        AudioSurface.Map(api);
    }
}
