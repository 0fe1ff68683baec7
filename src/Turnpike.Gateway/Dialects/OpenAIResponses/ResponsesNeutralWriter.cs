using System.Buffers;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Writes a request in the neutral form to a provider of the Responses API.</summary>
internal static class ResponsesNeutralWriter
{
    public static GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped)
    {
        if (Unsayable(request) is { } meant)
        {
            return meant;
        }

        using var json = JsonWriting.To(output);
        json.WriteStartObject();
        json.WritePropertyName("model"u8);
        json.WriteRawValue(target.Model, skipInputValidation: true);
        if (ResponsesInputWriter.Write(json, request, target.Endpoint, dropped) is { } unsaid)
        {
            return unsaid;
        }

        ResponsesToolWriter.Write(json, request, dropped);
        WriteText(json, request);
        WriteReasoning(json, request, target, dropped);
        WriteSampling(json, request, target, dropped);
        json.NumberIf("max_output_tokens", target.AffordedOutput ?? request.OutputLimit);
        json.StringIf("service_tier", request.ServiceTier);
        json.StringIf("prompt_cache_key", target.CacheKey);
        json.StringIf("user", target.User);
        json.WriteBoolean("store"u8, value: false);
        if (request.Stream)
        {
            json.WriteBoolean("stream"u8, value: true);
        }

        WriteOthers(json, request, dropped);
        if (target.IsChargedForSearches && request.Tools.Exists(ResponsesToolWriter.Searches) && request.Others.All(static o => o.Name != "max_tool_calls"))
        {
            json.WriteNumber("max_tool_calls"u8, SearchTools.SearchesMax);
        }

        json.WriteEndObject();
        DropUnsayable(request, dropped);
        return null;
    }

    private static GatewayError? Unsayable(NeutralRequest request) =>
        request.Choices != 1 ? GatewayErrors.InvalidField("n", "must be 1: this model gives one answer at a time.")
        : request.Modalities.Any(static m => m != "text") ? GatewayErrors.InvalidField("modalities", "asks for more than text, which this model does not give.")
        : null;

    /// <summary>Writes <c>text</c>: the answer's form and its verbosity; nothing where the caller said neither.</summary>
    public static void WriteText(Utf8JsonWriter json, NeutralRequest request)
    {
        var format = request.ResponseFormat is { Kind: ResponseFormatKind.Other, Raw.Dialect: not Core.Catalog.Dialects.OpenAIResponses } ? null : request.ResponseFormat;
        if (format is null && request.Verbosity is null)
        {
            return;
        }

        json.WriteStartObject("text"u8);
        if (format is not null)
        {
            WriteFormat(json, format);
        }

        json.StringIf("verbosity", request.Verbosity);
        json.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter json, ResponseFormat format)
    {
        if (format.Kind == ResponseFormatKind.Other)
        {
            json.RawIf("format", format.Raw.Json);
            return;
        }

        json.WriteStartObject("format"u8);
        json.WriteString("type"u8, format.Kind switch
        {
            ResponseFormatKind.Text => "text"u8,
            ResponseFormatKind.JsonObject => "json_object"u8,
            ResponseFormatKind.JsonSchema => "json_schema"u8,
            ResponseFormatKind.Other => throw new System.Diagnostics.UnreachableException(),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        if (format.Kind == ResponseFormatKind.JsonSchema)
        {
            json.WriteString("name"u8, format.Name ?? "answer");
            json.StringIf("description", format.Description);
            json.RawIf("schema", format.Schema);
            json.BooleanIf("strict", format.Strict);
        }

        json.WriteEndObject();
    }

    private static void WriteReasoning(Utf8JsonWriter json, NeutralRequest request, UpstreamTarget target, DroppedParameters dropped)
    {
        var mayReason = ResponsesModels.MayReason(target.Endpoint);
        WriteInclude(json, request, target, mayReason);
        if (request.Reasoning is not { } wish)
        {
            return;
        }

        if (!mayReason)
        {
            dropped.AddIf(!wish.IsOff, "reasoning");
            return;
        }

        json.WriteStartObject("reasoning"u8);
        json.StringIf("effort", EffortOf(request));
        json.StringIf("summary", wish.IsOff || wish.Exclude ? null : wish.Summary ?? "auto");
        json.WriteEndObject();
    }

    private static string? EffortOf(NeutralRequest request) =>
        request.Reasoning is not { } wish ? null
        : wish.IsOff ? "none"
        : wish is { Effort: null, MaxTokens: null } ? null // asked for, but not how much: the model's own measure
        : wish.EffortFor(request.OutputLimit);

    private static void WriteInclude(Utf8JsonWriter json, NeutralRequest request, UpstreamTarget target, bool mayReason)
    {
        var logprobs = request.Sampling.Logprobs == true && ResponsesModels.TakesSampling(target.Endpoint, "logprobs", EffortOf(request));
        json.StringsIf("include", (mayReason, logprobs) switch
        {
            (true, true) => ["reasoning.encrypted_content", "message.output_text.logprobs"],
            (true, false) => ["reasoning.encrypted_content"],
            (false, true) => ["message.output_text.logprobs"],
            (false, false) => [],
        });
    }

    private static void WriteSampling(Utf8JsonWriter json, NeutralRequest request, UpstreamTarget target, DroppedParameters dropped)
    {
        var (sampling, effort) = (request.Sampling, EffortOf(request));
        Number("temperature", sampling.Temperature);
        Number("top_p", sampling.TopP);
        Number("top_logprobs", sampling.TopLogprobs);
        dropped.AddIf(sampling.Logprobs == true && !ResponsesModels.TakesSampling(target.Endpoint, "logprobs", effort), "logprobs");

        void Number(string name, double? value)
        {
            if (value is not null && !ResponsesModels.TakesSampling(target.Endpoint, name, effort))
            {
                dropped.Add(name);
                return;
            }

            json.NumberIf(name, value);
        }
    }

    private static void WriteOthers(Utf8JsonWriter json, NeutralRequest request, DroppedParameters dropped)
    {
        foreach (var other in request.Others)
        {
            if (other.Dialect == Core.Catalog.Dialects.OpenAIResponses)
            {
                json.RawIf(other.Name, other.Json);
            }
            else
            {
                dropped.Add(other.Name);
            }
        }
    }

    private static void DropUnsayable(NeutralRequest request, DroppedParameters dropped)
    {
        var sampling = request.Sampling;
        dropped.AddIf(request.Stop.Length > 0, "stop");
        dropped.AddIf(sampling.FrequencyPenalty is not null, "frequency_penalty");
        dropped.AddIf(sampling.PresencePenalty is not null, "presence_penalty");
        dropped.AddIf(sampling.RepetitionPenalty is not null, "repetition_penalty");
        dropped.AddIf(sampling.Seed is not null, "seed");
        dropped.AddIf(sampling.MinP is not null, "min_p");
        dropped.AddIf(sampling.TopA is not null, "top_a");
        dropped.AddIf(sampling.TopK is not null, "top_k");
        dropped.AddIf(!sampling.LogitBias.IsEmpty, "logit_bias");
        dropped.AddChatOnly(request);
        dropped.AddIf(
            request.ResponseFormat is { Kind: ResponseFormatKind.Other, Raw.Dialect: not Core.Catalog.Dialects.OpenAIResponses }, "response_format");
    }
}
