using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Admission;

namespace Turnpike.Gateway.Surfaces.Keys;

/// <summary><c>GET /key</c> and the older <c>/auth/key</c>: what the caller's own key may do and has spent, exact to this instant.</summary>
internal sealed class KeySurface(Book book, IFreeModelQuota quota, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var services = api.ServiceProvider;
        var surface = new KeySurface(
            services.GetRequiredService<Book>(), services.GetRequiredService<IFreeModelQuota>(), services.GetRequiredService<TimeProvider>());
        api.MapRead("/key", surface.AnswerAsync);
        api.MapRead("/auth/key", surface.AnswerAsync);
    }

    private async Task AnswerAsync(HttpContext context, KeyState key)
    {
        var free = await quota.ViewAsync(key, context.RequestAborted);
        await SurfaceJson.AnswerAsync(context, new KeyFigures(key.Key, book.View(key, time.GetUtcNow()), book.View(key.Account), free), Write);
    }

    private static void Write(Utf8JsonWriter writer, KeyFigures figures)
    {
        var (key, view, account, _) = figures;
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        writer.WriteString("label"u8, key.Label);
        writer.WriteUsd("limit"u8, key.Limit);
        writer.WriteString("limit_reset"u8, ResetWord(key.Reset));
        writer.WriteUsd("limit_remaining"u8, view.LimitRemaining);
        writer.WriteBoolean("include_byok_in_limit"u8, key.IncludeByokInLimit);
        writer.WriteUsd("usage"u8, view.Spent.Total);
        writer.WriteUsd("usage_daily"u8, view.Spent.Daily);
        writer.WriteUsd("usage_weekly"u8, view.Spent.Weekly);
        writer.WriteUsd("usage_monthly"u8, view.Spent.Monthly);

        // Callers' own provider keys are not taken yet, so nothing was ever spent on them.
        writer.WriteUsd("byok_usage"u8, NanoUsd.Zero);
        writer.WriteUsd("byok_usage_daily"u8, NanoUsd.Zero);
        writer.WriteUsd("byok_usage_weekly"u8, NanoUsd.Zero);
        writer.WriteUsd("byok_usage_monthly"u8, NanoUsd.Zero);

        writer.WriteBoolean("is_free_tier"u8, account.Granted.IsZero);
        writer.WriteBoolean("is_management_key"u8, key.Kind == KeyKind.Management);
        writer.WriteBoolean("is_provisioning_key"u8, key.Kind == KeyKind.Management);
        writer.WriteString("expires_at"u8, key.ExpiresAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteNull("creator_user_id"u8);
        writer.WriteNull("organization_id"u8);
        writer.WriteNull("workspace_id"u8);
        writer.WriteStrings("allowed_data_regions"u8, []);
        WriteLimits(writer, figures.Free);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter writer, FreeQuotaView free)
    {
        // Clients insist on a number, so "no limit" is one that nobody reaches.
        var limit = free.Limit ?? int.MaxValue;
        writer.WriteStartObject("free_model_daily_requests"u8);
        writer.WriteNumber("limit"u8, limit);
        writer.WriteNumber("used"u8, free.Used);
        writer.WriteNumber("remaining"u8, Math.Max(0, limit - free.Used));
        writer.WriteEndObject();

        // The figures that OpenRouter documents: -1 for every key.
        writer.WriteStartObject("rate_limit"u8);
        writer.WriteNumber("requests"u8, -1);
        writer.WriteString("interval"u8, "10s"u8);
        writer.WriteString("note"u8, "This field is deprecated and safe to ignore."u8);
        writer.WriteEndObject();
    }

    private static string? ResetWord(LimitReset reset) => reset switch
    {
        LimitReset.None => null,
        LimitReset.Daily => "daily",
        LimitReset.Weekly => "weekly",
        LimitReset.Monthly => "monthly",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private sealed record KeyFigures(ApiKey Key, KeyView View, AccountView Account, FreeQuotaView Free);
}
