using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Surfaces.Generations;

/// <summary>Writes a generation record in OpenRouter's shape: its 45 fields, then what Turnpike adds.</summary>
internal static class GenerationJson
{
    public static void Write(Utf8JsonWriter writer, GenerationRecord record)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        WriteRequest(writer, record);
        WriteAnswer(writer, record);
        WriteTokens(writer, record);
        WriteMoney(writer, record);
        WriteResponses(writer, record);
        WriteDetails(writer, record);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter writer, GenerationRecord record)
    {
        writer.WriteString("id"u8, record.Id.Value);
        writer.WriteString("created_at"u8, record.CreatedAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture));
        writer.WriteString("model"u8, record.Model);
        writer.WriteString("api_type"u8, record.ApiType);
        writer.WriteNull("app_id"u8);
        writer.WriteString("app_title"u8, record.AppTitle);
        writer.WriteString("origin"u8, record.HttpReferer ?? "");
        writer.WriteString("http_referer"u8, record.HttpReferer);
        writer.WriteString("user_agent"u8, record.UserAgent);
        writer.WriteString("external_user"u8, record.ExternalUser);
        writer.WriteString("session_id"u8, record.SessionId);
        writer.WriteString("request_id"u8, record.RequestId);
        writer.WriteNull("workspace_id"u8);
        writer.WriteString("preset_id"u8, record.Details?.PresetId);
        writer.WriteString("router"u8, record.Details?.Router);
        writer.WriteString("data_region"u8, "global"u8);
        writer.WriteBoolean("is_byok"u8, false);
        writer.WriteBoolean("streamed"u8, record.Streamed);
        writer.WriteBoolean("cancelled"u8, record.Cancelled);
    }

    private static void WriteAnswer(Utf8JsonWriter writer, GenerationRecord record)
    {
        writer.WriteString("provider_name"u8, record.ProviderName);
        writer.WriteString("upstream_id"u8, record.UpstreamId);
        writer.WriteString("service_tier"u8, record.ServiceTier);
        writer.WriteString("finish_reason"u8, record.FinishReason);
        writer.WriteString("native_finish_reason"u8, record.NativeFinishReason);
        writer.WriteString("error_type"u8, record.ErrorType);
        writer.WriteNumberOrNull("latency"u8, record.LatencyMs);
        writer.WriteNumberOrNull("moderation_latency"u8, Uses(record).FirstOrDefault(static p => p.JudgedMs is not null)?.JudgedMs);
        writer.WriteNumber("generation_time"u8, record.GenerationMs);
        writer.WriteString("response_cache_source_id"u8, record.Details?.CacheSourceId);
        var search = Uses(record).FirstOrDefault(static p => p.Engine is not null);
        writer.WriteString("web_search_engine"u8, search?.Engine);
        writer.WriteNumberOrNull("num_search_results"u8, search?.Results);
        writer.WriteNull("num_fetches"u8);
        writer.WriteNumber("num_media_prompt"u8, record.ImagesIn);
        writer.WriteNumberOrNull("num_media_completion"u8, record.Details?.Units.Images is > 0 and var images ? images : null);
        writer.WriteNull("num_input_audio_prompt"u8);
    }

    private static ImmutableArray<PluginUse> Uses(GenerationRecord record) => record.Details?.Plugins ?? [];

    // One tokenizer counts for all until there is a second one: the provider's own, which also is what is billed.
    private static void WriteTokens(Utf8JsonWriter writer, GenerationRecord record)
    {
        var usage = record.Usage;
        writer.WriteNumber("tokens_prompt"u8, usage.PromptTokens);
        writer.WriteNumber("tokens_completion"u8, usage.CompletionTokens);
        writer.WriteNumber("native_tokens_prompt"u8, usage.PromptTokens);
        writer.WriteNumber("native_tokens_completion"u8, usage.CompletionTokens);
        writer.WriteNumberOrNull("native_tokens_completion_images"u8, usage.CompletionImageTokens);
        writer.WriteNumberOrNull("native_tokens_reasoning"u8, usage.ReasoningTokens);
        writer.WriteNumberOrNull("native_tokens_cached"u8, usage.CachedTokens);
        writer.WriteNumberOrNull("native_tokens_cache_write"u8, usage.CacheWriteTokens);
    }

    private static void WriteMoney(Utf8JsonWriter writer, GenerationRecord record)
    {
        writer.WriteUsd("usage"u8, record.Charged);
        writer.WriteUsd("total_cost"u8, record.Charged);
        writer.WriteNull("upstream_inference_cost"u8);
        if (record.Details is { CacheDiscountNanoUsd: not 0 and var discount })
        {
            writer.WriteUsd("cache_discount"u8, new NanoUsd(discount));
        }
        else
        {
            writer.WriteNull("cache_discount"u8);
        }

        writer.WriteString("billing_basis"u8, record.Basis.ToWire());
        writer.WriteStartObject("cost_details"u8);
        writer.WriteUsd("cost"u8, record.Cost);
        writer.WriteUsd("prompt_cost"u8, record.PromptCost);
        writer.WriteUsd("completion_cost"u8, record.Cost - record.PromptCost);
        writer.WriteUsd("charged"u8, record.Charged);
        writer.WriteEndObject();
    }

    private static void WriteResponses(Utf8JsonWriter writer, GenerationRecord record)
    {
        writer.WriteStartArray("provider_responses"u8);
        for (var i = 0; i < record.Attempts.Length; i++)
        {
            var attempt = record.Attempts[i];
            writer.WriteStartObject();
            writer.WriteString("endpoint_id"u8, attempt.EndpointId);
            if (i == record.Attempts.Length - 1 && record.UpstreamId is { } id)
            {
                writer.WriteString("id"u8, id);
            }

            writer.WriteString("provider_name"u8, attempt.ProviderName);
            writer.WriteString("model_permaslug"u8, record.Model);
            writer.WriteBoolean("is_byok"u8, false);
            writer.WriteNumber("latency"u8, attempt.LatencyMs);
            writer.WriteNumberOrNull("status"u8, attempt.Status == 0 ? null : attempt.Status);
            if (attempt.Failure is { } failure)
            {
                writer.WriteString("error_type"u8, failure);
            }

            if (!attempt.LostCost.IsZero)
            {
                writer.WriteUsd("lost_cost"u8, attempt.LostCost);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDetails(Utf8JsonWriter writer, GenerationRecord record)
    {
        writer.WriteString("price_row"u8, record.PriceRow);
        if (record.Details?.PriceFactor is { } factor)
        {
            writer.WriteNumber("price_factor"u8, factor);
        }

        writer.WriteBoolean("rescued"u8, record.Details?.IsRescued == true);
        writer.WriteStrings("dropped_parameters"u8, record.Details?.DroppedParameters ?? []);
        WriteHedge(writer, record.Details?.Hedge);
        WriteUnits(writer, record.Details?.Units ?? default);
        writer.WriteStartArray("plugins"u8);
        foreach (var plugin in Uses(record))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, plugin.Id);
            writer.WriteUsd("cost"u8, new NanoUsd(plugin.CostNanoUsd));
            writer.WriteString("detail"u8, plugin.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // Only where there was one.
    private static void WriteHedge(Utf8JsonWriter writer, HedgeUse? hedge)
    {
        if (hedge is null)
        {
            return;
        }

        writer.WriteStartObject("hedge"u8);
        writer.WriteString("endpoint_id"u8, hedge.EndpointId);
        writer.WriteNumber("after"u8, hedge.AfterMs);
        writer.WriteString("reason"u8, hedge.Reason);
        writer.WriteBoolean("was_first"u8, hedge.WasFirst);
        writer.WriteEndObject();
    }

    // Only of what is not charged by tokens alone.
    private static void WriteUnits(Utf8JsonWriter writer, in WorkUnits units)
    {
        if (units == default)
        {
            return;
        }

        writer.WriteStartObject("units"u8);
        writer.WriteNumber("images"u8, units.Images);
        writer.WriteNumber("characters"u8, units.Characters);
        writer.WriteNumber("search_units"u8, units.SearchUnits);
        writer.WriteNumber("web_searches"u8, units.WebSearches);
        writer.WriteNumber("audio_milliseconds"u8, units.AudioMilliseconds);
        writer.WriteEndObject();
    }
}
