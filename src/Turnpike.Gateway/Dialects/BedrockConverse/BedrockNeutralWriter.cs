using System.Buffers;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Writes a request in the neutral form for Converse. Turns, thoughts and cache marks follow the rules of Claude, whose form Converse took
/// over; what is of one maker's models only goes into <c>additionalModelRequestFields</c>.</summary>
internal static class BedrockNeutralWriter
{
    public static GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped)
    {
        if (request.Choices != 1)
        {
            return GatewayErrors.InvalidField("n", "must be 1: this model gives one answer at a time.");
        }

        var prompt = AnthropicPrompt.Of(request, dropped);
        var answer = AnswerFormOf(request);
        answer.AddInstruction(prompt);
        var model = BedrockModel.Of(target.Endpoint.UpstreamModel);
        var tools = request.Tools.FindAll(static t => t.Raw is null);
        var marks = model.TakesCachePoints ? AnthropicCacheMarks.Place(request, tools, prompt) : new CacheMark?[tools.Count];

        using var json = JsonWriting.To(output);
        json.WriteStartObject();
        if (BedrockBlockWriter.WriteAll(json, prompt, model.TakesCachePoints) is { } unsaid)
        {
            return unsaid;
        }

        var limit = target.AffordedOutput ?? request.OutputLimit;
        var isForced = answer.IsTool || request.ToolChoice?.Kind is ToolChoiceKind.Required or ToolChoiceKind.Named;
        var outputMost = limit ?? target.Endpoint.MaxCompletionTokens ?? 4096;
        var thinking = model.IsClaude ? AnthropicThinking.Of(request, model.Claude, outputMost, isForced, dropped) : default;
        WriteInference(json, request, limit, thinking.IsOn, dropped);
        WriteTools(json, request, answer, tools, marks);
        WriteExtras(json, request, model, thinking, outputMost, dropped);
        if (request.ServiceTier is "priority" or "default" or "flex")
        {
            json.WriteStartObject("serviceTier"u8);
            json.WriteString("type"u8, request.ServiceTier);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        Report(request, dropped);
        return null;
    }

    /// <summary>How JSON is asked for: a schema as the only tool, since not every model of Bedrock can be bound to one.</summary>
    public static AnthropicAnswerForm AnswerFormOf(NeutralRequest request) => AnthropicAnswerForm.Of(request, ClaudeModel.Of(""));

    private static void WriteInference(Utf8JsonWriter json, NeutralRequest request, long? limit, bool isThinking, DroppedParameters dropped)
    {
        var sampling = request.Sampling;
        json.WriteStartObject("inferenceConfig"u8);
        json.NumberIf("maxTokens", limit);
        json.NumberIf("temperature", isThinking ? null : sampling.Temperature is { } heat ? Math.Clamp(heat, 0, 1) : null);
        json.NumberIf("topP", isThinking || sampling.Temperature is not null ? null : sampling.TopP);
        json.StringsIf("stopSequences", request.Stop.RemoveAll(string.IsNullOrWhiteSpace));
        json.WriteEndObject();
        dropped.AddIf(isThinking && sampling.Temperature is not null, "temperature");
        dropped.AddIf(sampling.TopP is not null && (isThinking || sampling.Temperature is not null), "top_p");
    }

    private static void WriteTools(Utf8JsonWriter json, NeutralRequest request, AnthropicAnswerForm answer, List<Tool> tools, CacheMark?[] marks)
    {
        // A history with calls is refused without the tools: where the caller sent none, or wants none called, they are named all the same.
        var called = request.Messages.SelectMany(static m => m.Parts).OfType<ToolCallPart>().Select(static c => c.Name).Distinct(StringComparer.Ordinal).ToList();
        var isUnwanted = request.ToolChoice?.Kind == ToolChoiceKind.None && called.Count == 0;
        if (!answer.IsTool && (isUnwanted || (tools.Count == 0 && called.Count == 0)))
        {
            return;
        }

        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        if (answer.IsTool)
        {
            WriteTool(json, new(AnthropicAnswerForm.ToolName) { Description = "Give your answer with this tool.", Parameters = request.ResponseFormat!.Schema });
        }

        for (var i = 0; i < tools.Count; i++)
        {
            WriteTool(json, tools[i]);
            BedrockBlockWriter.WriteCachePoint(json, marks[i]);
        }

        foreach (var name in tools.Count == 0 ? called : [])
        {
            WriteTool(json, new(name));
        }

        json.WriteEndArray();
        WriteChoice(json, request, answer);
        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, Tool tool)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolSpec"u8);
        json.WriteString("name"u8, tool.Name);
        json.StringIf("description", string.IsNullOrWhiteSpace(tool.Description) ? tool.Name : tool.Description);
        json.WriteStartObject("inputSchema"u8);
        json.RawIf("json", AnthropicSchema.OfInput(tool.Parameters));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, NeutralRequest request, AnthropicAnswerForm answer)
    {
        var named = answer.IsTool ? AnthropicAnswerForm.ToolName : request.ToolChoice is { Kind: ToolChoiceKind.Named } choice ? choice.Name : null;
        if (named is null && request.ToolChoice?.Kind != ToolChoiceKind.Required)
        {
            return;
        }

        json.WriteStartObject("toolChoice"u8);
        json.WriteStartObject(named is null ? "any"u8 : "tool"u8);
        json.StringIf("name", named);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteExtras(
        Utf8JsonWriter json, NeutralRequest request, BedrockModel model, AnthropicThinking thinking, long limit, DroppedParameters dropped)
    {
        var effort = model.IsClaude ? thinking.Effort : model.TakesEffort ? request.Reasoning?.EffortFor(limit) : null;
        dropped.AddIf(!model.IsClaude && !model.TakesEffort && request.Reasoning is { IsOff: false }, "reasoning");
        var topK = model.IsClaude && !thinking.IsOn ? request.Sampling.TopK : null;
        dropped.AddIf(request.Sampling.TopK is not null && topK is null, "top_k");
        if (!thinking.IsOn && effort is null && topK is null)
        {
            return;
        }

        json.WriteStartObject("additionalModelRequestFields"u8);
        json.NumberIf("top_k", topK);
        if (thinking.IsOn)
        {
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, thinking.Mode == ThinkingMode.Budget ? "enabled"u8 : "adaptive"u8);
            json.NumberIf("budget_tokens", thinking.Mode == ThinkingMode.Budget ? thinking.Budget : (long?)null);
            json.WriteEndObject();
        }

        if (effort is not null && model.IsClaude)
        {
            json.WriteStartObject("output_config"u8);
            json.WriteString("effort"u8, effort);
            json.WriteEndObject();
        }
        else
        {
            json.StringIf("reasoning_effort", effort);
        }

        json.WriteEndObject();
    }

    private static void Report(NeutralRequest request, DroppedParameters dropped)
    {
        var sampling = request.Sampling;
        dropped.AddIf(sampling.MinP is not null, "min_p");
        dropped.AddIf(sampling.TopA is not null, "top_a");
        dropped.AddIf(sampling.FrequencyPenalty is not null, "frequency_penalty");
        dropped.AddIf(sampling.PresencePenalty is not null, "presence_penalty");
        dropped.AddIf(sampling.RepetitionPenalty is not null, "repetition_penalty");
        dropped.AddIf(sampling.Seed is not null, "seed");
        dropped.AddIf(sampling.Logprobs == true, "logprobs");
        dropped.AddIf(!sampling.LogitBias.IsEmpty, "logit_bias");
        dropped.AddIf(!request.AudioOutput.IsEmpty, "audio");
        dropped.AddIf(!request.Prediction.IsEmpty, "prediction");
        dropped.AddIf(request.ParallelToolCalls == false, "parallel_tool_calls");
        foreach (var tool in request.Tools.Where(static t => t.Raw is not null))
        {
            dropped.Add($"tools:{tool.Name}");
        }

        foreach (var other in request.Others)
        {
            dropped.Add(other.Name);
        }
    }
}
