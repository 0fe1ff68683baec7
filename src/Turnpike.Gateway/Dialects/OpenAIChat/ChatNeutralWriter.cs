using System.Buffers;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes a request in the neutral form to a chat provider.</summary>
internal static class ChatNeutralWriter
{
    public static GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped)
    {
        using var json = JsonWriting.To(output);
        json.WriteStartObject();
        json.WritePropertyName("model"u8);
        json.WriteRawValue(target.Model, skipInputValidation: true);
        if (ChatMessageWriter.WriteAll(json, request, dropped) is { } unsaid)
        {
            return unsaid;
        }

        WriteTools(json, request, dropped);
        WriteSampling(json, request);
        WriteOutput(json, request, target);
        WriteReasoning(json, request);
        WriteStream(json, request, target);
        WriteOthers(json, request, dropped);
        json.StringIf("user", target.User);
        json.WriteEndObject();
        return null;
    }

    private static void WriteTools(Utf8JsonWriter json, NeutralRequest request, DroppedParameters dropped)
    {
        var sendable = request.Tools.FindAll(static t => t.Raw is null || t.Raw.Dialect == Core.Catalog.Dialects.OpenAIChat);
        foreach (var tool in request.Tools.Where(t => !sendable.Contains(t)))
        {
            dropped.Add($"tools:{tool.Name}");
        }

        if (sendable.Count > 0)
        {
            json.WriteStartArray("tools"u8);
            foreach (var tool in sendable)
            {
                WriteTool(json, tool);
            }

            json.WriteEndArray();
        }

        if (request.ToolChoice is { } choice && sendable.Count > 0)
        {
            WriteChoice(json, choice);
        }

        if (request.ParallelToolCalls is { } parallel && sendable.Count > 0)
        {
            json.WriteBoolean("parallel_tool_calls"u8, parallel);
        }
    }

    private static void WriteTool(Utf8JsonWriter json, Tool tool)
    {
        if (tool.Raw is { } raw)
        {
            json.WriteRawValue(raw.Json.Span, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, tool.Name);
        json.StringIf("description", tool.Description);
        json.RawIf("parameters", tool.Parameters);
        json.BooleanIf("strict", tool.Strict);

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, ToolChoice choice)
    {
        if (choice.Kind == ToolChoiceKind.Named)
        {
            json.WriteStartObject("tool_choice"u8);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, choice.Name);
            json.WriteEndObject();
            json.WriteEndObject();
            return;
        }

        json.WriteString("tool_choice"u8, choice.Kind switch
        {
            ToolChoiceKind.Auto => "auto"u8,
            ToolChoiceKind.None => "none"u8,
            ToolChoiceKind.Required => "required"u8,
            ToolChoiceKind.Named => throw new System.Diagnostics.UnreachableException(),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }

    private static void WriteSampling(Utf8JsonWriter json, NeutralRequest request)
    {
        var sampling = request.Sampling;
        json.NumberIf("temperature", sampling.Temperature);
        json.NumberIf("top_p", sampling.TopP);
        json.NumberIf("min_p", sampling.MinP);
        json.NumberIf("top_a", sampling.TopA);
        json.NumberIf("top_k", sampling.TopK);
        json.NumberIf("frequency_penalty", sampling.FrequencyPenalty);
        json.NumberIf("presence_penalty", sampling.PresencePenalty);
        json.NumberIf("repetition_penalty", sampling.RepetitionPenalty);
        json.NumberIf("seed", sampling.Seed);
        json.BooleanIf("logprobs", sampling.Logprobs);

        json.NumberIf("top_logprobs", sampling.TopLogprobs);
        json.RawIf("logit_bias", sampling.LogitBias);
        if (request.Choices != 1)
        {
            json.WriteNumber("n"u8, request.Choices);
        }

        json.StringsIf("stop", request.Stop);
    }

    private static void WriteOutput(Utf8JsonWriter json, NeutralRequest request, UpstreamTarget target)
    {
        if ((target.AffordedOutput ?? request.OutputLimit) is { } limit)
        {
            json.WriteNumber(target.Endpoint.Provider.Quirks.OutputLimitField, limit);
        }

        WriteResponseFormat(json, request.ResponseFormat);
        json.StringsIf("modalities", request.Modalities);
        json.RawIf("audio", request.AudioOutput);
        json.RawIf("image_config", request.ImageConfig);
        json.RawIf("prediction", request.Prediction);
        json.RawIf("web_search_options", request.WebSearchOptions);
        json.StringIf("verbosity", request.Verbosity);
        json.StringIf("service_tier", request.ServiceTier);
        json.StringIf("prompt_cache_key", request.PromptCacheKey);
    }

    private static void WriteResponseFormat(Utf8JsonWriter json, ResponseFormat? format)
    {
        switch (format?.Kind)
        {
            case null:
                return;
            case ResponseFormatKind.Text or ResponseFormatKind.JsonObject:
                json.WriteStartObject("response_format"u8);
                json.WriteString("type"u8, format.Kind == ResponseFormatKind.Text ? "text"u8 : "json_object"u8);
                json.WriteEndObject();
                return;
            case ResponseFormatKind.JsonSchema:
                json.WriteStartObject("response_format"u8);
                json.WriteString("type"u8, "json_schema"u8);
                json.WriteStartObject("json_schema"u8);
                json.WriteString("name"u8, format.Name ?? "answer");
                json.StringIf("description", format.Description);
                json.RawIf("schema", format.Schema);
                json.BooleanIf("strict", format.Strict);

                json.WriteEndObject();
                json.WriteEndObject();
                return;
            case ResponseFormatKind.Other:
                if (format.Raw.Dialect == Core.Catalog.Dialects.OpenAIChat)
                {
                    json.RawIf("response_format", format.Raw.Json);
                }

                return;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void WriteReasoning(Utf8JsonWriter json, NeutralRequest request)
    {
        if (request.Reasoning?.IsOff == false && request.Reasoning.EffortFor(request.OutputLimit) is { } effort)
        {
            json.WriteString("reasoning_effort"u8, effort);
        }
    }

    private static void WriteStream(Utf8JsonWriter json, NeutralRequest request, UpstreamTarget target)
    {
        if (!request.Stream)
        {
            return;
        }

        json.WriteBoolean("stream"u8, value: true);
        if (target.Endpoint.Provider.Quirks.StreamOptions)
        {
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_usage"u8, value: true);
            json.WriteEndObject();
        }
    }

    private static void WriteOthers(Utf8JsonWriter json, NeutralRequest request, DroppedParameters dropped)
    {
        foreach (var other in request.Others)
        {
            if (other.Dialect == Core.Catalog.Dialects.OpenAIChat)
            {
                json.RawIf(other.Name, other.Json);
            }
            else
            {
                dropped.Add(other.Name);
            }
        }
    }
}
