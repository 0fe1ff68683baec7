using System.Buffers;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Writes a request in the neutral form to a provider of the Messages API.</summary>
internal static class AnthropicNeutralWriter
{
    /// <summary>Where neither caller nor catalogue nor generation says how long an answer may be; the field is required.</summary>
    private const long OutputLimitUsual = 4096;

    /// <inheritdoc cref="IProviderFormat.Write"/>
    public static GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped, AnthropicBody body)
    {
        var prompt = AnthropicPrompt.Of(request, dropped);
        if (Unsayable(request, target, prompt) is { } unsaid)
        {
            return unsaid;
        }

        var model = ClaudeModel.Of(target.Endpoint.UpstreamModel);
        request = AnthropicToolWriter.Unforced(request, model, dropped);
        var answer = AnthropicAnswerForm.Of(request, model);
        answer.AddInstruction(prompt);
        var limit = LimitOf(request.OutputLimit, target);
        var isForced = answer.IsTool || prompt.IsPrefilled || request.ToolChoice?.Kind is ToolChoiceKind.Required or ToolChoiceKind.Named;
        var thinking = AnthropicThinking.Of(request, model, limit, isForced, dropped);

        using var json = JsonWriting.To(output);
        json.WriteStartObject();
        json.StringIf("anthropic_version", body.Version);
        if (body.HasModel)
        {
            json.WritePropertyName("model"u8);
            json.WriteRawValue(target.Model, skipInputValidation: true);
        }

        json.WriteNumber("max_tokens"u8, limit);
        var tools = AnthropicToolWriter.Bound(AnthropicToolWriter.Sendable(request, target, dropped), model.TakesSchema, dropped);
        var marks = AnthropicCacheMarks.Place(request, tools, prompt);
        AnthropicToolWriter.Write(json, request, answer, marks, tools);
        if (AnthropicPartWriter.WriteAll(json, prompt) is { } unwritten)
        {
            return unwritten;
        }

        thinking.WriteTo(json, request.Reasoning?.Exclude == true, answer.Schema);
        WriteSampling(json, request, model, thinking, dropped);
        WriteRest(json, request, target, dropped);
        json.WriteEndObject();
        return null;
    }

    /// <summary>What no model of this format does, at whatever host; null where the request asks for nothing of it.</summary>
    public static GatewayError? Unsayable(NeutralRequest request, UpstreamTarget target, AnthropicPrompt prompt) =>
        request.Choices != 1 ? GatewayErrors.InvalidField("n", "must be 1: this model gives one answer at a time.")
        : prompt.IsPrefilled && !(target.Endpoint.Prefill ?? ClaudeModel.Of(target.Endpoint.UpstreamModel).TakesPrefill)
            ? GatewayErrors.NoPrefill
        : request.Modalities.Any(static m => m != "text") ? GatewayErrors.InvalidField("modalities", "asks for more than text, which this model does not give.")
        : null;

    /// <summary>The output limit that an endpoint is told, which it must be.</summary>
    /// <param name="wanted">The caller's; null where it set none.</param>
    public static long LimitOf(long? wanted, UpstreamTarget target)
    {
        var most = target.OutputMost ?? ClaudeModel.Of(target.Endpoint.UpstreamModel).OutputMax;
        return target.OutputLimit(wanted ?? most ?? OutputLimitUsual, most)!.Value; // one is wanted
    }

    private static void WriteSampling(Utf8JsonWriter json, NeutralRequest request, ClaudeModel model, AnthropicThinking thinking, DroppedParameters dropped)
    {
        var sampling = AnthropicSampling.Beside(thinking, request.Sampling, model, takesTopK: !model.RefusesSampling && !thinking.IsOn, dropped);
        json.NumberIf("temperature", sampling.Temperature);
        json.NumberIf("top_p", sampling.TopP);
        json.NumberIf("top_k", sampling.TopK);
        AnthropicSampling.ReportRest(request.Sampling, dropped);
    }

    private static void WriteRest(Utf8JsonWriter json, NeutralRequest request, UpstreamTarget target, DroppedParameters dropped)
    {
        var stops = request.Stop.RemoveAll(string.IsNullOrWhiteSpace); // refused
        json.StringsIf("stop_sequences", stops);
        dropped.AddIf(stops.Length < request.Stop.Length, "stop");
        if (request.Stream)
        {
            json.WriteBoolean("stream"u8, value: true);
        }

        if (target.User is { } user)
        {
            json.WriteStartObject("metadata"u8);
            json.WriteString("user_id"u8, user);
            json.WriteEndObject();
        }

        var tier = request.ServiceTier switch
        {
            "auto" or "priority" => "auto",
            "default" or "standard" or "standard_only" => "standard_only",
            _ => null,
        };
        json.StringIf("service_tier", tier);
        dropped.AddIf(request.ServiceTier is not null && tier is null, "service_tier");
        dropped.AddIf(request.PromptCacheKey is not null, "prompt_cache_key");
        dropped.AddChatOnly(request);
        foreach (var other in request.Others)
        {
            if (other.Dialect == Core.Catalog.Dialects.AnthropicMessages)
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
