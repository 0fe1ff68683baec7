using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads the tools of a chat request and the choice among them, in today's form and in the one before (<c>functions</c>).</summary>
internal static class ChatToolReader
{
    /// <param name="legacy">They stand in <c>functions</c>, not in <c>tools</c>.</param>
    /// <param name="choice">Which of them are allowed; undefined where the caller does not say.</param>
    public static List<Tool> Read(JsonElement tools, bool legacy, JsonElement choice, ReadOnlyMemory<byte> body) =>
        tools.ValueKind != JsonValueKind.Array ? []
        : legacy ? tools.Each(new("functions"), (function, path) => ReadFunction(function, function, path, body))
        : AllowedTools.Among(tools.Each(new("tools"), (tool, path) => ReadTool(tool, path, body)), choice);

    /// <param name="field">The member that says it: <c>tool_choice</c>, <c>function_call</c>.</param>
    public static ToolChoice ReadChoice(JsonElement choice, string field)
    {
        if (choice.ValueKind == JsonValueKind.String)
        {
            return choice.GetString() switch
            {
                "auto" => new(ToolChoiceKind.Auto),
                "none" => new(ToolChoiceKind.None),
                "required" or "any" => new(ToolChoiceKind.Required),
                var other => throw new NeutralReadException(GatewayErrors.InvalidField(field, $"must be auto, none, required or an object, but is '{other}'.")),
            };
        }

        var name = choice.TryMember("function", out var function) || choice.TryMember("custom", out function) ? function.Text("name") : choice.Text("name");
        return name is not null ? new(ToolChoiceKind.Named, name)
            : (AllowedTools.Of(choice).Text("mode") ?? choice.Text("type")) switch
            {
                "auto" => new(ToolChoiceKind.Auto),
                "none" => new(ToolChoiceKind.None),
                "required" or "any" => new(ToolChoiceKind.Required),
                _ => throw new NeutralReadException(GatewayErrors.InvalidField(field, "names no function. Send {\"type\":\"function\",\"function\":{\"name\":…}}.")),
            };
    }

    private static Tool ReadTool(JsonElement tool, FieldPath path, ReadOnlyMemory<byte> body)
    {
        if (tool.ValueKind != JsonValueKind.Object)
        {
            throw new NeutralReadException(GatewayErrors.InvalidField(path.ToString(), "must be an object."));
        }

        var type = tool.Text("type");
        if (tool.TryMember("function", out var function))
        {
            return ReadFunction(tool, function, path.Member("function"), body);
        }

        if (type == "custom")
        {
            return ChatCustomTool.Read(tool, path, body);
        }

        return type is null or "function" && tool.Text("name") is not null
            ? ReadFunction(tool, tool, path, body) // the flat form of the Responses API
            : new Tool(tool.Text("name") ?? type ?? "") { Raw = new(Core.Catalog.Dialects.OpenAIChat, "tools", tool.Slice(body)), Cache = tool.CacheMark() };
    }

    private static Tool ReadFunction(JsonElement tool, JsonElement function, FieldPath path, ReadOnlyMemory<byte> body) => new(
        function.Text("name") ?? throw new NeutralReadException(GatewayErrors.InvalidField(path + ".name", "is missing.")))
    {
        Description = function.Text("description"),
        Parameters = function.Raw("parameters", body),
        Strict = function.Boolean("strict"),
        Cache = tool.CacheMark() ?? function.CacheMark(),
    };
}
