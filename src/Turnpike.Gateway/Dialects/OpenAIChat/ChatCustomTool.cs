using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Tools of type <c>custom</c>, which are called with a text (<see cref="FreeformTool"/>), and their calls as chat says them.</summary>
internal static class ChatCustomTool
{
    public static Tool Read(JsonElement tool, FieldPath path, ReadOnlyMemory<byte> body)
    {
        var custom = tool.TryMember("custom", out var inner) ? inner : tool; // the flat form of the Responses API
        var name = custom.Text("name") ?? throw new NeutralReadException(GatewayErrors.InvalidField(path + ".custom.name", "is missing."));
        var grammar = GrammarOf(custom);
        return new(name)
        {
            Description = FreeformTool.Describe(custom.Text("description"), grammar.Text("syntax"), grammar.Text("definition")),
            Parameters = FreeformTool.Parameters,
            Freeform = new(Core.Catalog.Dialects.OpenAIChat, "tools", tool.Slice(body)),
            Cache = tool.CacheMark() ?? custom.CacheMark(),
        };
    }

    /// <summary>The grammar that the text must fit; undefined where it is free.</summary>
    /// <param name="custom">The value of the tool's <c>custom</c>.</param>
    public static JsonElement GrammarOf(JsonElement custom) =>
        !custom.TryMember("format", out var format) || format.Text("type") != "grammar" ? default
        : format.TryMember("grammar", out var grammar) ? grammar
        : format;

    public static ToolCallPart ReadCall(string id, JsonElement custom, FieldPath path)
    {
        var name = custom.Text("name") ?? throw new NeutralReadException(GatewayErrors.InvalidField(path + ".custom.name", "is missing."));
        return new(id, name, FreeformTool.ArgumentsOf(custom.Text("input") ?? "")) { IsFreeform = true };
    }

    /// <summary>Whether the provider is told the tool as it came: those that refuse what they do not know are told a function.</summary>
    public static bool IsTaken(Tool tool, ProviderQuirks quirks) =>
        tool.Freeform is { Dialect: Core.Catalog.Dialects.OpenAIChat } && quirks.OtherParameters is null;

    /// <inheritdoc cref="IsTaken(Tool,ProviderQuirks)"/>
    public static bool IsTaken(string? name, List<Tool> tools, ProviderQuirks quirks)
    {
        foreach (var tool in tools)
        {
            if (tool.Name == name && IsTaken(tool, quirks))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The history as it fits the tools: what the provider is told as a function was called as one.</summary>
    public static List<Message> In(List<Message> messages, List<Tool> tools, ProviderQuirks quirks) =>
        !messages.Exists(static m => m.Parts.Exists(static p => p is ToolCallPart { IsFreeform: true })) ? messages
        : Fitted(messages, tools, quirks);

    /// <summary>Writes what stands beside the call's id.</summary>
    public static void WriteCall(Utf8JsonWriter json, ToolCallPart call)
    {
        json.WriteString("type"u8, "custom"u8);
        json.WriteStartObject("custom"u8);
        json.WriteString("name"u8, call.Name);
        json.WriteString("input"u8, FreeformTool.InputOf(call.Arguments));
        json.WriteEndObject();
    }

    private static List<Message> Fitted(List<Message> messages, List<Tool> tools, ProviderQuirks quirks) => messages.ConvertAll(m => m with
    {
        Parts = m.Parts.ConvertAll(p => p is ToolCallPart { IsFreeform: true } call ? call with { IsFreeform = IsTaken(call.Name, tools, quirks) } : p),
    });
}
