using System.Buffers;
using System.Text.Json;
using Turnpike.Core.Catalog;
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
        var quirks = new ChatQuirks(json, target.Endpoint, dropped);
        if (ChatMessageWriter.WriteAll(json, request, target.Endpoint, dropped) is { } unsaid)
        {
            return unsaid;
        }

        if (request.Tools.Count > 0 && quirks.Takes(RequestParameters.Tools, "tools"))
        {
            WriteTools(quirks, request, dropped);
        }

        WriteSampling(quirks, request);
        WriteOutput(quirks, request, target);
        ChatReasoningWriter.Write(quirks, request, target.Endpoint.Model, dropped);
        WriteStream(json, request, target);
        WriteOthers(quirks, request, dropped);
        quirks.Text("user", target.User);
        json.WriteEndObject();
        return null;
    }

    private static void WriteTools(in ChatQuirks quirks, NeutralRequest request, DroppedParameters dropped)
    {
        var json = quirks.Json;
        var isStrict = quirks.Provider.OtherParameters is not null;
        var sendable = request.Tools.FindAll(t => IsSendable(t, isStrict));
        foreach (var tool in request.Tools.Where(t => !IsSendable(t, isStrict)))
        {
            dropped.Add($"tools:{tool.Name}");
        }

        if (sendable.Count > 0)
        {
            json.WriteStartArray("tools"u8);
            foreach (var tool in sendable)
            {
                WriteTool(json, tool, quirks.Provider);
            }

            json.WriteEndArray();
        }

        if (request.ToolChoice is { } choice && sendable.Count > 0 && quirks.Takes(RequestParameters.ToolChoice, "tool_choice"))
        {
            WriteChoice(json, choice, ChatCustomTool.IsTaken(choice.Name, sendable, quirks.Provider));
        }

        quirks.Boolean("parallel_tool_calls", request.ParallelToolCalls);
    }

    private static bool IsSendable(Tool tool, bool isStrict) => tool.Raw is null || (tool.Raw.Dialect == Core.Catalog.Dialects.OpenAIChat && !isStrict);

    private static void WriteTool(Utf8JsonWriter json, Tool tool, ProviderQuirks quirks)
    {
        if ((ChatCustomTool.IsTaken(tool, quirks) ? tool.Freeform : tool.Raw) is { } raw)
        {
            json.WriteRawValue(raw.Json.Span, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, tool.Name);
        json.StringIf("description", tool.Description);
        if (quirks.OtherParameters is not null || !tool.Parameters.IsEmpty)
        {
            json.WritePropertyName("parameters"u8);
            json.WriteRawValue(tool.Parameters.IsEmpty ? JsonWriting.NoParameters : tool.Parameters.Span, skipInputValidation: true);
        }

        json.BooleanIf("strict", tool.Strict);

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, ToolChoice choice, bool isCustom)
    {
        if (choice.Kind == ToolChoiceKind.Named)
        {
            var type = isCustom ? "custom"u8 : "function"u8;
            json.WriteStartObject("tool_choice"u8);
            json.WriteString("type"u8, type);
            json.WriteStartObject(type);
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

    private static void WriteSampling(in ChatQuirks quirks, NeutralRequest request)
    {
        var sampling = request.Sampling;
        quirks.Number("temperature", quirks.Provider.TemperatureMax is { } most && sampling.Temperature > (double)most ? (double)most : sampling.Temperature);
        quirks.Number("top_p", sampling.TopP);
        quirks.Number("min_p", sampling.MinP);
        quirks.Number("top_a", sampling.TopA);
        quirks.Number("top_k", sampling.TopK);
        quirks.Number("frequency_penalty", sampling.FrequencyPenalty);
        quirks.Number("presence_penalty", sampling.PresencePenalty);
        quirks.Number("repetition_penalty", sampling.RepetitionPenalty);
        quirks.Number("seed", sampling.Seed);
        quirks.Boolean("logprobs", sampling.Logprobs);
        quirks.Number("top_logprobs", sampling.TopLogprobs);
        quirks.Raw("logit_bias", sampling.LogitBias);
        quirks.Number("n", request.Choices == 1 ? null : request.Choices);
        quirks.Strings("stop", request.Stop, quirks.Provider.StopsMax);
    }

    private static void WriteOutput(in ChatQuirks quirks, NeutralRequest request, UpstreamTarget target)
    {
        if ((target.AffordedOutput ?? request.OutputLimit) is { } limit)
        {
            quirks.Json.WriteNumber(quirks.Provider.OutputLimitField, limit);
        }

        if (request.ResponseFormat is { } format && quirks.Takes(RequestParameters.ResponseFormat, "response_format"))
        {
            WriteResponseFormat(quirks.Json, format, target.Endpoint.JsonSchema ?? quirks.Provider.JsonSchema);
        }

        quirks.Strings("modalities", request.Modalities, most: null);
        quirks.Raw("audio", request.AudioOutput);
        quirks.Raw("image_config", request.ImageConfig);
        quirks.Raw("prediction", request.Prediction);
        quirks.Raw("web_search_options", request.WebSearchOptions);
        quirks.Text("verbosity", request.Verbosity);
        quirks.Text("service_tier", request.ServiceTier);
        quirks.Text("prompt_cache_key", target.CacheKey);
    }

    private static void WriteResponseFormat(Utf8JsonWriter json, ResponseFormat format, bool withSchema)
    {
        switch (format.Kind)
        {
            case ResponseFormatKind.JsonSchema when !withSchema: // the schema stands in the prompt
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

    private static void WriteOthers(in ChatQuirks quirks, NeutralRequest request, DroppedParameters dropped)
    {
        foreach (var other in request.Others)
        {
            if (other.Dialect == Core.Catalog.Dialects.OpenAIChat && quirks.Provider.OtherParameters?.Contains(other.Name) != false)
            {
                quirks.Json.RawIf(other.Name, other.Json);
            }
            else
            {
                dropped.Add(other.Name);
            }
        }
    }
}
