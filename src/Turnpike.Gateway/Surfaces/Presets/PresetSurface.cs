using System.Globalization;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Routing.Presets;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Presets;

/// <summary><c>/presets</c>: what an account's presets are and were; made of the body of a request, changed by making them again.</summary>
internal sealed class PresetSurface(IPresetStore store, StoredPresets presets, PresetWriter writer)
{
    private const int PageDefault = 50;
    private const int PageMax = 100;

    public static void Map(IEndpointRouteBuilder api)
    {
        var surface = ActivatorUtilities.CreateInstance<PresetSurface>(api.ServiceProvider, ActivatorUtilities.CreateInstance<PresetWriter>(api.ServiceProvider));
        api.MapRead("/presets", surface.ListAsync);
        api.MapRead("/presets/{slug}", surface.FindAsync);
        api.MapRead("/presets/{slug}/versions", surface.ListVersionsAsync);
        api.MapRead("/presets/{slug}/versions/{version}", surface.FindVersionAsync);
        api.MapChange(HttpMethods.Post, "/presets/{slug}/chat/completions", (context, key) => surface.SaveAsync(context, key, Core.Catalog.Dialects.OpenAIChat));
        api.MapChange(HttpMethods.Post, "/presets/{slug}/messages", (context, key) => surface.SaveAsync(context, key, Core.Catalog.Dialects.AnthropicMessages));
        api.MapChange(HttpMethods.Post, "/presets/{slug}/responses", (context, key) => surface.SaveAsync(context, key, Core.Catalog.Dialects.OpenAIResponses));
        api.MapChange(HttpMethods.Delete, "/presets/{slug}", (context, key) => key.Key.Kind == KeyKind.Management
            ? surface.DeleteAsync(context, key)
            : ErrorResponse.WriteAsync(context, GatewayErrors.ManagementKeyNeeded));
    }

    private async Task ListAsync(HttpContext context, KeyState key)
    {
        var (offset, limit, error) = Page(context.Request.Query);
        if (error is not null)
        {
            await ErrorResponse.WriteAsync(context, error);
            return;
        }

        var all = (await presets.OfAsync(key.Account.Id, context.RequestAborted)).Values
            .OrderByDescending(static p => p.UpdatedAt).ThenBy(static p => p.Slug, StringComparer.Ordinal).ToList();
        await SurfaceJson.AnswerAsync(context, (all.Skip(offset).Take(limit), all.Count), PresetJson.WriteList);
    }

    private async Task FindAsync(HttpContext context, KeyState key)
    {
        var slug = SlugOf(context);
        await ((await presets.OfAsync(key.Account.Id, context.RequestAborted)).TryGetValue(slug, out var preset)
            ? SurfaceJson.AnswerAsync(context, preset, PresetJson.WriteWhole)
            : NotFoundAsync(context, slug));
    }

    private async Task ListVersionsAsync(HttpContext context, KeyState key)
    {
        var (offset, limit, error) = Page(context.Request.Query);
        if (error is not null)
        {
            await ErrorResponse.WriteAsync(context, error);
            return;
        }

        var slug = SlugOf(context);
        await (await store.ListPresetVersionsAsync(key.Account.Id, slug, offset, limit, context.RequestAborted) is { } page
            ? SurfaceJson.AnswerAsync(context, page, PresetJson.WriteVersions)
            : NotFoundAsync(context, slug));
    }

    private async Task FindVersionAsync(HttpContext context, KeyState key)
    {
        var slug = SlugOf(context);
        if (!(await presets.OfAsync(key.Account.Id, context.RequestAborted)).ContainsKey(slug))
        {
            await NotFoundAsync(context, slug);
            return;
        }

        if (!int.TryParse((string?)context.Request.RouteValues["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            await ErrorResponse.WriteAsync(context, GatewayErrors.InvalidField("version", "must be a whole number of at least 1."));
            return;
        }

        await (await store.FindPresetVersionAsync(key.Account.Id, slug, number, context.RequestAborted) is { } version
            ? SurfaceJson.AnswerAsync(context, version, PresetJson.WriteVersion)
            : ErrorResponse.WriteAsync(context, GatewayErrors.PresetVersionNotFound));
    }

    private async Task SaveAsync(HttpContext context, KeyState key, string dialect)
    {
        var (saved, error) = await writer.SaveAsync(context, key, SlugOf(context), dialect);
        await (saved is not null ? SurfaceJson.AnswerAsync(context, saved, PresetJson.WriteWhole) : ErrorResponse.WriteAsync(context, error!)); // one of the two is there
    }

    private async Task DeleteAsync(HttpContext context, KeyState key)
    {
        var slug = SlugOf(context);
        var isDeleted = await store.DeletePresetAsync(key.Account.Id, slug, context.RequestAborted);
        presets.Forget(key.Account.Id);
        await (isDeleted ? SurfaceJson.AnswerAsync(context, slug, PresetJson.WriteDeleted) : NotFoundAsync(context, slug));
    }

    private static string SlugOf(HttpContext context) => (string?)context.Request.RouteValues["slug"] ?? "";

    private static Task NotFoundAsync(HttpContext context, string slug) =>
        ErrorResponse.WriteAsync(context, GatewayErrors.PresetNotFound(GatewayErrors.Bounded(slug, 100)));

    private static (int Offset, int Limit, GatewayError? Error) Page(IQueryCollection query)
    {
        GatewayError? error = null;
        var offset = Number(query, "offset", 0, int.MaxValue, ref error) ?? 0;
        var limit = Number(query, "limit", 1, PageMax, ref error) ?? PageDefault;
        return (offset, limit, error);
    }

    private static int? Number(IQueryCollection query, string name, int min, int max, ref GatewayError? error)
    {
        if (query[name] is not [{ Length: > 0 } text, ..])
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        error ??= GatewayErrors.InvalidField(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}."));
        return null;
    }
}
