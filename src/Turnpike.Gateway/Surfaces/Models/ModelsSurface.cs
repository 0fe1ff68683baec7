using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Selection;
using Turnpike.Gateway.Routing.Wishes;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary><c>/models</c>, <c>/models/count</c>, <c>/models/user</c>, <c>/model/{author}/{slug}</c>, <c>/models/{author}/{slug}/endpoints</c>,
/// OpenAI's <c>/models/{id}</c>, <c>/embeddings/models</c>, <c>/images/models</c> with <c>/images/models/{author}/{slug}/endpoints</c>, and
/// <c>/endpoints/zdr</c>. Public, except <c>/models/user</c>.</summary>
internal sealed class ModelsSurface(ICatalog catalog, ImmutableArray<IModelSelector> selectors, ModelFigures figures, TimeProvider time)
{
    private const string EndpointsSuffix = "/endpoints";

    private RenderedCatalog? _rendered;

    public static void Map(IEndpointRouteBuilder api)
    {
        var services = api.ServiceProvider;
        var figures = new ModelFigures(services.GetRequiredService<QualityTable>(), services.GetRequiredService<HealthBoard>());
        var surface = new ModelsSurface(services.GetRequiredService<ICatalog>(), [.. services.GetServices<IModelSelector>()], figures, services.GetRequiredService<TimeProvider>());
        api.MapRead("/models", surface.ListAsync);
        api.MapRead("/models/count", surface.CountAsync);
        api.MapRead("/models/user", surface.ListForAsync);
        api.MapRead("/models/{**name}", surface.EndpointsOrModelAsync);
        api.MapRead("/model/{**name}", surface.ModelAsync);
        api.MapRead("/embeddings/models", surface.EmbeddingsAsync);
        api.MapRead("/images/models", surface.ImagesAsync);
        api.MapRead("/images/models/{**name}", surface.ImageEndpointsAsync);
        api.MapRead("/endpoints/zdr", surface.ZeroRetentionAsync);
    }

    /// <summary>The catalogue in force, rendered. Two threads may render the same snapshot once each; either result is right.</summary>
    private RenderedCatalog Rendered
    {
        get
        {
            var current = catalog.Current;
            var rendered = _rendered;
            return ReferenceEquals(rendered?.Snapshot, current) ? rendered : _rendered = RenderedCatalog.Of(current, selectors.Select(s => s.Listed(current)).OfType<ModelEntry>(), figures);
        }
    }

    private Task ListAsync(HttpContext context)
    {
        var rendered = Rendered;
        context.Response.Headers.Vary = "anthropic-version"; // Anthropic's clients get the list in another form
        if (!context.Request.QueryString.HasValue && !AnthropicModels.AreWanted(context.Request))
        {
            return WholeListAsync(context, rendered);
        }

        var query = ModelQuery.Read(context.Request.Query, time.GetUtcNow(), out var error);
        if (query is null)
        {
            return ErrorResponse.WriteAsync(context, error!);
        }

        var chosen = Chosen(rendered.Models, query);
        return !AnthropicModels.AreWanted(context.Request) ? AnswerAsync(context, query, chosen)
            : AnthropicModels.Page([.. chosen.Where(static m => m.Alias is null).Select(static m => m.Entry)], query, context.Request.Query, out error) is { } page ? SurfaceJson.AnswerAsync(context, page)
            : ErrorResponse.WriteAsync(context, error!);
    }

    // What the key, by its own rules and its account's, can be answered by: models with the endpoints that no rule removes.
    private Task ListForAsync(HttpContext context, KeyState key)
    {
        var query = ModelQuery.Read(context.Request.Query, time.GetUtcNow(), out var error);
        if (query is null)
        {
            return ErrorResponse.WriteAsync(context, error!);
        }

        var wishes = DefaultWishes.Of(key);
        return wishes.Layers.IsEmpty
            ? AnswerAsync(context, query, Chosen(Rendered.Models, query))
            : AnswerAsync(context, query, Chosen([.. Rendered.Models.Select(m => Allowed(m, wishes)).OfType<RenderedModel>()], query));
    }

    private RenderedModel? Allowed(RenderedModel model, LayeredWishes wishes)
    {
        var all = model.Entry.Endpoints;
        var allowed = all.RemoveAll(e => !EndpointFilter.Allows(e, wishes));
        return allowed.Length == all.Length ? model
            : allowed.IsEmpty ? null
            : RenderedModel.Of(model.Entry with { Endpoints = allowed }, figures, model.Alias);
    }

    private List<RenderedModel> Chosen(ImmutableArray<RenderedModel> models, ModelQuery query) =>
        [.. ModelOrder.Of(models.Where(m => query.Matches(m.Entry, figures)), query, figures)];

    private static Task AnswerAsync(HttpContext context, ModelQuery query, List<RenderedModel> matching)
    {
        if (query.Rss)
        {
            var shown = matching.Where(static m => m.Alias is null).Skip(query.Offset).Take(query.Limit ?? matching.Count).Select(static m => m.Entry.Model);
            return ModelFeed.AnswerAsync(context, shown);
        }

        if (query.Limit is not { } limit)
        {
            return SurfaceJson.AnswerAsync(context, RenderedCatalog.Join(matching, null, null));
        }

        List<RenderedModel> page = [.. matching.Skip(query.Offset).Take(limit)];
        var end = query.Offset + page.Count;
        var next = end < matching.Count ? NextPage(context.Request, end, limit) : null;
        return SurfaceJson.AnswerAsync(context, RenderedCatalog.Join(page, matching.Count, next));
    }

    private static Task WholeListAsync(HttpContext context, RenderedCatalog rendered)
    {
        var headers = context.Response.Headers;
        headers.ETag = rendered.ETag;
        headers.CacheControl = "no-cache";
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (context.Request.Headers.IfNoneMatch.Any(v => v?.Contains(rendered.ETag, StringComparison.Ordinal) is true))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        if (context.Request.Headers.AcceptEncoding.Any(static v => v?.Contains("gzip", StringComparison.OrdinalIgnoreCase) is true))
        {
            headers.ContentEncoding = "gzip";
            return SurfaceJson.AnswerAsync(context, rendered.ListGzip);
        }

        return SurfaceJson.AnswerAsync(context, rendered.List);
    }

    private Task CountAsync(HttpContext context)
    {
        var query = ModelQuery.Read(context.Request.Query, time.GetUtcNow(), out var error);
        return query is null
            ? ErrorResponse.WriteAsync(context, error!)
            : SurfaceJson.AnswerAsync(context, Rendered.Models.Count(m => query.Matches(m.Entry, figures)), static (writer, count) =>
            {
                writer.WriteStartObject();
                writer.WriteStartObject("data"u8);
                writer.WriteNumber("count"u8, count);
                writer.WriteEndObject();
                writer.WriteEndObject();
            });
    }

    private Task EmbeddingsAsync(HttpContext context)
    {
        var query = ModelQuery.Read(context.Request.Query, time.GetUtcNow(), out var error);
        return query is null
            ? ErrorResponse.WriteAsync(context, error!)
            : AnswerAsync(context, query, [.. Rendered.Models.Where(static m => m.Entry.Model.OutputModalities.Contains("embeddings"))]);
    }

    private Task ImagesAsync(HttpContext context) => SurfaceJson.AnswerAsync(context, catalog.Current, static (writer, snapshot) =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("data"u8);
        foreach (var entry in snapshot.Models.Where(static m => OperationOutputs.AreGiven(Operation.Images, m.Model)))
        {
            ImageModelJson.WriteModel(writer, entry);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private async Task ImageEndpointsAsync(HttpContext context)
    {
        var name = Name(context);
        name = name.EndsWith(EndpointsSuffix, StringComparison.Ordinal) ? name[..^EndpointsSuffix.Length] : name;
        await (await FindAsync(name, context.RequestAborted) is not { } entry ? NotFoundAsync(context, name)
            : OperationOutputs.AreGiven(Operation.Images, entry.Model) ? SurfaceJson.AnswerAsync(context, entry, ImageModelJson.WriteEndpoints)
            : ErrorResponse.WriteAsync(context, GatewayErrors.NoImageModel(entry.Model.Id)));
    }

    private Task ZeroRetentionAsync(HttpContext context) => SurfaceJson.AnswerAsync(context, catalog.Current, (writer, snapshot) =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("data"u8);
        foreach (var entry in snapshot.Models)
        {
            foreach (var endpoint in entry.Endpoints)
            {
                if (endpoint.Provider.DataPolicy.KeepsNothing)
                {
                    ModelJson.WriteEndpoint(writer, endpoint, entry, figures);
                }
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private async Task ModelAsync(HttpContext context)
    {
        var name = Name(context);
        if (await FindAsync(name, context.RequestAborted) is { } entry)
        {
            var alias = ModelName.Parse(name).IsLatest ? name : null;
            await SurfaceJson.AnswerAsync(context, entry, (writer, entry) =>
            {
                writer.WriteStartObject();
                writer.WritePropertyName("data"u8);
                ModelJson.WriteModel(writer, entry, figures, alias);
                writer.WriteEndObject();
            });
            return;
        }

        await NotFoundAsync(context, name);
    }

    private async Task EndpointsOrModelAsync(HttpContext context)
    {
        var name = Name(context);
        var wantsEndpoints = name.EndsWith(EndpointsSuffix, StringComparison.Ordinal);
        name = wantsEndpoints ? name[..^EndpointsSuffix.Length] : name;
        if ((await FindAsync(name, context.RequestAborted) ?? (wantsEndpoints ? Unserved(name) : null)) is { } entry)
        {
            await SurfaceJson.AnswerAsync(context, entry, wantsEndpoints ? (writer, e) => ModelJson.WriteEndpoints(writer, e, figures)
                : AnthropicModels.AreWanted(context.Request) ? AnthropicModels.Write
                : WriteOpenAIModel);
            return;
        }

        await NotFoundAsync(context, name);
    }

    private async ValueTask<ModelEntry?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var id = ModelName.Parse(name);
        return Selector(id.Slug) ?? catalog.Current.Find(id) ?? (await catalog.DiscoverAsync(cancellationToken) ? catalog.Current.Find(id) : null);
    }

    // By any of its names; in the list it stands by its first.
    private ModelEntry? Selector(string name) => selectors.FirstOrDefault(s => s.Ids.Contains(name)) is { } selector
        ? Rendered.Models.FirstOrDefault(m => m.Entry.Model.Id == selector.Ids[0])?.Entry
        : null;

    // A variant that its model does not have (':free' …) has no endpoints; it is not unknown.
    private ModelEntry? Unserved(string name) => ModelName.Parse(name) is { CatalogVariant: { } variant } id && ModelName.CatalogVariantWords.Contains(variant)
        && catalog.Current.Find(id with { CatalogVariant = null }) is { } basis ? basis with { Endpoints = [] } : null;

    private Task NotFoundAsync(HttpContext context, string name) =>
        ErrorResponse.WriteAsync(context, GatewayErrors.ModelNotFound(GatewayErrors.Bounded(name, 200), ModelNames.Near(catalog.Current, name)));

    private static void WriteOpenAIModel(Utf8JsonWriter writer, ModelEntry entry)
    {
        var id = entry.Model.Id;
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, "model"u8);
        writer.WriteNumber("created"u8, Math.Max(0, entry.Model.Created.ToUnixTimeSeconds()));
        writer.WriteString("owned_by"u8, id.Contains('/', StringComparison.Ordinal) ? id[..id.IndexOf('/', StringComparison.Ordinal)] : "turnpike");
        writer.WriteEndObject();
    }

    // Clients that escape the slash of an id send %2F, which the server leaves alone in paths.
    private static string Name(HttpContext context) =>
        ((string?)context.Request.RouteValues["name"] ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static string NextPage(HttpRequest request, int offset, int limit)
    {
        var query = new QueryBuilder(request.Query.Where(static p => p.Key is not ("offset" or "limit"))
            .SelectMany(static p => p.Value.Select(v => KeyValuePair.Create(p.Key, v ?? ""))))
        {
            { "offset", offset.ToString(CultureInfo.InvariantCulture) },
            { "limit", limit.ToString(CultureInfo.InvariantCulture) },
        };
        return $"{request.PathBase}{request.Path}{query}";
    }
}
