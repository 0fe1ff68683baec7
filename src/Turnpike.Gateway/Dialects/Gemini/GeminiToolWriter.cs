using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Writes the functions that may be called, and whether they must be.</summary>
internal static class GeminiToolWriter
{
    public static void Write(Utf8JsonWriter json, NeutralRequest request, DroppedParameters dropped)
    {
        var functions = request.Tools.FindAll(static t => t.Raw is null);
        var own = request.Tools.FindAll(static t => t.Raw?.Dialect == Core.Catalog.Dialects.Gemini);
        foreach (var tool in request.Tools)
        {
            dropped.AddIf(tool.Raw is { } raw && raw.Dialect != Core.Catalog.Dialects.Gemini, $"tools:{tool.Name}");
        }

        if (functions.Count + own.Count > 0)
        {
            json.WriteStartArray("tools"u8);
            WriteFunctions(json, functions);
            foreach (var tool in own)
            {
                json.WriteRawValue(tool.Raw!.Json.Span, skipInputValidation: true); // chosen for having it
            }

            json.WriteEndArray();
        }

        if (functions.Count > 0)
        {
            WriteChoice(json, request.ToolChoice, functions.Exists(static t => t.Strict == true));
            dropped.AddIf(request.ParallelToolCalls == false, "parallel_tool_calls");
        }
    }

    private static void WriteFunctions(Utf8JsonWriter json, List<Tool> functions)
    {
        if (functions.Count == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("functionDeclarations"u8);
        foreach (var function in functions)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, function.Name);
            json.WriteString("description"u8, function.Description ?? ""); // it must be there
            GeminiSchema.WriteIf(json, "parameters", function.Parameters);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, ToolChoice? choice, bool isStrict)
    {
        var mode = choice?.Kind switch
        {
            null when !isStrict => null,
            null or ToolChoiceKind.Auto => isStrict ? "VALIDATED" : "AUTO",
            ToolChoiceKind.None => "NONE",
            ToolChoiceKind.Required or ToolChoiceKind.Named => "ANY",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (mode is null)
        {
            return;
        }

        json.WriteStartObject("toolConfig"u8);
        json.WriteStartObject("functionCallingConfig"u8);
        json.WriteString("mode"u8, mode);
        json.StringsIf("allowedFunctionNames", choice?.Name is { } name ? [name] : []);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
