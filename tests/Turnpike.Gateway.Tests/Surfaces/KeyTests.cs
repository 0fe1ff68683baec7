using System.Text.Json;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Surfaces;

public sealed class KeyTests
{
    [Theory]
    [InlineData("/api/v1/key")]
    [InlineData("/api/v1/auth/key")]
    [InlineData("/v1/key")]
    public async Task A_key_is_told_what_it_may_do_and_has_spent(string path)
    {
        await using var host = await SurfaceHost.StartAsync();
        var text = KeyText.New();
        await host.AddKeyAsync(SurfaceHost.NewKey(text, KeyKind.Inference) with
        {
            Label = "sk-or-v1-abc...xyz",
            Limit = NanoUsd.FromUsd(5),
            Reset = LimitReset.Weekly,
            ExpiresAt = new DateTimeOffset(2027, 12, 31, 23, 59, 59, TimeSpan.Zero),
        });
        await SpendAsync(host, text, new(2026, 10, 15), 0.5m);
        await SpendAsync(host, text, new(2026, 11, 3), 0.75m);
        await SpendAsync(host, text, new(2026, 11, 9), 0.249877m);
        await SpendAsync(host, text, new(2026, 11, 12), 0.000123m);

        var key = await host.JsonAsync(path, text);

        Assert.Equal("""
            {"label":"sk-or-v1-abc...xyz","limit":5,"limit_reset":"weekly","limit_remaining":4.75,"include_byok_in_limit":false,"usage":1.5,"usage_daily":0.000123,"usage_weekly":0.25,"usage_monthly":1,"byok_usage":0,"byok_usage_daily":0,"byok_usage_weekly":0,"byok_usage_monthly":0,"is_free_tier":false,"is_management_key":false,"is_provisioning_key":false,"expires_at":"2027-12-31T23:59:59.000Z","creator_user_id":null,"organization_id":null,"workspace_id":null,"allowed_data_regions":[],"free_model_daily_requests":{"limit":50,"used":3,"remaining":47},"rate_limit":{"requests":-1,"interval":"10s","note":"This field is deprecated and safe to ignore."}}
            """, key.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_management_key_is_told_too_and_a_missing_limit_is_null()
    {
        await using var host = await SurfaceHost.StartAsync();
        host.Quota.Answer = new(Limit: null, Used: 12);

        var key = (await host.JsonAsync("/api/v1/key", host.ManagementKey)).GetProperty("data");

        Assert.True(key.GetProperty("is_management_key").GetBoolean());
        Assert.True(key.GetProperty("is_provisioning_key").GetBoolean());
        Assert.Equal(JsonValueKind.Null, key.GetProperty("limit").ValueKind);
        Assert.Equal(JsonValueKind.Null, key.GetProperty("limit_remaining").ValueKind);
        Assert.Equal(JsonValueKind.Null, key.GetProperty("expires_at").ValueKind);
        Assert.Equal(int.MaxValue, key.GetProperty("free_model_daily_requests").GetProperty("limit").GetInt32());
    }

    [Fact]
    public async Task A_charge_shows_at_once_and_exactly()
    {
        await using var host = await SurfaceHost.StartAsync();
        await SpendAsync(host, host.InferenceKey, DateOnly.FromDateTime(SurfaceHost.Now.Date), 1.5m);

        await SpendAsync(host, host.InferenceKey, DateOnly.FromDateTime(SurfaceHost.Now.Date), 0.000000001m);
        var key = (await host.JsonAsync("/api/v1/key", host.InferenceKey)).GetProperty("data");
        var credits = (await host.JsonAsync("/api/v1/credits", host.ManagementKey)).GetProperty("data");

        Assert.Equal("1.500000001", key.GetProperty("usage").GetRawText());
        Assert.Equal("1.500000001", key.GetProperty("usage_daily").GetRawText());
        Assert.Equal("""{"total_credits":25,"total_usage":1.500000001}""", credits.GetRawText());
    }

    [Fact]
    public async Task Credits_are_for_management_keys()
    {
        await using var host = await SurfaceHost.StartAsync();

        var error = (await host.JsonAsync("/api/v1/credits", host.InferenceKey, 403)).GetProperty("error");

        Assert.Equal("permission_denied", error.GetProperty("metadata").GetProperty("error_type").GetString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("sk-or-v1-unknown")]
    [InlineData("nonsense")]
    public async Task Without_a_key_that_is_known_the_answer_is_401(string? key)
    {
        await using var host = await SurfaceHost.StartAsync();

        using var response = await host.GetAsync("/api/v1/key", key);

        Assert.Equal(401, (int)response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Theory]
    [InlineData(0, 401)] // it ends now
    [InlineData(1, 200)]
    public async Task A_key_that_has_ended_is_401(int secondsLeft, int status)
    {
        await using var host = await SurfaceHost.StartAsync();
        var text = KeyText.New();
        await host.AddKeyAsync(SurfaceHost.NewKey(text, KeyKind.Inference) with { ExpiresAt = SurfaceHost.Now.AddSeconds(secondsLeft) });

        using var response = await host.GetAsync("/api/v1/key", text);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_store_that_is_away_is_503_and_never_401()
    {
        await using var host = await SurfaceHost.StartAsync(static b => b.Services.AddSingleton(AwayStore.Create()));

        using var response = await host.GetAsync("/api/v1/key", host.InferenceKey);

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    private static async Task SpendAsync(SurfaceHost host, string key, DateOnly day, decimal usd)
    {
        var id = new GenerationId($"gen-{key[^4..]}-{day:yyyyMMdd}-{usd}");
        var at = new DateTimeOffset(day, new TimeOnly(9, 0), TimeSpan.Zero);
        for (var left = usd; left > 0; left -= 1)
        {
            var record = GenerationTests.Record(new($"{id}-{left}")) with { CreatedAt = at, Cost = NanoUsd.FromUsd(Math.Min(1, left)) };
            await host.SettleAsync(key, record);
        }
    }
}
