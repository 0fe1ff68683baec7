using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Reads a request of the Responses API into the neutral form.</summary>
internal static class ResponsesNeutralReader
{
    // Fields that the neutral form says, or that are ours; all others are passed on to providers of this dialect.
    private static readonly JsonNames Known = new(Core.Catalog.Dialects.OpenAIResponses, "input",
    [
        "model", "input", "instructions", "stream", "stream_options", "max_output_tokens", "user", "safety_identifier", "session_id", "models", "fallbacks", "route",
        "provider", "include", "store", "previous_response_id", "conversation", "background", "usage", "trace", "debug", "preset", "plugins", "routing",
        "max_cost", "rescue", "transforms", "stop_server_tools_when", "tools", "tool_choice", "parallel_tool_calls", "temperature", "top_p", "top_k",
        "presence_penalty", "frequency_penalty", "top_logprobs", "text", "reasoning", "service_tier", "prompt_cache_key", "cache_control", "modalities",
        "image_config", "zdr", "enforce_zdr",
    ]);

    /// <summary>Reads a body that <see cref="ResponsesRequestReader"/> has let in; false with the error to tell.</summary>
    /// <inheritdoc cref="NeutralReading.TryRead"/>
    public static bool TryRead(ReadOnlyMemory<byte> body, bool isPlain, out NeutralRequest? request, out GatewayError? error) =>
        NeutralReading.TryRead(body, Known, isPlain, Read, out request, out error);

    /// <param name="plain">The input's messages, where they have been read.</param>
    private static NeutralRequest Read(JsonMembers root, List<Message>? plain)
    {
        var body = root.Body;
        var choice = root.TryMember("tool_choice", out var chosen) ? chosen : default;
        return new()
        {
            Messages = new ResponsesInputReader(body).Read(root, plain),
            Tools = root.TryMember("tools", out var tools) ? AllowedTools.Among(tools.Each(new("tools"), (tool, path) => ReadTool(tool, path, body)), choice) : [],
            ToolChoice = ReadChoice(choice),
            ParallelToolCalls = root.Boolean("parallel_tool_calls"),
            Sampling = new()
            {
                Temperature = root.Number("temperature"),
                TopP = root.Number("top_p"),
                TopK = root.Integer("top_k"),
                FrequencyPenalty = root.Number("frequency_penalty"),
                PresencePenalty = root.Number("presence_penalty"),
                Logprobs = root.Integer("top_logprobs") is not null || IncludesLogprobs(root) ? true : null,
                TopLogprobs = root.Integer("top_logprobs"),
            },
            OutputLimit = root.Integer("max_output_tokens"),
            Stream = root.Boolean("stream") == true,
            ResponseFormat = ReadFormat(root, body),
            Reasoning = ReadReasoning(root),
            Verbosity = root.TryMember("text", out var text) ? text.Text("verbosity") : null,
            ServiceTier = root.Text("service_tier"),
            PromptCacheKey = root.Text("prompt_cache_key"),
            Cache = root.CacheMark(),
            Modalities = root.Texts("modalities"),
            ImageConfig = root.Raw("image_config"),
            Others = root.Others,
        };
    }

    private static bool IncludesLogprobs(JsonMembers root) => root.TryMember("include", out var include) && include.ValueKind == JsonValueKind.Array
        && include.EnumerateArray().Any(static i => i.ValueKind == JsonValueKind.String && i.ValueEquals("message.output_text.logprobs"u8));

    private static Tool ReadTool(JsonElement tool, FieldPath path, ReadOnlyMemory<byte> body)
    {
        if (tool.ValueKind != JsonValueKind.Object)
        {
            throw new NeutralReadException(GatewayErrors.InvalidField(path.ToString(), "must be an object."));
        }

        var type = tool.Text("type");
        if (type == "custom" && tool.Text("name") is { } freeform)
        {
            var format = tool.TryMember("format", out var form) && form.Text("type") == "grammar" ? form : default;
            return new(freeform)
            {
                Description = FreeformTool.Describe(tool.Text("description"), format.Text("syntax"), format.Text("definition")),
                Parameters = FreeformTool.Parameters,
                Freeform = new(Core.Catalog.Dialects.OpenAIResponses, "tools", tool.Slice(body)),
            };
        }

        if (type is not (null or "function"))
        {
            return new Tool(tool.Text("name") ?? type) { Raw = new(Core.Catalog.Dialects.OpenAIResponses, "tools", tool.Slice(body)) };
        }

        var function = tool.TryMember("function", out var nested) ? nested : tool; // the form of chat completions is sent here too
        return new(function.Text("name") ?? throw new NeutralReadException(GatewayErrors.InvalidField(path + ".name", "is missing.")))
        {
            Description = function.Text("description"),
            Parameters = function.Raw("parameters", body),
            Strict = function.Boolean("strict"),
            Cache = tool.CacheMark(),
        };
    }

    private static ToolChoice? ReadChoice(JsonElement choice)
    {
        if (choice.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        var word = choice.ValueKind == JsonValueKind.String ? choice.GetString() : choice.Text("mode") ?? choice.Text("type");
        return word switch
        {
            "auto" => new(ToolChoiceKind.Auto),
            "none" => new(ToolChoiceKind.None),
            "required" => new(ToolChoiceKind.Required),
            not null when choice.ValueKind == JsonValueKind.Object && (choice.Text("name") ?? (word == "function" ? null : word)) is { } name =>
                new(ToolChoiceKind.Named, name),
            _ => throw new NeutralReadException(GatewayErrors.InvalidField("tool_choice", "must be auto, none, required or {\"type\":\"function\",\"name\":…}.")),
        };
    }

    private static ResponseFormat? ReadFormat(JsonMembers root, ReadOnlyMemory<byte> body)
    {
        if (!root.TryMember("text", out var text) || !text.TryMember("format", out var format))
        {
            return null;
        }

        var raw = new RawMember(Core.Catalog.Dialects.OpenAIResponses, "text.format", format.Slice(body));
        return format.Text("type") switch
        {
            "text" => new(ResponseFormatKind.Text, raw),
            "json_object" => new(ResponseFormatKind.JsonObject, raw),
            "json_schema" => new(ResponseFormatKind.JsonSchema, raw)
            {
                Name = format.Text("name"),
                Description = format.Text("description"),
                Schema = format.Raw("schema", body),
                Strict = format.Boolean("strict"),
            },
            null => throw new NeutralReadException(GatewayErrors.InvalidField("text.format.type", "is missing. Use text, json_object or json_schema.")),
            _ => new(ResponseFormatKind.Other, raw),
        };
    }

    private static ReasoningWish? ReadReasoning(JsonMembers root) => !root.TryMember("reasoning", out var reasoning) ? null : new()
    {
        Effort = reasoning.Text("effort"),
        MaxTokens = reasoning.Integer("max_tokens"),
        Enabled = reasoning.Boolean("enabled"),
        Exclude = reasoning.Boolean("exclude") == true,
        Summary = reasoning.Text("summary"),
    };
}
