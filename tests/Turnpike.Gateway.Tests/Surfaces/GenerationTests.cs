using System.Text.Json;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Surfaces;

public sealed class GenerationTests
{
    private const string Fields =
        "api_type app_id cache_discount cancelled created_at data_region external_user finish_reason generation_time http_referer id is_byok "
        + "latency model moderation_latency native_finish_reason native_tokens_cached native_tokens_completion native_tokens_completion_images "
        + "native_tokens_prompt native_tokens_reasoning num_fetches num_input_audio_prompt num_media_completion num_media_prompt "
        + "num_search_results origin preset_id provider_name provider_responses request_id response_cache_source_id router service_tier "
        + "session_id streamed tokens_completion tokens_prompt total_cost upstream_id upstream_inference_cost usage user_agent "
        + "web_search_engine workspace_id";

    [Fact]
    public async Task A_generation_has_all_45_fields_and_says_on_what_it_was_billed()
    {
        await using var host = await SurfaceHost.StartAsync();
        await host.SettleAsync(host.InferenceKey, Record(new("gen-1")));

        var data = (await host.JsonAsync("/api/v1/generation?id=gen-1", host.InferenceKey)).GetProperty("data");

        Assert.Equal(45, Fields.Split(' ').Length);
        Assert.Empty(data.Missing(Fields + " billing_basis error_type cost_details native_tokens_cache_write app_title"));
        Assert.Equal("""
            {"id":"gen-1","created_at":"2026-11-12T10:30:00.000000+00:00","model":"acme/swift-4o","api_type":"completions","app_id":null,"app_title":"Writer","origin":"https://writer.example/","http_referer":"https://writer.example/","user_agent":"writer/1.0","external_user":"user-1","session_id":"s-1","request_id":"req-1","workspace_id":null,"preset_id":null,"router":null,"data_region":"global","is_byok":false,"streamed":true,"cancelled":false,"provider_name":"Bolt","upstream_id":"chatcmpl-9","service_tier":"default","finish_reason":"stop","native_finish_reason":"end_turn","error_type":null,"latency":120,"moderation_latency":null,"generation_time":850,"response_cache_source_id":null,"web_search_engine":null,"num_search_results":null,"num_fetches":null,"num_media_prompt":1,"num_media_completion":null,"num_input_audio_prompt":null,"tokens_prompt":1000,"tokens_completion":50,"native_tokens_prompt":1000,"native_tokens_completion":50,"native_tokens_completion_images":null,"native_tokens_reasoning":20,"native_tokens_cached":400,"native_tokens_cache_write":null,"usage":0.0024,"total_cost":0.0024,"upstream_inference_cost":null,"cache_discount":null,"billing_basis":"provider_usage","cost_details":{"cost":0.0024,"prompt_cost":0.0018,"completion_cost":0.0006,"charged":0.0024},"provider_responses":[{"endpoint_id":"acme:swift-4o","provider_name":"Acme","model_permaslug":"acme/swift-4o","is_byok":false,"latency":30,"status":503,"error_type":"provider_overloaded"},{"endpoint_id":"bolt:swift-4o","id":"chatcmpl-9","provider_name":"Bolt","model_permaslug":"acme/swift-4o","is_byok":false,"latency":80,"status":200}],"price_row":null,"rescued":false,"dropped_parameters":[],"plugins":[]}
            """, data.GetRawText());
    }

    [Fact]
    public async Task The_path_form_is_the_same()
    {
        await using var host = await SurfaceHost.StartAsync();
        await host.SettleAsync(host.InferenceKey, Record(new("gen-1")));

        var byPath = await host.JsonAsync("/v1/generation/gen-1", host.ManagementKey);
        var byQuery = await host.JsonAsync("/api/v1/generation?id=gen-1", host.InferenceKey);

        Assert.Equal(byQuery.GetRawText(), byPath.GetRawText());
    }

    [Fact]
    public async Task A_generation_that_was_settled_just_now_is_waited_for()
    {
        await using var host = await SurfaceHost.StartAsync();
        await host.SettleAsync(host.InferenceKey, Record(new("gen-new")));

        var data = (await host.JsonAsync("/api/v1/generation?id=gen-new", host.InferenceKey)).GetProperty("data");

        Assert.Equal("0.0024", data.GetProperty("total_cost").GetRawText());
    }

    [Fact]
    public async Task An_attempt_without_an_answer_has_no_status()
    {
        await using var host = await SurfaceHost.StartAsync();
        await host.SettleAsync(host.InferenceKey, Record(new("gen-1")) with
        {
            UpstreamId = null,
            ProviderName = null,
            ErrorType = "timeout",
            Basis = BillingBasis.None,
            Attempts = [new("bolt:x", "Bolt", 0, 60_000, "timeout")],
        });

        var data = (await host.JsonAsync("/api/v1/generation?id=gen-1", host.InferenceKey)).GetProperty("data");

        Assert.Equal("timeout", data.GetProperty("error_type").GetString());
        Assert.Equal("none", data.GetProperty("billing_basis").GetString());
        Assert.Equal(JsonValueKind.Null, data.GetProperty("provider_responses")[0].GetProperty("status").ValueKind);
    }

    [Fact]
    public async Task A_generation_of_another_account_is_not_there()
    {
        await using var host = await SurfaceHost.StartAsync();
        var strange = KeyText.New();
        await host.AddAccountAsync(SurfaceHost.NewKey(strange, KeyKind.Inference));
        await host.SettleAsync(strange, Record(new("gen-1")));

        var error = (await host.JsonAsync("/api/v1/generation?id=gen-1", host.InferenceKey, 404)).GetProperty("error");

        Assert.Equal("not_found", error.GetProperty("error_type").GetString());
    }

    [Theory]
    [InlineData("/api/v1/generation")]
    [InlineData("/api/v1/generation?id=")]
    public async Task A_missing_id_is_refused_by_name(string path)
    {
        await using var host = await SurfaceHost.StartAsync();

        var error = (await host.JsonAsync(path, host.InferenceKey, 400)).GetProperty("error");

        Assert.Equal("id", error.GetProperty("param").GetString());
    }

    internal static GenerationRecord Record(GenerationId id) => new()
    {
        Id = id,
        AccountId = default,
        KeyHash = default,
        CreatedAt = SurfaceHost.Now,
        Model = "acme/swift-4o",
        ProviderName = "Bolt",
        EndpointId = "bolt:swift-4o",
        Streamed = true,
        FinishReason = "stop",
        NativeFinishReason = "end_turn",
        Usage = new(1000, 50) { CachedTokens = 400, ReasoningTokens = 20 },
        Basis = BillingBasis.ProviderUsage,
        Cost = NanoUsd.FromUsd(0.0024m),
        PromptCost = NanoUsd.FromUsd(0.0018m),
        LatencyMs = 120,
        GenerationMs = 850,
        UpstreamId = "chatcmpl-9",
        ServiceTier = "default",
        ExternalUser = "user-1",
        SessionId = "s-1",
        HttpReferer = "https://writer.example/",
        AppTitle = "Writer",
        UserAgent = "writer/1.0",
        RequestId = "req-1",
        ImagesIn = 1,
        Attempts = [new("acme:swift-4o", "Acme", 503, 30, "provider_overloaded"), new("bolt:swift-4o", "Bolt", 200, 80, null)],
    };
}
