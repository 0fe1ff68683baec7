using System.Text;
using System.Text.Json;

namespace Turnpike.Gateway.Providers.Simulator;

/// <summary>A chat request as the simulator understands it.</summary>
internal sealed record SimulatorRequest
{
    public required string Model { get; init; }

    public required IReadOnlyList<SimulatorMessage> Messages { get; init; }

    public bool Stream { get; init; }

    public bool IncludeUsage { get; init; }

    public int? OutputTokensMax { get; init; }

    public IReadOnlyList<string> Stop { get; init; } = [];

    public long Seed { get; init; }

    /// <summary><c>text</c>, <c>json_object</c> or <c>json_schema</c>.</summary>
    public string Format { get; init; } = "text";

    /// <summary>The schema of <c>json_schema</c>.</summary>
    public JsonElement? Schema { get; init; }

    public IReadOnlyList<SimulatorTool> Tools { get; init; } = [];

    /// <summary><c>auto</c>, <c>none</c>, <c>required</c>, or the name of the tool to call after <c>=</c>.</summary>
    public string ToolChoice { get; init; } = "auto";

    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>The request used the retired <c>functions</c>; the answer then uses <c>function_call</c>.</summary>
    public bool UsesFunctions { get; init; }

    /// <summary>Tokens of all messages and of the tools' descriptions.</summary>
    public int PromptTokens { get; init; }
}

/// <summary>A message with its parts joined; what is not text stands as <c>[image]</c>, <c>[audio]</c>, <c>[file]</c>, <c>[video]</c>.</summary>
internal sealed record SimulatorMessage(string Role, string Text);

/// <summary>A function that may be called, with the schema of its arguments.</summary>
internal sealed record SimulatorTool(string Name, JsonElement? Parameters);

/// <summary>Refuses a request as OpenAI does: status, message, the field that is wrong.</summary>
internal sealed class SimulatorRefusal(string message, string? param, int status = 400, string? code = null) : Exception(message)
{
    public string? Param { get; } = param;

    public int Status { get; } = status;

    public string? Code { get; } = code;
}

/// <summary>Reads a request's body.</summary>
internal static class SimulatorRequestReader
{
    private static readonly HashSet<string> _roles = ["system", "developer", "user", "assistant", "tool", "function"];

    /// <exception cref="SimulatorRefusal">The body is not a chat request.</exception>
    public static SimulatorRequest Read(ReadOnlyMemory<byte> body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw new SimulatorRefusal($"The body is not valid JSON: {e.Message}", param: null);
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new SimulatorRefusal("The body must be a JSON object.", param: null);
            }

            return ReadObject(root);
        }
    }

    private static SimulatorRequest ReadObject(JsonElement root)
    {
        if (Int(root, "n") is not (null or 1))
        {
            throw new SimulatorRefusal("'n' must be 1: the simulator gives one choice.", "n");
        }

        var messages = ReadMessages(root);
        var usesFunctions = Array(root, "functions") is not null;
        var tools = usesFunctions ? ReadFunctions(root) : ReadTools(root);
        var (format, schema) = ReadFormat(root);
        var prompt = messages.Sum(static m => SimulatorTokens.Count(m.Text)) + tools.Sum(CountTool);
        return new()
        {
            Model = String(root, "model") ?? throw new SimulatorRefusal("You must give a model.", "model"),
            Messages = messages,
            Stream = Bool(root, "stream") ?? false,
            IncludeUsage = Object(root, "stream_options") is { } options && Bool(options, "include_usage") == true,
            OutputTokensMax = ReadOutputLimit(root),
            Stop = ReadStop(root),
            Seed = Long(root, "seed") ?? 0,
            Format = format,
            Schema = schema,
            Tools = tools,
            ToolChoice = ReadToolChoice(root, usesFunctions ? "function_call" : "tool_choice", tools),
            ParallelToolCalls = Bool(root, "parallel_tool_calls") ?? true,
            UsesFunctions = usesFunctions,
            PromptTokens = Math.Max(1, prompt),
        };
    }

    private static int CountTool(SimulatorTool tool) =>
        SimulatorTokens.Count(tool.Name) + (tool.Parameters is { } schema ? SimulatorTokens.Count(schema.GetRawText()) : 0);

    private static List<SimulatorMessage> ReadMessages(JsonElement root)
    {
        if (Array(root, "messages") is not { } array || array.GetArrayLength() == 0)
        {
            throw new SimulatorRefusal("'messages' must be a list with at least one message.", "messages");
        }

        var messages = new List<SimulatorMessage>(array.GetArrayLength());
        foreach (var message in array.EnumerateArray())
        {
            var at = $"messages[{messages.Count}]";
            if (message.ValueKind != JsonValueKind.Object)
            {
                throw new SimulatorRefusal($"'{at}' must be an object.", at);
            }

            var role = String(message, "role") ?? throw new SimulatorRefusal($"'{at}.role' is missing.", at + ".role");
            if (!_roles.Contains(role))
            {
                throw new SimulatorRefusal($"'{at}.role' must be one of {string.Join(", ", _roles)}.", at + ".role");
            }

            messages.Add(new(role, ReadContent(message, at + ".content")));
        }

        return messages;
    }

    private static string ReadContent(JsonElement message, string at)
    {
        if (!message.TryGetProperty("content", out var content))
        {
            return "";
        }

        return content.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => JoinParts(content, at),
            _ => throw new SimulatorRefusal($"'{at}' must be a text or a list of parts.", at),
        };
    }

    private static string JoinParts(JsonElement parts, string at)
    {
        var text = new StringBuilder();
        foreach (var part in parts.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object || String(part, "type") is not { } type)
            {
                throw new SimulatorRefusal($"A part of '{at}' has no 'type'.", at);
            }

            text.Append(type switch
            {
                "text" => String(part, "text") ?? throw new SimulatorRefusal($"A text part of '{at}' has no 'text'.", at),
                "image_url" => "[image]",
                "input_audio" => "[audio]",
                "file" or "document" => "[file]",
                "video_url" or "input_video" => "[video]",
                "refusal" => "[refusal]",
                _ => $"[{type}]",
            });
        }

        return text.ToString();
    }

    private static int? ReadOutputLimit(JsonElement root)
    {
        var field = Int(root, "max_completion_tokens") is null ? "max_tokens" : "max_completion_tokens";
        var limit = Int(root, field);
        return limit is null or >= 1 ? limit : throw new SimulatorRefusal($"'{field}' must be at least 1.", field);
    }

    private static List<string> ReadStop(JsonElement root)
    {
        if (!root.TryGetProperty("stop", out var stop) || stop.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        List<string?> words = stop.ValueKind switch
        {
            JsonValueKind.String => [stop.GetString()],
            JsonValueKind.Array => [.. stop.EnumerateArray().Select(static s => s.ValueKind == JsonValueKind.String ? s.GetString() : null)],
            _ => [null],
        };
        return words.Count <= 4 && words.TrueForAll(static w => !string.IsNullOrEmpty(w))
            ? words.ConvertAll(static w => w!)
            : throw new SimulatorRefusal("'stop' must be a text or a list of at most four texts.", "stop");
    }

    private static (string Format, JsonElement? Schema) ReadFormat(JsonElement root)
    {
        if (Object(root, "response_format") is not { } format)
        {
            return ("text", null);
        }

        switch (String(format, "type"))
        {
            case null or "text":
                return ("text", null);
            case "json_object":
                return ("json_object", null);
            case "json_schema" when Object(format, "json_schema") is { } named:
                return ("json_schema", Object(named, "schema")?.Clone());
            case "json_schema":
                throw new SimulatorRefusal("'response_format.json_schema' is missing.", "response_format.json_schema");
            case var other:
                throw new SimulatorRefusal($"'response_format.type' '{other}' is not one of text, json_object, json_schema.", "response_format.type");
        }
    }

    private static List<SimulatorTool> ReadTools(JsonElement root)
    {
        var tools = new List<SimulatorTool>();
        foreach (var tool in Array(root, "tools")?.EnumerateArray() ?? [])
        {
            var at = $"tools[{tools.Count}].function";
            if (tool.ValueKind != JsonValueKind.Object || Object(tool, "function") is not { } function)
            {
                throw new SimulatorRefusal($"'{at}' is missing.", at);
            }

            tools.Add(ReadFunction(function, at));
        }

        return tools;
    }

    private static List<SimulatorTool> ReadFunctions(JsonElement root)
    {
        var tools = new List<SimulatorTool>();
        foreach (var function in Array(root, "functions")?.EnumerateArray() ?? [])
        {
            tools.Add(ReadFunction(function, $"functions[{tools.Count}]"));
        }

        return tools;
    }

    private static SimulatorTool ReadFunction(JsonElement function, string at)
    {
        var name = function.ValueKind == JsonValueKind.Object ? String(function, "name") : null;
        return new(name ?? throw new SimulatorRefusal($"'{at}.name' is missing.", at + ".name"), Object(function, "parameters")?.Clone());
    }

    private static string ReadToolChoice(JsonElement root, string field, List<SimulatorTool> tools)
    {
        if (!root.TryGetProperty(field, out var choice) || choice.ValueKind == JsonValueKind.Null)
        {
            return "auto";
        }

        if (choice.ValueKind == JsonValueKind.String)
        {
            return choice.GetString() is "auto" or "none" or "required" ? choice.GetString()!
                : throw new SimulatorRefusal($"'{field}' must be auto, none, required or a function.", field);
        }

        var named = choice.ValueKind == JsonValueKind.Object ? Object(choice, "function") ?? choice : default;
        var name = named.ValueKind == JsonValueKind.Object ? String(named, "name") : null;
        return tools.Exists(t => t.Name == name) ? "=" + name
            : throw new SimulatorRefusal($"'{field}' names a function that is not among the tools.", field);
    }

    private static JsonElement? Property(JsonElement parent, string name, JsonValueKind kind, string expected)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == kind ? value : throw new SimulatorRefusal($"'{name}' must be {expected}.", name);
    }

    private static JsonElement? Object(JsonElement parent, string name) => Property(parent, name, JsonValueKind.Object, "an object");

    private static JsonElement? Array(JsonElement parent, string name) => Property(parent, name, JsonValueKind.Array, "a list");

    private static string? String(JsonElement parent, string name) => Property(parent, name, JsonValueKind.String, "a text")?.GetString();

    private static long? Long(JsonElement parent, string name) => Property(parent, name, JsonValueKind.Number, "a whole number") is not { } number ? null
        : number.TryGetInt64(out var value) ? value : throw new SimulatorRefusal($"'{name}' must be a whole number.", name);

    private static int? Int(JsonElement parent, string name) =>
        Long(parent, name) is { } value ? (int)Math.Clamp(value, int.MinValue, int.MaxValue) : null;

    private static bool? Bool(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean() : throw new SimulatorRefusal($"'{name}' must be true or false.", name);
    }
}
