using System.Text.Json.Nodes;

namespace Turnpike.Gateway.Routing.Presets;

/// <summary>Anthropic's form.</summary>
internal sealed class MessagesPresetForm : IPresetForm
{
    private static readonly string[] Same = [.. PresetFields.Shared, "max_tokens", "top_k", "cache_control"];

    private static readonly string[] Carried =
        [.. Same, "max_completion_tokens", "stop", "tools", "tool_choice", "reasoning", "reasoning_effort", "include_reasoning", "response_format"];

    public string? SystemOf(JsonObject request) => PresetText.Of(request["system"]) is { Length: > 0 } system ? system : null;

    public JsonObject ToConfig(JsonObject request)
    {
        var config = PresetFields.Pick(request, [.. Same, PresetFields.CacheEnabled, PresetFields.CacheTtl]);
        PresetFields.Move(request, "stop_sequences", config, "stop");
        if (request["tools"] is JsonArray tools)
        {
            config["tools"] = new JsonArray([.. tools.Select(ToFunction)]);
        }

        if (request["tool_choice"] is JsonObject choice)
        {
            config["tool_choice"] = PresetText.Word(choice["type"]) switch
            {
                "any" => "required",
                "tool" => new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = choice["name"]?.DeepClone() } },
                var word => word,
            };
        }

        var output = request["output_config"] as JsonObject;
        if ((output?["format"] ?? request["output_format"]) is JsonObject form && form["schema"] is { } schema)
        {
            config["response_format"] = new JsonObject
            {
                ["type"] = "json_schema", ["json_schema"] = new JsonObject { ["name"] = "answer", ["schema"] = schema.DeepClone(), ["strict"] = true },
            };
        }

        var effort = output?["effort"];
        if (request["thinking"] is JsonObject thinking)
        {
            config["reasoning"] = PresetText.Word(thinking["type"]) switch
            {
                "disabled" => new JsonObject { ["enabled"] = false },
                "enabled" when thinking["budget_tokens"] is { } budget => new JsonObject { ["max_tokens"] = budget.DeepClone() },
                _ when effort is not null => new JsonObject { ["effort"] = effort.DeepClone() },
                _ => new JsonObject { ["enabled"] = true },
            };
        }

        return config;
    }

    public JsonObject FromConfig(JsonObject config, ICollection<string> unsaid)
    {
        PresetFields.Rest(config, Carried, unsaid);
        var fields = PresetFields.Pick(config, Same);
        PresetFields.Move(config, "max_completion_tokens", fields, "max_tokens");
        if (config["stop"] is { } stop)
        {
            fields["stop_sequences"] = stop is JsonArray ? stop.DeepClone() : new JsonArray(stop.DeepClone());
        }

        if (config["tools"] is JsonArray tools)
        {
            fields["tools"] = new JsonArray([.. tools.Select(FromFunction)]);
        }

        if (Choice(config["tool_choice"]) is { } choice)
        {
            fields["tool_choice"] = choice;
        }

        AddThinking(config, fields);
        AddForm(config["response_format"] as JsonObject, fields, unsaid);
        return fields;
    }

    public void AddSystem(JsonObject request, string system)
    {
        if (request["system"] is null)
        {
            request["system"] = system;
        }
    }

    private static JsonNode? ToFunction(JsonNode? tool)
    {
        if (tool is not JsonObject own || PresetText.Word(own["type"]) is not (null or "custom"))
        {
            return tool?.DeepClone();
        }

        var function = PresetFields.Pick(own, ["name", "description", "strict"]);
        PresetFields.Move(own, "input_schema", function, "parameters");
        return new JsonObject { ["type"] = "function", ["function"] = function };
    }

    private static JsonNode? FromFunction(JsonNode? tool)
    {
        if (tool is not JsonObject { } own || own["function"] is not JsonObject function)
        {
            return tool?.DeepClone();
        }

        var ours = PresetFields.Pick(function, ["name", "description", "strict"]);
        ours["input_schema"] = function["parameters"]?.DeepClone() ?? new JsonObject { ["type"] = "object" };
        return ours;
    }

    private static JsonObject? Choice(JsonNode? choice) => (PresetText.Word(choice), (choice as JsonObject)?["function"]) switch
    {
        ("required", _) => new() { ["type"] = "any" },
        ({ } word, _) => new() { ["type"] = word },
        (_, JsonObject function) => new() { ["type"] = "tool", ["name"] = function["name"]?.DeepClone() },
        _ => null,
    };

    private static void AddThinking(JsonObject config, JsonObject fields)
    {
        var reasoning = config["reasoning"] as JsonObject;
        var effort = PresetText.Word(reasoning?["effort"]) ?? PresetText.Word(config["reasoning_effort"]);
        if (effort == "none" || (reasoning?["enabled"] is JsonValue on && on.TryGetValue<bool>(out var isOn) && !isOn))
        {
            fields["thinking"] = new JsonObject { ["type"] = "disabled" };
        }
        else if (reasoning?["max_tokens"] is { } budget)
        {
            fields["thinking"] = new JsonObject { ["type"] = "enabled", ["budget_tokens"] = budget.DeepClone() };
        }
        else if (reasoning is not null || effort is not null)
        {
            fields["thinking"] = new JsonObject { ["type"] = "adaptive" };
            if (effort is not null)
            {
                fields["output_config"] = new JsonObject { ["effort"] = effort };
            }
        }
    }

    // Of forms it has schemas only.
    private static void AddForm(JsonObject? form, JsonObject fields, ICollection<string> unsaid)
    {
        if ((form?["json_schema"] as JsonObject)?["schema"] is { } schema)
        {
            var output = fields["output_config"] as JsonObject ?? [];
            output["format"] = new JsonObject { ["type"] = "json_schema", ["schema"] = schema.DeepClone() };
            fields["output_config"] = output;
        }
        else if (form is not null && PresetText.Word(form["type"]) != "text")
        {
            unsaid.Add("response_format");
        }
    }
}
