using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Writes tools in the flat form of the Responses API, and the choice among them.</summary>
internal static class ResponsesToolWriter
{
    public static void Write(Utf8JsonWriter json, NeutralRequest request, DroppedParameters dropped)
    {
        var sendable = request.Tools.FindAll(IsSendable);
        foreach (var tool in request.Tools.Where(static t => !IsSendable(t)))
        {
            dropped.Add($"tools:{tool.Name}");
        }

        if (sendable.Count == 0)
        {
            return;
        }

        WriteTools(json, sendable);
        if (request.ToolChoice is { } choice)
        {
            WriteChoice(json, choice, sendable);
        }

        json.BooleanIf("parallel_tool_calls", request.ParallelToolCalls);
    }

    /// <param name="isTold">As a response tells them: with a null for what was not said.</param>
    public static void WriteTools(Utf8JsonWriter json, IReadOnlyList<Tool> tools, bool isTold = false)
    {
        json.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            WriteTool(json, tool, isTold);
        }

        json.WriteEndArray();
    }

    public static void WriteChoice(Utf8JsonWriter json, ToolChoice choice, IReadOnlyList<Tool> tools)
    {
        if (choice.Kind == ToolChoiceKind.Named)
        {
            var isRaw = tools.Any(t => t.Name == choice.Name && t.Raw is not null);
            json.WriteStartObject("tool_choice"u8);
            json.WriteString("type"u8, isRaw ? choice.Name : tools.Any(t => t.Name == choice.Name && t.Freeform is not null) ? "custom" : "function");
            if (!isRaw)
            {
                json.WriteString("name"u8, choice.Name);
            }

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

    /// <summary>Whether the provider searches the web with it itself.</summary>
    public static bool Searches(Tool tool) => IsSendable(tool) && tool.Raw is { } raw && SearchTools.Searches(raw.Json.Span);

    public static bool IsSendable(Tool tool) => tool.Raw is null || tool.Raw.Dialect == Core.Catalog.Dialects.OpenAIResponses;

    private static void WriteTool(Utf8JsonWriter json, Tool tool, bool isTold)
    {
        if (tool.Freeform is { Dialect: Core.Catalog.Dialects.OpenAIChat } freeform)
        {
            WriteCustom(json, freeform);
            return;
        }

        if ((tool.Raw ?? tool.Freeform) is { } raw)
        {
            json.WriteRawValue(raw.Json.Span, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteString("name"u8, tool.Name);
        if (isTold || tool.Description is not null)
        {
            json.WriteString("description"u8, tool.Description);
        }

        json.WritePropertyName("parameters"u8);
        json.WriteRawValue(tool.Parameters.IsEmpty ? JsonWriting.NoParameters : tool.Parameters.Span, skipInputValidation: true);

        // Left out, it means true here and false everywhere else: a schema that is not strict would be refused or changed.
        json.WriteBoolean("strict"u8, tool.Strict ?? false);
        json.WriteEndObject();
    }

    // Chat says the same, one level deeper.
    private static void WriteCustom(Utf8JsonWriter json, RawMember freeform)
    {
        using var document = JsonDocument.Parse(freeform.Json);
        var custom = document.RootElement.TryMember("custom", out var inner) ? inner : document.RootElement;
        json.WriteStartObject();
        json.WriteString("type"u8, "custom"u8);
        json.WriteString("name"u8, custom.Text("name"));
        json.StringIf("description", custom.Text("description"));
        if (OpenAIChat.ChatCustomTool.GrammarOf(custom) is { ValueKind: JsonValueKind.Object } grammar)
        {
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "grammar"u8);
            json.StringIf("syntax", grammar.Text("syntax"));
            json.StringIf("definition", grammar.Text("definition"));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
