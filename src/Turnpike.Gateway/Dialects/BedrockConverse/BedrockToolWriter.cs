using System.Text.Json;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Writes tools and the choice among them. Bedrock has no word for "none", and refuses calls in a prompt without tools.</summary>
internal static class BedrockToolWriter
{
    /// <summary>The tools to be told: the caller's own functions; those of the history's calls where the caller names none.</summary>
    public static List<Tool> Of(NeutralRequest request, BedrockModel model, DroppedParameters dropped)
    {
        foreach (var raw in request.Tools.Where(static t => t.Raw is not null))
        {
            dropped.Add($"tools:{raw.Name}");
        }

        var calls = request.Messages.SelectMany(static m => m.Parts.OfType<ToolCallPart>()).Select(static c => c.Name).Distinct(StringComparer.Ordinal).ToList();
        var isNone = request.ToolChoice?.Kind == ToolChoiceKind.None;
        var tools = request.Tools.FindAll(static t => t.Raw is null);
        if (isNone && calls.Count == 0)
        {
            return [];
        }

        dropped.AddIf(isNone && tools.Count > 0, "tool_choice");
        if (request.ToolChoice is { Kind: ToolChoiceKind.Named, Name: { } certain } && !model.TakesNamedTool)
        {
            return tools.FindAll(t => t.Name == certain); // the only one that is told
        }

        return tools.Count > 0 ? tools : calls.ConvertAll(static name => new Tool(name));
    }

    public static void Write(Utf8JsonWriter json, NeutralRequest request, List<Tool> tools, BedrockModel model, Action<int> writeMark)
    {
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        for (var i = 0; i < tools.Count; i++)
        {
            WriteTool(json, tools[i]);
            writeMark(i);
        }

        json.WriteEndArray();
        var choice = request.ToolChoice;
        WriteChoice(json, choice?.Kind == ToolChoiceKind.Named && !model.TakesNamedTool ? new(ToolChoiceKind.Required) : choice);
        json.WriteEndObject();
    }

    /// <summary>The one tool whose input is the answer.</summary>
    public static void WriteAnswerTool(Utf8JsonWriter json, ResponseFormat format)
    {
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        WriteTool(json, new(AnthropicAnswerForm.ToolName) { Description = format.Description ?? "Give your answer with this tool.", Parameters = format.Schema });
        json.WriteEndArray();
        WriteChoice(json, new(ToolChoiceKind.Named, AnthropicAnswerForm.ToolName));
        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, Tool tool)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolSpec"u8);
        json.WriteString("name"u8, tool.Name);
        json.StringIf("description", string.IsNullOrWhiteSpace(tool.Description) ? null : tool.Description);
        json.WriteStartObject("inputSchema"u8);
        json.RawIf("json", AnthropicSchema.OfInput(tool.Parameters));
        json.WriteEndObject();
        json.BooleanIf("strict", tool.Strict == true ? true : null);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, ToolChoice? choice)
    {
        var name = choice?.Kind switch
        {
            ToolChoiceKind.Auto => "auto",
            ToolChoiceKind.Required => "any",
            ToolChoiceKind.Named => "tool",
            ToolChoiceKind.None or null => null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (name is not null)
        {
            json.WriteStartObject("toolChoice"u8);
            json.WriteStartObject(name);
            json.StringIf("name", choice?.Name);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
