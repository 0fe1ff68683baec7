using System.Text.Json.Nodes;

namespace Turnpike.Gateway.Routing.Presets;

/// <summary>The form of OpenAI's Responses.</summary>
internal sealed class ResponsesPresetForm : IPresetForm
{
    private static readonly string[] Same =
        [.. PresetFields.Shared, "parallel_tool_calls", "top_logprobs", "top_k", "frequency_penalty", "presence_penalty", "modalities", "image_config", "reasoning"];

    private static readonly string[] Carried =
        [.. Same, "max_tokens", "max_completion_tokens", "reasoning_effort", "include_reasoning", "tools", "tool_choice", "verbosity", "response_format"];

    private static readonly string[] FunctionMembers = ["name", "description", "parameters", "strict"];

    public string? SystemOf(JsonObject request) => PresetText.Of(request["instructions"]) is { Length: > 0 } system ? system : null;

    public JsonObject ToConfig(JsonObject request)
    {
        var config = PresetFields.Pick(request, [.. Same, PresetFields.CacheEnabled, PresetFields.CacheTtl]);
        PresetFields.Move(request, "max_output_tokens", config, "max_tokens");
        if (request["tools"] is JsonArray tools)
        {
            config["tools"] = new JsonArray([.. tools.Select(ToFunction)]);
        }

        if (request["tool_choice"] is { } choice)
        {
            config["tool_choice"] = PresetText.Word((choice as JsonObject)?["type"]) == "function" ? Named(choice["name"]) : choice.DeepClone();
        }

        if (request["text"] is JsonObject text)
        {
            PresetFields.Move(text, "verbosity", config, "verbosity");
            if (text["format"] is JsonObject format)
            {
                config["response_format"] = PresetText.Word(format["type"]) == "json_schema"
                    ? new JsonObject { ["type"] = "json_schema", ["json_schema"] = PresetFields.Pick(format, ["name", "description", "schema", "strict"]) }
                    : format.DeepClone();
            }
        }

        return config;
    }

    public JsonObject FromConfig(JsonObject config, ICollection<string> unsaid)
    {
        PresetFields.Rest(config, Carried, unsaid);
        var fields = PresetFields.Pick(config, Same);
        PresetFields.Move(config, "max_tokens", fields, "max_output_tokens");
        PresetFields.Move(config, "max_completion_tokens", fields, "max_output_tokens");
        if (fields["reasoning"] is null && config["reasoning_effort"] is { } effort)
        {
            fields["reasoning"] = new JsonObject { ["effort"] = effort.DeepClone() };
        }

        if (config["tools"] is JsonArray tools)
        {
            fields["tools"] = new JsonArray([.. tools.Select(FromFunction)]);
        }

        if (config["tool_choice"] is { } choice)
        {
            fields["tool_choice"] = (choice as JsonObject)?["function"] is JsonObject function
                ? new JsonObject { ["type"] = "function", ["name"] = function["name"]?.DeepClone() }
                : choice.DeepClone();
        }

        if (Text(config) is { Count: > 0 } text)
        {
            fields["text"] = text;
        }

        return fields;
    }

    public void AddSystem(JsonObject request, string system)
    {
        if (request["instructions"] is null)
        {
            request["instructions"] = system;
        }
    }

    private static JsonObject Named(JsonNode? name) => new() { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name?.DeepClone() } };

    private static JsonNode? ToFunction(JsonNode? tool) =>
        tool is JsonObject own && own["function"] is null && PresetText.Word(own["type"]) is null or "function"
            ? new JsonObject { ["type"] = "function", ["function"] = PresetFields.Pick((JsonObject)tool!, FunctionMembers) } // it is one, as was seen
            : tool?.DeepClone();

    private static JsonNode? FromFunction(JsonNode? tool)
    {
        if ((tool as JsonObject)?["function"] is not JsonObject function)
        {
            return tool?.DeepClone();
        }

        var flat = PresetFields.Pick(function, FunctionMembers);
        flat.Insert(0, "type", "function");
        return flat;
    }

    private static JsonObject Text(JsonObject config)
    {
        var text = new JsonObject();
        PresetFields.Move(config, "verbosity", text, "verbosity");
        if (config["response_format"] is JsonObject format)
        {
            var flat = format["json_schema"] is JsonObject schema ? PresetFields.Pick(schema, ["name", "description", "schema", "strict"]) : new JsonObject();
            flat["type"] = format["type"]?.DeepClone();
            text["format"] = flat;
        }

        return text;
    }
}
