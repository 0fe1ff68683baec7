using System.Buffers;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>Writes one request in the neutral form for Cohere's chat.</summary>
internal sealed class CohereNeutralWriter(NeutralRequest request, UpstreamTarget target, DroppedParameters dropped)
{
    private const int StopsMax = 5;

    // Members of Cohere's own that callers may send beside what their format has.
    private static readonly string[] Own = ["safety_mode", "citation_options", "priority"];

    private readonly List<Tool> _tools = request.Tools.FindAll(static t => t.Raw is null);

    private bool IsReasoning => target.Endpoint.Model.Reasoning is not null || target.Endpoint.UpstreamModel.Contains("reasoning", StringComparison.OrdinalIgnoreCase);

    private RawMember? OwnDocuments => request.Others.FirstOrDefault(static o => o.Name == "documents" && o.Json.Span.StartsWith("["u8));

    /// <inheritdoc cref="IProviderFormat.Write"/>
    public GatewayError? Write(IBufferWriter<byte> output)
    {
        if (Unsayable() is { } unsaid)
        {
            return unsaid;
        }

        // A form of answer cannot be asked for beside tools or documents.
        var format = request.ResponseFormat;
        var isBound = format?.Kind is ResponseFormatKind.JsonObject or ResponseFormatKind.JsonSchema && _tools.Count == 0 && OwnDocuments is null;
        using var json = JsonWriting.To(output);
        json.WriteStartObject();
        json.WritePropertyName("model"u8);
        json.WriteRawValue(target.Model, skipInputValidation: true);
        var messages = new CohereMessageWriter(json, dropped, IsReasoning, setsAside: _tools.Count == 0 && !isBound);
        if (messages.WriteAll(SpokenParts.Of(request.Messages), format is null || isBound ? null : AnswerInstruction.Of(format)) is { } unwritten)
        {
            return unwritten;
        }

        WriteDocuments(json, messages.Documents);
        WriteTools(json);
        if (isBound)
        {
            WriteFormat(json, format!); // bound is only what has a form
        }

        WriteLimits(json);
        WriteSampling(json);
        WriteOthers(json);
        json.WriteEndObject();
        ReportRest();
        return null;
    }

    private GatewayError? Unsayable() =>
        request.Choices != 1 ? GatewayErrors.InvalidField("n", "must be 1: this model gives one answer at a time.")
        : request.Messages is [.., { Role: Role.Assistant }] && !target.Endpoint.SupportsPrefill
            ? GatewayErrors.NoPrefill
        : request.Modalities.Any(static m => m != "text") ? GatewayErrors.InvalidField("modalities", "asks for more than text, which this model does not give.")
        : null;

    private void WriteDocuments(Utf8JsonWriter json, IReadOnlyList<(string? Title, string Text)> documents)
    {
        if (documents.Count == 0 && OwnDocuments is null)
        {
            return;
        }

        json.WriteStartArray("documents"u8);
        if (OwnDocuments is { } own)
        {
            using var document = JsonDocument.Parse(own.Json);
            foreach (var item in document.RootElement.EnumerateArray())
            {
                item.WriteTo(json);
            }
        }

        foreach (var (title, text) in documents)
        {
            json.WriteStartObject();
            json.WriteStartObject("data"u8);
            json.StringIf("title", title);
            json.WriteString("text"u8, text);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteTools(Utf8JsonWriter json)
    {
        foreach (var raw in request.Tools.Where(static t => t.Raw is not null))
        {
            dropped.Add($"tools:{raw.Name}");
        }

        if (_tools.Count == 0)
        {
            return;
        }

        // There is no word for a certain tool: it is the only one that is told.
        var named = request.ToolChoice is { Kind: ToolChoiceKind.Named } choice ? _tools.FindAll(t => t.Name == choice.Name) : _tools;
        json.WriteStartArray("tools"u8);
        foreach (var tool in named)
        {
            json.Function(tool);
        }

        json.WriteEndArray();
        json.BooleanIf("strict_tools", named.TrueForAll(static t => t.Strict == true) ? true : null);
        json.StringIf("tool_choice", request.ToolChoice?.Kind switch
        {
            ToolChoiceKind.None => "NONE",
            ToolChoiceKind.Required or ToolChoiceKind.Named => "REQUIRED",
            ToolChoiceKind.Auto or null => null,
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }

    private static void WriteFormat(Utf8JsonWriter json, ResponseFormat format)
    {
        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, "json_object"u8);
        json.RawIf("json_schema", format.Schema);
        json.WriteEndObject();
    }

    private void WriteLimits(Utf8JsonWriter json)
    {
        var most = target.OutputMost;
        var limit = target.OutputLimit(request.OutputLimit, most);
        json.NumberIf("max_tokens", limit);
        json.StringsIf("stop_sequences", request.Stop.Length > StopsMax ? request.Stop[..StopsMax] : request.Stop);
        dropped.AddIf(request.Stop.Length > StopsMax, "stop");
        if (request.Reasoning is not { IsSilent: false } wish)
        {
            return;
        }

        dropped.AddIf(!IsReasoning, "reasoning");
        if (IsReasoning)
        {
            var bound = limit ?? most;
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, wish.IsOff ? "disabled"u8 : "enabled"u8);
            var isOwnMeasure = wish.IsOff || (wish.MaxTokens is null && (wish.Effort is null || bound is null));
            json.NumberIf("token_budget", isOwnMeasure ? null : Math.Max(1, Math.Min(wish.BudgetFor(bound ?? 0, min: 1), bound * 95 / 100 ?? long.MaxValue)));
            json.WriteEndObject();
        }
    }

    private void WriteSampling(Utf8JsonWriter json)
    {
        var sampling = request.Sampling;
        Bounded(json, "temperature", "temperature", sampling.Temperature, (0, 1));
        Bounded(json, "p", "top_p", sampling.TopP, (0.01, 0.99));
        Bounded(json, "k", "top_k", sampling.TopK, (0, 500));
        Bounded(json, "frequency_penalty", "frequency_penalty", sampling.FrequencyPenalty, (0, 1));
        Bounded(json, "presence_penalty", "presence_penalty", sampling.PresencePenalty, (0, 1));
        json.NumberIf("seed", sampling.Seed is >= 0 ? sampling.Seed : null);
        dropped.AddIf(sampling.Seed < 0, "seed");
        json.BooleanIf("logprobs", sampling.Logprobs);
        if (request.Stream)
        {
            json.WriteBoolean("stream"u8, value: true);
        }
    }

    // What lies outside is sent as the nearest that Cohere takes, and reported.
    private void Bounded(Utf8JsonWriter json, string name, string callersName, double? value, (double Min, double Max) range)
    {
        if (value is { } number)
        {
            var near = Math.Clamp(number, range.Min, range.Max);
            json.WriteNumber(name, near);
            dropped.AddIf(Math.Abs(near - number) > 0.011, callersName); // a top_p of 1 is as good as 0.99
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
                dropped.AddIf(other != OwnDocuments, other.Name);
            }
        }
    }

    private void ReportRest()
    {
        var sampling = request.Sampling;
        dropped.AddIf(sampling.MinP is not null, "min_p");
        dropped.AddIf(sampling.TopA is not null, "top_a");
        dropped.AddIf(sampling.RepetitionPenalty is not null, "repetition_penalty");
        dropped.AddIf(sampling.TopLogprobs is not null, "top_logprobs");
        dropped.AddIf(!sampling.LogitBias.IsEmpty, "logit_bias");
        dropped.AddIf(request.ParallelToolCalls == false && _tools.Count > 0, "parallel_tool_calls");
        dropped.AddIf(request.Verbosity is not null, "verbosity");
        dropped.AddIf(request.ServiceTier is not (null or "auto" or "default" or "standard"), "service_tier");
        dropped.AddIf(request.PromptCacheKey is not null, "prompt_cache_key");
        dropped.AddChatOnly(request);
        dropped.AddIf(target.User is not null, "user");
    }
}
