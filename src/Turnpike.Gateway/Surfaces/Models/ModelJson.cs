using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Routing.Health;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>Writes models and endpoints in OpenRouter's shapes: <c>Model</c>, <c>ListEndpointsResponse</c>, <c>PublicEndpoint</c>.</summary>
internal static class ModelJson
{
    /// <param name="alias">The name by which it is the newest of its family; null where it is told by its own.</param>
    public static void WriteModel(Utf8JsonWriter writer, ModelEntry entry, ModelFigures figures, string? alias = null)
    {
        var model = entry.Model;
        var top = entry.Cheapest;
        writer.WriteStartObject();
        writer.WriteString("id"u8, alias ?? model.Id);
        writer.WriteString("canonical_slug"u8, model.CanonicalSlug);
        writer.WriteString("hugging_face_id"u8, model.HuggingFaceId);
        writer.WriteString("name"u8, alias is null ? model.Name : $"{model.Name} (latest)");
        writer.WriteNumber("created"u8, Math.Max(0, model.Created.ToUnixTimeSeconds()));
        writer.WriteString("description"u8, model.Description);
        writer.WriteNumberOrNull("context_length"u8, entry.ContextLength);
        WriteArchitecture(writer, model);
        writer.WritePropertyName("pricing"u8);
        PricingJson.Write(writer, top?.Prices);
        writer.WriteStartObject("top_provider"u8);
        writer.WriteNumberOrNull("context_length"u8, top?.ContextLength ?? entry.ContextLength);
        writer.WriteNumberOrNull("max_completion_tokens"u8, top?.MaxCompletionTokens ?? model.MaxCompletionTokens);
        writer.WriteBoolean("is_moderated"u8, model.IsModerated);
        writer.WriteEndObject();
        writer.WriteNull("per_request_limits"u8);
        writer.WriteStrings("supported_parameters"u8, entry.SupportedParameters);
        writer.WriteNull("supported_voices"u8);
        WriteDefaults(writer, model);
        WriteReasoning(writer, model.Reasoning);
        writer.WriteString("knowledge_cutoff"u8, model.KnowledgeCutoff);
        writer.WriteString("expiration_date"u8, model.ExpirationDate);
        WriteBenchmarks(writer, entry, figures);
        if (alias is not null)
        {
            writer.WriteStartObject("alias_target"u8);
            writer.WriteString("slug"u8, model.Id);
            writer.WriteString("name"u8, model.Name);
            writer.WriteEndObject();
        }

        writer.WriteStartObject("links"u8);
        writer.WriteString("details"u8, $"/api/v1/models/{model.Id}/endpoints");
        writer.WriteEndObject();
        writer.WriteString("object"u8, "model"u8); // OpenAI's own clients want these two, and a list to say that it is one
        writer.WriteString("owned_by"u8, model.Author);
        writer.WriteEndObject();
    }

    public static void WriteEndpoints(Utf8JsonWriter writer, ModelEntry entry, ModelFigures figures)
    {
        var model = entry.Model;
        writer.WriteStartObject();
        writer.WriteStartObject("data"u8);
        writer.WriteString("id"u8, model.Id);
        writer.WriteString("name"u8, model.Name);
        writer.WriteNumber("created"u8, Math.Max(0, model.Created.ToUnixTimeSeconds()));
        writer.WriteString("description"u8, model.Description);
        WriteArchitecture(writer, model);
        writer.WriteStartArray("endpoints"u8);
        foreach (var endpoint in entry.Endpoints)
        {
            WriteEndpoint(writer, endpoint, entry, figures);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteEndpoint(Utf8JsonWriter writer, Endpoint endpoint, ModelEntry entry, ModelFigures figures)
    {
        var parameters = endpoint.SupportedParameters is { IsDefaultOrEmpty: false } own ? own : entry.SupportedParameters;
        writer.WriteStartObject();
        writer.WriteString("name"u8, $"{endpoint.Provider.Name} | {endpoint.Model.Id}");
        writer.WriteString("model_id"u8, endpoint.Model.Id);
        writer.WriteString("model_name"u8, endpoint.Model.Name);
        writer.WriteNumber("context_length"u8, endpoint.ContextLength ?? entry.ContextLength ?? 0);
        writer.WritePropertyName("pricing"u8);
        PricingJson.Write(writer, endpoint.Prices);
        writer.WriteString("provider_name"u8, endpoint.Provider.Name);
        writer.WriteString("tag"u8, endpoint.Tag);
        writer.WriteString("quantization"u8, endpoint.Quantization);
        writer.WriteNumberOrNull("max_completion_tokens"u8, endpoint.MaxCompletionTokens ?? endpoint.Model.MaxCompletionTokens);
        writer.WriteNumberOrNull("max_prompt_tokens"u8, endpoint.MaxPromptTokens);
        writer.WriteStrings("supported_parameters"u8, parameters);
        WriteToolChoice(writer, parameters);
        writer.WriteBoolean("supports_implicit_caching"u8, endpoint.SupportsImplicitCaching);
        writer.WriteBoolean("supports_voice_cloning"u8, false);
        writer.WriteNumber("status"u8, 0);
        WriteHealth(writer, figures.Report(endpoint));
        writer.WriteEndObject();
    }

    private static void WriteHealth(Utf8JsonWriter writer, EndpointReport? report)
    {
        WriteFigure(writer, "uptime_last_5m"u8, report?.Uptime5Minutes);
        WriteFigure(writer, "uptime_last_30m"u8, report?.Uptime30Minutes);
        WriteFigure(writer, "uptime_last_1d"u8, report?.Uptime1Day);
        WritePercentiles(writer, "latency_last_30m"u8, report?.FirstToken, scale: 1000);
        WritePercentiles(writer, "throughput_last_30m"u8, report?.Throughput, scale: 1);
    }

    private static void WritePercentiles(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Percentiles? percentiles, int scale)
    {
        if (percentiles is not { IsKnown: true } known)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("p50"u8, Math.Round((double)known.P50 * scale, 1));
        writer.WriteNumber("p75"u8, Math.Round((double)known.P75 * scale, 1));
        writer.WriteNumber("p90"u8, Math.Round((double)known.P90 * scale, 1));
        writer.WriteNumber("p99"u8, Math.Round((double)known.P99 * scale, 1));
        writer.WriteEndObject();
    }

    private static void WriteBenchmarks(Utf8JsonWriter writer, ModelEntry entry, ModelFigures figures)
    {
        if (figures.Intelligence(entry) is not { } intelligence)
        {
            return;
        }

        writer.WriteStartObject("benchmarks"u8);
        writer.WriteStartObject("artificial_analysis"u8);
        writer.WriteNumber("intelligence_index"u8, intelligence);
        WriteFigure(writer, "coding_index"u8, figures.Coding(entry));
        WriteFigure(writer, "agentic_index"u8, figures.Agentic(entry));
        writer.WriteEndObject();
        writer.WriteStartArray("design_arena"u8);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFigure(Utf8JsonWriter writer, ReadOnlySpan<byte> name, double? figure)
    {
        if (figure is { } known)
        {
            writer.WriteNumber(name, Math.Round(known, 2));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteToolChoice(Utf8JsonWriter writer, ImmutableArray<string> parameters)
    {
        var choice = parameters.Contains("tool_choice");
        writer.WriteStartObject("supports_tool_choice"u8);
        writer.WriteBoolean("auto"u8, choice || parameters.Contains("tools"));
        writer.WriteBoolean("none"u8, choice);
        writer.WriteBoolean("required"u8, choice);
        writer.WriteBoolean("function"u8, choice);
        writer.WriteEndObject();
    }

    private static void WriteArchitecture(Utf8JsonWriter writer, Model model)
    {
        writer.WriteStartObject("architecture"u8);
        writer.WriteString("modality"u8, $"{string.Join('+', model.InputModalities)}->{string.Join('+', model.OutputModalities)}");
        writer.WriteStrings("input_modalities"u8, model.InputModalities);
        writer.WriteStrings("output_modalities"u8, model.OutputModalities);
        writer.WriteString("tokenizer"u8, model.Tokenizer);
        writer.WriteString("instruct_type"u8, model.InstructType);
        writer.WriteEndObject();
    }

    private static void WriteReasoning(Utf8JsonWriter writer, ModelReasoning? reasoning)
    {
        if (reasoning is null)
        {
            return;
        }

        writer.WriteStartObject("reasoning"u8);
        writer.WriteBoolean("mandatory"u8, reasoning.Mandatory);
        if (reasoning.DefaultEnabled is { } isOn)
        {
            writer.WriteBoolean("default_enabled"u8, isOn);
        }

        if (reasoning.SupportedEfforts.IsEmpty)
        {
            writer.WriteNull("supported_efforts"u8);
        }
        else
        {
            writer.WriteStrings("supported_efforts"u8, reasoning.SupportedEfforts);
        }

        if (reasoning.DefaultEffort is { } effort)
        {
            writer.WriteString("default_effort"u8, effort);
        }

        writer.WriteBoolean("supports_max_tokens"u8, reasoning.SupportsMaxTokens);
        writer.WriteEndObject();
    }

    private static void WriteDefaults(Utf8JsonWriter writer, Model model)
    {
        if (model.DefaultParameters.IsEmpty)
        {
            writer.WriteNull("default_parameters"u8);
            return;
        }

        writer.WriteStartObject("default_parameters"u8);
        foreach (var (name, value) in model.DefaultParameters)
        {
            writer.WriteNumber(name, value);
        }

        writer.WriteEndObject();
    }
}
