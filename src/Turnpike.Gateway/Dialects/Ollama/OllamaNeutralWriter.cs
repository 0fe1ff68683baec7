using System.Buffers;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>Writes one request in the neutral form for Ollama's chat.</summary>
internal sealed class OllamaNeutralWriter(NeutralRequest request, UpstreamTarget target, DroppedParameters dropped)
{
    // Members of Ollama's own that callers may send beside what their format has; its options are merged with ours.
    private static readonly string[] Own = ["keep_alive", "think", "truncate", "shift"];

    private readonly List<Tool> _tools = request.ToolChoice?.Kind == ToolChoiceKind.None ? []
        : request.ToolChoice is { Kind: ToolChoiceKind.Named } choice ? request.Tools.FindAll(t => t.Raw is null && t.Name == choice.Name)
        : request.Tools.FindAll(static t => t.Raw is null);

    private RawMember? OwnOptions => request.Others.FirstOrDefault(static o => o.Name == "options" && o.Json.Span.StartsWith("{"u8));

    /// <inheritdoc cref="IProviderFormat.Write"/>
    public GatewayError? Write(IBufferWriter<byte> output)
    {
        if (Unsayable() is { } unsaid)
        {
            return unsaid;
        }

        // A form binds every token of the answer: beside tools no call could be made.
        var format = request.ResponseFormat;
        var isBound = format?.Kind is ResponseFormatKind.JsonObject or ResponseFormatKind.JsonSchema && _tools.Count == 0;
        using var json = JsonWriting.To(output);
        json.WriteStartObject();
        json.WritePropertyName("model"u8);
        json.WriteRawValue(target.Model, skipInputValidation: true);
        if (new OllamaMessageWriter(json, dropped).WriteAll(SpokenParts.Of(request.Messages), format is null || isBound ? null : AnswerInstruction.Of(format)) is { } unwritten)
        {
            return unwritten;
        }

        WriteTools(json);
        if (isBound)
        {
            WriteFormat(json, format!); // bound is only what has a form
        }

        if (request.Reasoning is { IsSilent: false } wish)
        {
            OllamaThinking.Write(json, wish, target.Endpoint, dropped);
        }

        WriteOptions(json);
        json.BooleanIf("logprobs", request.Sampling.Logprobs);
        json.NumberIf("top_logprobs", request.Sampling.TopLogprobs);
        WriteOthers(json);
        if (request.Others.All(static o => o.Name != "truncate"))
        {
            json.WriteBoolean("truncate"u8, value: false); // else what is too long is cut without a word
        }

        json.WriteBoolean("stream"u8, request.Stream); // without it the answer is streamed
        json.WriteEndObject();
        ReportRest();
        return null;
    }

    private GatewayError? Unsayable() =>
        request.Choices != 1 ? GatewayErrors.InvalidField("n", "must be 1: this model gives one answer at a time.")
        : request.Messages is [.., { Role: Role.Assistant }] && !target.Endpoint.SupportsPrefill
            ? GatewayErrors.NoPrefill
        : request.Modalities.Any(static m => m is not ("text" or "image")) ? GatewayErrors.InvalidField("modalities", "asks for more than text and images, which this model does not give.")
        : null;

    private void WriteTools(Utf8JsonWriter json)
    {
        foreach (var raw in request.Tools.Where(static t => t.Raw is not null))
        {
            dropped.Add($"tools:{raw.Name}");
        }

        // There is no word for it: at most a certain tool is the only one that is told.
        dropped.AddIf(request.ToolChoice?.Kind is ToolChoiceKind.Required or ToolChoiceKind.Named, "tool_choice");
        if (_tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (var tool in _tools)
        {
            json.Function(tool);
        }

        json.WriteEndArray();
    }

    private static void WriteFormat(Utf8JsonWriter json, ResponseFormat format)
    {
        if (format.Kind == ResponseFormatKind.JsonSchema && !format.Schema.IsEmpty)
        {
            json.RawIf("format", format.Schema);
        }
        else
        {
            json.WriteString("format"u8, "json"u8);
        }
    }

    private void WriteOptions(Utf8JsonWriter json)
    {
        var sampling = request.Sampling;
        json.WriteStartObject("options"u8);
        var options = new OllamaOptions(json);
        options.Add("num_ctx", target.Endpoint.ContextLength); // its own is small
        options.Add("num_predict", target.OutputLimit(request.OutputLimit, target.OutputMost));
        options.Add("temperature", sampling.Temperature);
        options.Add("top_p", sampling.TopP);
        options.Add("top_k", sampling.TopK);
        options.Add("min_p", sampling.MinP);
        options.Add("seed", sampling.Seed);
        options.Add("frequency_penalty", sampling.FrequencyPenalty);
        options.Add("presence_penalty", sampling.PresencePenalty);
        options.Add("repeat_penalty", sampling.RepetitionPenalty);
        options.Add("stop", request.Stop);
        if (OwnOptions is { } own)
        {
            options.AddAll(own.Json);
        }

        json.WriteEndObject();
    }

    private void WriteOthers(Utf8JsonWriter json)
    {
        foreach (var other in request.Others)
        {
            if (Own.Contains(other.Name) && !(other.Name == "think" && request.Reasoning is { IsSilent: false }))
            {
                json.RawIf(other.Name, other.Json);
            }
            else
            {
                dropped.AddIf(other != OwnOptions, other.Name);
            }
        }
    }

    private void ReportRest()
    {
        dropped.AddIf(request.Sampling.TopA is not null, "top_a");
        dropped.AddIf(!request.Sampling.LogitBias.IsEmpty, "logit_bias");
        dropped.AddIf(request.ParallelToolCalls == false && _tools.Count > 0, "parallel_tool_calls");
        dropped.AddIf(request.Verbosity is not null, "verbosity");
        dropped.AddIf(request.ServiceTier is not (null or "auto" or "default" or "standard"), "service_tier");
        dropped.AddIf(request.PromptCacheKey is not null, "prompt_cache_key");
        dropped.AddChatOnly(request);
        dropped.AddIf(target.User is not null, "user");
    }
}
