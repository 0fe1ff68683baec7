using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads a chat request into the neutral form, in all the shapes that OpenAI and OpenRouter have ever taken.</summary>
internal static class ChatNeutralReader
{
    // Fields that the neutral form says, or that are ours; all others are passed on to providers of this dialect.
    private static readonly JsonNames Known = new(Core.Catalog.Dialects.OpenAIChat, "messages",
    [
        "model", "messages", "prompt", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "user", "session_id", "models", "route",
        "provider", "usage", "trace", "debug", "preset", "plugins", "routing", "max_cost", "rescue", "transforms", "tools", "functions", "tool_choice",
        "function_call", "parallel_tool_calls", "temperature", "top_p", "top_k", "min_p", "top_a", "frequency_penalty", "presence_penalty",
        "repetition_penalty", "seed", "logprobs", "top_logprobs", "logit_bias", "stop", "response_format", "reasoning", "reasoning_effort",
        "include_reasoning", "verbosity", "service_tier", "prompt_cache_key", "cache_control", "modalities", "audio", "image_config",
        "prediction", "web_search_options", "structured_outputs", "echo", "suffix", "best_of", "zdr", "enforce_zdr", "safety_identifier",
        "max_tool_calls", "stop_server_tools_when",
    ]);

    /// <summary>Reads a body that <see cref="ChatRequestReader"/> has let in; false with the error to tell.</summary>
    /// <inheritdoc cref="NeutralReading.TryRead"/>
    public static bool TryRead(ReadOnlyMemory<byte> body, bool isPlain, out NeutralRequest? request, out GatewayError? error) =>
        NeutralReading.TryRead(body, Known, isPlain, Read, out request, out error);

    /// <param name="plain">The messages, where they have been read.</param>
    private static NeutralRequest Read(JsonMembers root, List<Message>? plain)
    {
        var legacy = !root.Has("tools") && root.Has("functions");
        var choosing = legacy ? "function_call" : "tool_choice";
        var choice = root.TryMember(choosing, out var chosen) ? chosen : default;
        return new()
        {
            Messages = root.TryMember("prompt", out var prompt)
                ? [new(Role.User, [new TextPart((prompt.ValueKind == JsonValueKind.Array ? prompt[0] : prompt).GetString()!)])]
                : plain ?? (root.TryMember("messages", out var messages) ? ChatMessageReader.ReadAll(messages, root.Body) : []),
            Tools = root.TryMember(legacy ? "functions" : "tools", out var tools) ? ChatToolReader.Read(tools, legacy, choice, root.Body) : [],
            ToolChoice = choice.ValueKind == JsonValueKind.Undefined ? null : ChatToolReader.ReadChoice(choice, choosing),
            ParallelToolCalls = root.Boolean("parallel_tool_calls"),
            UsesLegacyFunctions = legacy,
            EchoesPrompt = ReadEcho(root),
            Sampling = ReadSampling(root),
            Stop = ReadStop(root),
            OutputLimit = root.Integer("max_completion_tokens") ?? root.Integer("max_tokens"),
            Stream = root.Boolean("stream") == true,
            Choices = (int)(root.Integer("n") ?? 1),
            ResponseFormat = ReadResponseFormat(root),
            Reasoning = ReadReasoning(root),
            Verbosity = root.Text("verbosity"),
            ServiceTier = root.Text("service_tier"),
            PromptCacheKey = root.Text("prompt_cache_key"),
            Cache = root.CacheMark(),
            Modalities = root.Texts("modalities"),
            AudioOutput = root.Raw("audio"),
            ImageConfig = root.Raw("image_config"),
            Prediction = root.Raw("prediction"),
            WebSearchOptions = root.Raw("web_search_options"),
            Others = root.Others,
        };
    }

    // Of text completions. What no chat model can do is refused, not passed over.
    private static bool ReadEcho(JsonMembers root)
    {
        if (root.Text("suffix") is { Length: > 0 })
        {
            throw new NeutralReadException(GatewayErrors.InvalidField("suffix", "cannot be had: models here write on, not in between. Leave it out."));
        }

        if (root.Integer("best_of") is > 1)
        {
            throw new NeutralReadException(GatewayErrors.InvalidField("best_of", "cannot be had. Use 'n', and choose yourself."));
        }

        return root.Boolean("echo") == true;
    }

    private static Sampling ReadSampling(JsonMembers root) => new()
    {
        Temperature = root.Number("temperature"),
        TopP = root.Number("top_p"),
        MinP = root.Number("min_p"),
        TopA = root.Number("top_a"),
        TopK = root.Integer("top_k"),
        FrequencyPenalty = root.Number("frequency_penalty"),
        PresencePenalty = root.Number("presence_penalty"),
        RepetitionPenalty = root.Number("repetition_penalty"),
        Seed = root.Integer("seed"),
        Logprobs = root.Boolean("logprobs") ?? (root.Integer("logprobs") is null ? null : true), // a number in text completions
        TopLogprobs = root.Integer("top_logprobs") ?? root.Integer("logprobs"),
        LogitBias = root.Raw("logit_bias"),
    };

    private static ImmutableArray<string> ReadStop(JsonMembers root) =>
        root.Text("stop") is { } stop ? [stop] : root.Texts("stop");

    private static ResponseFormat? ReadResponseFormat(JsonMembers root)
    {
        if (!root.TryMember("response_format", out var format) || format.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var raw = new RawMember(Core.Catalog.Dialects.OpenAIChat, "response_format", root.Raw("response_format"));
        switch (format.Text("type"))
        {
            case "text":
                return new(ResponseFormatKind.Text, raw);
            case "json_object" when !format.TryMember("schema", out var beside) || beside.ValueKind != JsonValueKind.Object:
                return new(ResponseFormatKind.JsonObject, raw);
            case "json_object" or "json_schema": // Together, Fireworks and clients made for them have the schema beside json_object
                var schema = format.TryMember("json_schema", out var inner) ? inner : format; // the flat form of the Responses API
                return new(ResponseFormatKind.JsonSchema, raw)
                {
                    Name = schema.Text("name"),
                    Description = schema.Text("description"),
                    Schema = schema.Raw("schema", root.Body),
                    Strict = schema.Boolean("strict"),
                };
            case null:
                throw new NeutralReadException(GatewayErrors.InvalidField("response_format.type", "is missing. Use text, json_object or json_schema."));
            default:
                return new(ResponseFormatKind.Other, raw);
        }
    }

    private static ReasoningWish? ReadReasoning(JsonMembers root)
    {
        var effort = root.Text("reasoning_effort");
        var include = root.Boolean("include_reasoning");
        if (!root.TryMember("reasoning", out var reasoning) || reasoning.ValueKind != JsonValueKind.Object)
        {
            return effort is null && include is null ? null : new()
            {
                Effort = effort,
                Exclude = include == false,
            };
        }

        var own = reasoning.Text("effort");
        if (own is not null && effort is not null && own != effort)
        {
            throw new NeutralReadException(GatewayErrors.InvalidField("reasoning_effort", $"says '{effort}', but 'reasoning.effort' says '{own}'. Send one of them."));
        }

        return new()
        {
            Effort = own ?? effort,
            MaxTokens = reasoning.Integer("max_tokens"),
            Enabled = reasoning.Boolean("enabled"),
            Exclude = reasoning.Boolean("exclude") ?? include == false,
            Summary = reasoning.Text("summary"),
        };
    }
}
