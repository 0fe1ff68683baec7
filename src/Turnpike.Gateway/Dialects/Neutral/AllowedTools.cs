using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>OpenAI's choice among some of the tools (<c>{"type":"allowed_tools"}</c>): other dialects have no word for it, so the others are not told.</summary>
internal static class AllowedTools
{
    /// <summary>What the choice says: its mode, and the tools; undefined where it is no such choice.</summary>
    /// <param name="choice">The value of <c>tool_choice</c>; undefined where there is none.</param>
    public static JsonElement Of(JsonElement choice) =>
        choice.ValueKind != JsonValueKind.Object || choice.Text("type") != "allowed_tools" ? default
        : choice.TryMember("allowed_tools", out var inner) ? inner
        : choice;

    /// <summary>Those of the tools that are allowed; all where the choice says nothing of them.</summary>
    /// <inheritdoc cref="Of"/>
    public static List<Tool> Among(List<Tool> tools, JsonElement choice)
    {
        if (!Of(choice).TryMember("tools", out var allowed) || allowed.ValueKind != JsonValueKind.Array)
        {
            return tools;
        }

        var names = allowed.EnumerateArray().Select(static t => t.TryMember("function", out var function) || t.TryMember("custom", out function) ? function.Text("name") : t.Text("name") ?? t.Text("type")).ToHashSet();
        return tools.FindAll(t => names.Contains(t.Name));
    }
}
