using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Writes tools and the choice among them. Calls in a prompt without tools may be refused: then the tools that were called are told, and
/// that none is to be called.</summary>
internal static class AnthropicToolWriter
{
    /// <summary>The tools that the dialect can say, else those of the history's calls; the others are reported.</summary>
    public static List<Tool> Sendable(NeutralRequest request, UpstreamTarget target, DroppedParameters dropped)
    {
        var sendable = request.Tools.FindAll(IsSendable);
        if (target.IsChargedForSearches)
        {
            sendable = sendable.ConvertAll(static t => t.Raw is { } raw ? t with { Raw = raw with { Json = SearchTools.Bound(raw.Json) } } : t);
        }

        foreach (var tool in request.Tools.Where(static t => !IsSendable(t)))
        {
            dropped.Add($"tools:{tool.Name}");
        }

        return sendable.Count > 0 || !request.Messages.Exists(static m => m.Parts.Exists(static p => p is ToolCallPart)) ? sendable
            : [.. request.Messages.SelectMany(static m => m.Parts.OfType<ToolCallPart>()).Select(static c => c.Name).Distinct(StringComparer.Ordinal).Select(static n => new Tool(n))];
    }

    /// <summary>The request as a model takes it on which no tool can be forced: it chooses itself. All tools are told, since such a model's thoughts are
    /// bound to the tools that it was told: those of a turn with fewer would be refused in the next.</summary>
    public static NeutralRequest Unforced(NeutralRequest request, ClaudeModel model, DroppedParameters dropped)
    {
        if (model.TakesForcedTool || request.ToolChoice?.Kind is not (ToolChoiceKind.Required or ToolChoiceKind.Named))
        {
            return request;
        }

        dropped.Add("tool_choice");
        return request with { ToolChoice = null };
    }

    /// <summary>The tools as a model takes them: calls are bound to a strict one's schema where that can be, and else are not strict.</summary>
    public static List<Tool> Bound(List<Tool> tools, bool takesSchema, DroppedParameters dropped) => tools.ConvertAll(tool =>
    {
        if (tool.Strict != true || tool.Raw is not null)
        {
            return tool;
        }

        var bound = takesSchema && !tool.Parameters.IsEmpty ? AnthropicSchema.Bindable(tool.Parameters) : default;
        dropped.AddIf(bound.IsEmpty && !tool.Parameters.IsEmpty, "tools.strict");
        return bound.IsEmpty ? tool with { Strict = null } : tool with { Parameters = bound };
    });

    public static void Write(Utf8JsonWriter json, NeutralRequest request, AnthropicAnswerForm answer, CacheMark?[] marks, List<Tool> tools)
    {
        if (answer.IsTool)
        {
            WriteAnswerTool(json, request.ResponseFormat!); // a form is a tool only where there is one
            return;
        }

        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        for (var i = 0; i < tools.Count; i++)
        {
            WriteTool(json, tools[i], marks[i]);
        }

        json.WriteEndArray();
        WriteChoice(json, request);
    }

    private static void WriteTool(Utf8JsonWriter json, Tool tool, CacheMark? mark)
    {
        if (tool.Raw is { } raw)
        {
            AnthropicPartWriter.WriteMarked(json, raw.Json, tool.Cache is null ? mark : null);
            return;
        }

        json.WriteStartObject();
        json.WriteString("name"u8, tool.Name);
        json.StringIf("description", tool.Description);
        json.RawIf("input_schema", AnthropicSchema.OfInput(tool.Parameters));
        json.BooleanIf("strict", tool.Strict == true ? true : null);
        AnthropicPartWriter.WriteMark(json, mark);
        json.WriteEndObject();
    }

    private static void WriteAnswerTool(Utf8JsonWriter json, ResponseFormat format)
    {
        json.WriteStartArray("tools"u8);
        json.WriteStartObject();
        json.WriteString("name"u8, AnthropicAnswerForm.ToolName);
        json.WriteString("description"u8, format.Description ?? "Give your answer with this tool.");
        json.RawIf("input_schema", AnthropicSchema.OfInput(format.Schema));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, "tool"u8);
        json.WriteString("name"u8, AnthropicAnswerForm.ToolName);
        json.WriteBoolean("disable_parallel_tool_use"u8, value: true);
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, NeutralRequest request)
    {
        var isOffered = request.Tools.Exists(IsSendable);
        if (isOffered && request.ToolChoice is null && request.ParallelToolCalls != false)
        {
            return;
        }

        var kind = isOffered ? request.ToolChoice?.Kind ?? ToolChoiceKind.Auto : ToolChoiceKind.None;
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, kind switch
        {
            ToolChoiceKind.Auto => "auto"u8,
            ToolChoiceKind.None => "none"u8,
            ToolChoiceKind.Required => "any"u8,
            ToolChoiceKind.Named => "tool"u8,
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        json.StringIf("name", isOffered ? request.ToolChoice?.Name : null);
        json.BooleanIf("disable_parallel_tool_use", request.ParallelToolCalls == false && kind != ToolChoiceKind.None ? true : null);
        json.WriteEndObject();
    }

    private static bool IsSendable(Tool tool) => tool.Raw is null || tool.Raw.Dialect == Core.Catalog.Dialects.AnthropicMessages;
}
