using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Writes the inputs of a decision; <see cref="InputsReader"/> reads them.</summary>
internal static class InputsJson
{
    public static void Write(Utf8JsonWriter writer, Decision decision)
    {
        var inputs = decision.Inputs;
        writer.WriteStartObject("inputs"u8);
        WriteMembers(writer, inputs);
        var figures = new Dictionary<string, EndpointFigures>(StringComparer.Ordinal);
        foreach (ref readonly var candidate in decision.Candidates.Span)
        {
            figures[candidate.Endpoint.Id] = candidate.Figures;
        }

        writer.WriteStartArray("models"u8);
        foreach (var model in inputs.Models)
        {
            writer.WriteStartObject();
            WriteRequested(writer, model);
            WriteModel(writer, model.Model, model.Endpoints, figures);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes all but the models and their figures.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, DecisionInputs inputs)
    {
        writer.WriteString("requested"u8, inputs.Requested);
        writer.WriteString("at"u8, inputs.At);
        writer.WriteString("seed"u8, inputs.Seed.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("strategy"u8, inputs.Strategy);
        if (inputs.Cache is { } cache)
        {
            writer.WriteStartObject("cache"u8);
            writer.WriteString("endpoint"u8, cache.EndpointId);
            writer.WriteNumber("tokens"u8, cache.Tokens);
            writer.WriteEndObject();
        }

        WriteNeeds(writer, inputs.Needs);
        writer.WriteStartArray("wishes"u8);
        foreach (var layer in inputs.Wishes.Layers)
        {
            writer.WriteStartObject();
            writer.WriteString("by"u8, RemovalWords.Owner(layer.Owner));
            writer.WritePropertyName("provider"u8);
            writer.WriteRawValue(layer.Wishes.Json);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes how a model was asked for.</summary>
    public static void WriteRequested(Utf8JsonWriter writer, RequestedModel requested)
    {
        writer.WriteString("name"u8, requested.Name);
        writer.WriteString("sort"u8, requested.Sort is { } sort ? SortWords.Word(sort) : null);
    }

    /// <summary>Writes what the catalogue says of a model, and what was seen of its endpoints where that is to stand beside it.</summary>
    public static void WriteModel(Utf8JsonWriter writer, Model model, ImmutableArray<Endpoint> endpoints, Dictionary<string, EndpointFigures>? figures)
    {
        writer.WriteString("id"u8, model.Id);
        writer.WriteBoolean("distillable"u8, model.Distillable == true);
        Write(writer, "context_length"u8, model.ContextLength);
        Write(writer, "max_completion_tokens"u8, model.MaxCompletionTokens);
        WriteStrings(writer, "input_modalities"u8, model.InputModalities);
        writer.WriteStartArray("endpoints"u8);
        foreach (var endpoint in endpoints)
        {
            WriteEndpoint(writer, endpoint, figures);
        }

        writer.WriteEndArray();
    }

    private static void WriteNeeds(Utf8JsonWriter writer, RequestNeeds needs)
    {
        writer.WriteStartObject("needs"u8);
        writer.WriteStartArray("parameters"u8);
        if (needs.Parameters != RequestParameters.None)
        {
            foreach (var name in RequestParameterNames.Names(needs.Parameters))
            {
                writer.WriteStringValue(name);
            }
        }

        writer.WriteEndArray();
        WriteTrue(writer, "images"u8, needs.HasImages);
        WriteTrue(writer, "files"u8, needs.HasFiles);
        WriteTrue(writer, "audio"u8, needs.HasAudio);
        WriteTrue(writer, "video"u8, needs.HasVideo);
        writer.WriteNumber("media"u8, needs.Images);
        writer.WriteNumber("choices"u8, needs.Choices);
        Write(writer, "max_tokens"u8, needs.OutputLimit);
        writer.WriteNumber("prompt_tokens_least"u8, needs.PromptTokensLeast);
        writer.WriteNumber("prompt_tokens"u8, needs.PromptTokensEstimate);
        writer.WriteNumber("prompt_tokens_bound"u8, needs.PromptTokensBound);
        Write(writer, "service_tier"u8, needs.ServiceTier);
        Write(writer, "speed"u8, needs.Mode.Speed);
        Write(writer, "inference_geo"u8, needs.Mode.InferenceGeo);
        Write(writer, "max_cost"u8, needs.MaxCost);
        Write(writer, "sort"u8, needs.Strategy is { } sort ? SortWords.Word(sort) : null);
        Write(writer, "partition"u8, needs.Partition switch { SortPartition.None => "none", SortPartition.Model => "model", _ => null });
        writer.WriteEndObject();
    }

    private static void WriteEndpoint(Utf8JsonWriter writer, Endpoint endpoint, Dictionary<string, EndpointFigures>? figures)
    {
        var policy = endpoint.Provider.DataPolicy;
        writer.WriteStartObject();
        writer.WriteString("id"u8, endpoint.Id);
        writer.WriteString("tag"u8, endpoint.Tag);
        writer.WriteString("provider"u8, endpoint.Provider.Id);
        writer.WriteString("provider_name"u8, endpoint.Provider.Name);
        writer.WriteBoolean("training"u8, policy.Training);
        writer.WriteBoolean("retains_prompts"u8, policy.RetainsPrompts);
        Write(writer, "retention_days"u8, policy.RetentionDays);
        writer.WriteString("quantization"u8, endpoint.Quantization);
        Write(writer, "context_length"u8, endpoint.ContextLength);
        Write(writer, "max_prompt_tokens"u8, endpoint.MaxPromptTokens);
        Write(writer, "max_completion_tokens"u8, endpoint.MaxCompletionTokens);
        WriteStrings(writer, "parameters"u8, endpoint.SupportedParameters);
        writer.WritePropertyName("prices"u8);
        WritePrices(writer, endpoint.Prices);
        if (endpoint.Factors.ByWord.Count > 0)
        {
            writer.WriteStartObject("factors"u8);
            foreach (var (word, factor) in endpoint.Factors.ByWord)
            {
                writer.WriteNumber(word, factor);
            }

            writer.WriteEndObject();
        }

        if (figures is not null && figures.TryGetValue(endpoint.Id, out var known) && known != default)
        {
            writer.WritePropertyName("figures"u8);
            JsonSerializer.Serialize(writer, known, FiguresJson.Default.EndpointFigures);
        }

        writer.WriteEndObject();
    }

    private static void WritePrices(Utf8JsonWriter writer, PriceSheet prices)
    {
        writer.WriteStartObject();
        DecisionJson.WriteUsd(writer, "prompt"u8, prices.Prompt);
        DecisionJson.WriteUsd(writer, "completion"u8, prices.Completion);
        Write(writer, "cache_read"u8, prices.CacheRead);
        Write(writer, "cache_write"u8, prices.CacheWrite);
        Write(writer, "reasoning"u8, prices.Reasoning);
        Write(writer, "audio"u8, prices.Audio);
        Write(writer, "audio_output"u8, prices.AudioOutput);
        Write(writer, "image_tokens"u8, prices.ImageTokens);
        Write(writer, "image_output_tokens"u8, prices.ImageOutputTokens);
        Write(writer, "image"u8, prices.Image);
        Write(writer, "request"u8, prices.Request);
        if (!prices.Tiers.IsEmpty)
        {
            writer.WriteStartArray("tiers"u8);
            foreach (var tier in prices.Tiers)
            {
                writer.WriteStartObject();
                writer.WriteNumber("min_prompt_tokens"u8, tier.MinPromptTokens);
                writer.WritePropertyName("prices"u8);
                WritePrices(writer, tier.Prices);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, NanoUsd? amount)
    {
        if (amount is { } known)
        {
            DecisionJson.WriteUsd(writer, name, known);
        }
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } known)
        {
            writer.WriteNumber(name, known);
        }
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteTrue(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, value);
        }
    }

    private static void WriteStrings(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
