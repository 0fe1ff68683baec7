using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Reads a request of the Messages API into the neutral form.</summary>
internal static class MessagesNeutralReader
{
    // Fields that the neutral form says, or that are ours; all others are passed on to providers of this dialect.
    private static readonly JsonNames Known = new(Core.Catalog.Dialects.AnthropicMessages, "messages",
    [
        "model", "messages", "system", "max_tokens", "stream", "metadata", "stop_sequences", "temperature", "top_p", "top_k", "tools", "tool_choice", "thinking",
        "output_config", "output_format", "service_tier", "cache_control", "models", "fallbacks",
        "provider", "plugins", "route", "routing", "session_id", "rescue", "preset", "max_cost", "transforms", "user", "trace", "debug", "usage", "zdr", "enforce_zdr",
        "stop_server_tools_when", "safety_identifier",
    ]);

    /// <summary>Reads a body that <see cref="MessagesRequestReader"/> has let in; false with the error to tell.</summary>
    /// <inheritdoc cref="NeutralReading.TryRead"/>
    public static bool TryRead(ReadOnlyMemory<byte> body, bool isPlain, out NeutralRequest? request, out GatewayError? error) =>
        NeutralReading.TryRead(body, Known, isPlain, Read, out request, out error);

    /// <param name="plain">The turns, where they have been read.</param>
    private static NeutralRequest Read(JsonMembers root, List<Message>? plain)
    {
        var body = root.Body;
        var choice = root.TryMember("tool_choice", out var asked) ? asked : default;
        var wish = ReadReasoning(root);
        return new()
        {
            Messages = new MessagesTurnReader(body).Read(root, plain),
            Tools = root.TryMember("tools", out var tools) ? tools.Each(new("tools"), (tool, path) => ReadTool(tool, path, body)) : [],
            ToolChoice = ReadChoice(choice),
            ParallelToolCalls = choice.Boolean("disable_parallel_tool_use") is { } isSingle ? !isSingle : null,
            Sampling = new() { Temperature = root.Number("temperature"), TopP = root.Number("top_p"), TopK = root.Integer("top_k") },
            Stop = root.TryMember("stop_sequences", out var stops)
                ? [.. stops.EnumerateArray().Select((stop, i) => stop.ValueKind == JsonValueKind.String
                    ? stop.GetString()!
                    : throw Unreadable($"stop_sequences[{i}]", "must be a string."))]
                : [],
            OutputLimit = root.Integer("max_tokens"),
            Stream = root.Boolean("stream") == true,
            ResponseFormat = ReadFormat(root, body),
            Reasoning = wish,
            Verbosity = wish is null or { MaxTokens: not null } ? EffortOf(root) : null,
            ServiceTier = root.Text("service_tier") is var tier && tier == "standard_only" ? "default" : tier,
            Cache = root.CacheMark(),
            Others = root.Others,
        };
    }

    private static Tool ReadTool(JsonElement tool, FieldPath path, ReadOnlyMemory<byte> body)
    {
        if (tool.ValueKind != JsonValueKind.Object)
        {
            throw Unreadable(path.ToString(), "must be an object.");
        }

        var type = tool.Text("type");
        if (type is not (null or "custom"))
        {
            return new Tool(tool.Text("name") ?? type) { Raw = new(Core.Catalog.Dialects.AnthropicMessages, "tools", tool.Slice(body)) };
        }

        return new(tool.Text("name") ?? throw Unreadable(path + ".name", "is missing."))
        {
            Description = tool.Text("description"),
            Parameters = tool.Raw("input_schema", body),
            Strict = tool.Boolean("strict"),
            Cache = tool.CacheMark(),
        };
    }

    private static ToolChoice? ReadChoice(JsonElement choice) => choice.ValueKind == JsonValueKind.Undefined ? null : choice.Text("type") switch
    {
        "auto" => new(ToolChoiceKind.Auto),
        "any" => new(ToolChoiceKind.Required),
        "none" => new(ToolChoiceKind.None),
        "tool" => new(ToolChoiceKind.Named, choice.Text("name") ?? throw Unreadable("tool_choice.name", "is missing.")),
        _ => throw Unreadable("tool_choice.type", "must be auto, any, tool or none."),
    };

    private static ResponseFormat? ReadFormat(JsonMembers root, ReadOnlyMemory<byte> body)
    {
        var isInConfig = root.TryMember("output_config", out var config) & config.TryMember("format", out var format);
        if (!isInConfig && !root.TryMember("output_format", out format))
        {
            return null;
        }

        var raw = new RawMember(Core.Catalog.Dialects.AnthropicMessages, "output_config.format", format.Slice(body));
        return format.Text("type") == "json_schema"
            ? new(ResponseFormatKind.JsonSchema, raw) { Schema = format.Raw("schema", body), Strict = true }
            : throw Unreadable("output_config.format.type", "must be json_schema.");
    }

    private static ReasoningWish? ReadReasoning(JsonMembers root)
    {
        if (!root.TryMember("thinking", out var thinking))
        {
            return null;
        }

        var isHidden = thinking.Text("display") == "omitted";
        return thinking.Text("type") switch
        {
            "enabled" => new() { MaxTokens = thinking.Integer("budget_tokens") ?? throw Unreadable("thinking.budget_tokens", "is missing."), Exclude = isHidden },
            "adaptive" => new() { Enabled = true, Effort = EffortOf(root), Exclude = isHidden },
            "disabled" => new() { Enabled = false },
            _ => throw Unreadable("thinking.type", "must be enabled, adaptive or disabled."),
        };
    }

    private static string? EffortOf(JsonMembers root) => root.TryMember("output_config", out var config) ? config.Text("effort") : null;

    private static NeutralReadException Unreadable(string field, string detail) => new(GatewayErrors.InvalidField(field, detail));
}
