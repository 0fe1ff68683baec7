using System.Buffers;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Writes one request in the neutral form for Bedrock's Converse.</summary>
internal sealed class BedrockNeutralWriter(NeutralRequest request, UpstreamTarget target, DroppedParameters dropped)
{
    /// <summary>Where nobody says how long an answer of a Claude that is to think may be.</summary>
    private const long ClaudeLimitUsual = 4096;

    // Members of Converse's own that callers may send beside what their format has.
    private static readonly string[] Own = ["guardrailConfig", "performanceConfig", "requestMetadata"];

    private readonly BedrockModel _model = BedrockModel.Of(target.Endpoint);

    /// <inheritdoc cref="IProviderFormat.Write"/>
    public GatewayError? Write(IBufferWriter<byte> output)
    {
        request = AnthropicToolWriter.Unforced(request, _model.Claude, dropped);
        var prompt = BedrockPrompt.Of(request, _model, dropped);
        if (AnthropicNeutralWriter.Unsayable(request, target, prompt) is { } unsaid)
        {
            return unsaid;
        }

        var form = BedrockAnswerForm.Of(request, _model);
        form.AddInstruction(prompt);
        var tools = form.IsTool ? [] : AnthropicToolWriter.Bound(BedrockToolWriter.Of(request, _model, dropped), _model is { IsClaude: true, TakesSchema: true }, dropped);
        var marks = _model.TakesCachePoints ? AnthropicCacheMarks.Place(request, _model.IsClaude ? tools : [], prompt) : Unmarked(prompt);

        using var json = JsonWriting.To(output);
        json.WriteStartObject();
        var ids = new BedrockCallIds(target.Endpoint.Provider.Quirks.ToolCallIdLength ?? (_model.IsMistral ? 9 : null));
        var parts = new BedrockPartWriter(json, _model, ids);
        if (parts.WriteAll(prompt) is { } unwritten)
        {
            return unwritten;
        }

        if (form.IsTool)
        {
            BedrockToolWriter.WriteAnswerTool(json, request.ResponseFormat!); // a form is a tool only where there is one
        }

        BedrockToolWriter.Write(json, request, tools, _model, i => parts.WriteMark(marks.ElementAtOrDefault(i)));
        WriteSettings(json, form, isForced: form.IsTool || prompt.IsPrefilled || request.ToolChoice?.Kind is ToolChoiceKind.Required or ToolChoiceKind.Named);
        WriteOthers(json);
        json.WriteEndObject();
        ReportRest();
        return null;
    }

    // The caller's marks mean nothing to a model without a cache of this kind.
    private static CacheMark?[] Unmarked(AnthropicPrompt prompt)
    {
        foreach (var block in prompt.System.Concat(prompt.Turns.SelectMany(static t => t.Blocks)))
        {
            block.Mark = null;
        }

        return [];
    }

    private void WriteSettings(Utf8JsonWriter json, AnthropicAnswerForm form, bool isForced)
    {
        var limit = Limit();
        var thinking = _model.IsClaude ? AnthropicThinking.Of(request, _model.Claude, limit ?? ClaudeLimitUsual, isForced, dropped) : default;
        var sampling = SamplingBeside(thinking);
        WriteInference(json, sampling, limit);
        new BedrockModelFields
        {
            Thinking = thinking,
            ClaudeSchema = _model.IsClaude ? form.Schema : default,
            HidesThoughts = request.Reasoning?.Exclude == true,
            Effort = _model.IsClaude ? null : EffortOf(limit),
            TopK = sampling.TopK,
        }.Write(json, _model);
        if (!_model.IsClaude && !form.Schema.IsEmpty)
        {
            WriteFormat(json, request.ResponseFormat!); // a schema stands in one
        }

        if (_model.IsClaude && request.Stop.Length > 0)
        {
            // Else nobody says which of the stop sequences it was.
            json.StringsIf("additionalModelResponseFieldPaths", [request.Stream ? "/delta/stop_sequence" : "/stop_sequence"]);
        }

        WriteTier(json);
    }

    private long? Limit()
    {
        var most = target.OutputMost ?? _model.Claude.OutputMax;
        return target.OutputLimit(request.OutputLimit ?? (_model.IsClaude ? most ?? ClaudeLimitUsual : null), most);
    }

    private Sampling SamplingBeside(AnthropicThinking thinking)
    {
        var takesTopK = (_model.IsClaude && !_model.Claude.RefusesSampling && !thinking.IsOn) || _model.IsNova || _model.IsMistral;
        return AnthropicSampling.Beside(thinking, request.Sampling, _model.Claude, takesTopK, dropped);
    }

    private void WriteInference(Utf8JsonWriter json, Sampling sampling, long? limit)
    {
        var stops = request.Stop.RemoveAll(string.IsNullOrWhiteSpace); // refused
        dropped.AddIf(stops.Length < request.Stop.Length, "stop");
        if (limit is null && sampling.Temperature is null && sampling.TopP is null && stops.IsEmpty)
        {
            return;
        }

        json.WriteStartObject("inferenceConfig"u8);
        json.NumberIf("maxTokens", limit);
        json.NumberIf("temperature", sampling.Temperature);
        json.NumberIf("topP", sampling.TopP);
        json.StringsIf("stopSequences", stops);
        json.WriteEndObject();
    }

    private string? EffortOf(long? limit)
    {
        if (request.Reasoning is not { IsSilent: false } wish)
        {
            return null;
        }

        var effort = wish.EffortFor(limit) switch
        {
            null => _model.IsReasoningNova ? "none" : null,
            "minimal" or "low" => "low",
            "medium" => "medium",
            _ => "high",
        };
        var isSaid = effort is not null && (_model.IsGptOss || _model.IsReasoningNova);
        dropped.AddIf(!isSaid, "reasoning");
        return isSaid ? effort : null;
    }

    private static void WriteFormat(Utf8JsonWriter json, ResponseFormat format)
    {
        json.WriteStartObject("outputConfig"u8);
        json.WriteStartObject("textFormat"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("structure"u8);
        json.WriteStartObject("jsonSchema"u8);
        json.WriteString("schema"u8, Encoding.UTF8.GetString(format.Schema.Span));
        json.StringIf("name", format.Name);
        json.StringIf("description", format.Description);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteTier(Utf8JsonWriter json)
    {
        var tier = request.ServiceTier switch
        {
            "priority" or "default" or "flex" or "reserved" => request.ServiceTier,
            "standard" or "standard_only" => "default",
            _ => null,
        };
        dropped.AddIf(tier is null && request.ServiceTier is not (null or "auto"), "service_tier");
        if (tier is not null)
        {
            json.WriteStartObject("serviceTier"u8);
            json.WriteString("type"u8, tier);
            json.WriteEndObject();
        }
    }

    private void WriteOthers(Utf8JsonWriter json)
    {
        foreach (var other in request.Others)
        {
            if (Own.Contains(other.Name))
            {
                json.RawIf(other.Name, other.Json);
            }
            else
            {
                dropped.Add(other.Name);
            }
        }
    }

    private void ReportRest()
    {
        AnthropicSampling.ReportRest(request.Sampling, dropped);
        dropped.AddIf(request.ParallelToolCalls == false && request.Tools.Count > 0, "parallel_tool_calls");
        dropped.AddIf(request.Verbosity is not null && !_model.IsClaude, "verbosity");
        dropped.AddIf(request.PromptCacheKey is not null, "prompt_cache_key");
        dropped.AddChatOnly(request);
        dropped.AddIf(target.User is not null, "user");
    }
}
