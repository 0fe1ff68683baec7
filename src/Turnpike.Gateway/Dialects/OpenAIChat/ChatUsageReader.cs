using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads a usage object, however a vendor spells it: the counts that are billed, and the members that are shown. Both are the same
/// numbers.</summary>
/// <remarks>A count that is not told stays null; none is negative. A part that is larger than its whole is not in it, and is added: reasoning
/// to the completion, cached tokens to the prompt.</remarks>
internal ref struct ChatUsageReader
{
    /// <summary>More than any answer has, and little enough that sums of a few are whole numbers of 32 bits.</summary>
    private const int CountMax = 500_000_000;

    private int? _prompt;
    private int? _completion;
    private int? _total;
    private int? _reasoning;
    private int _citations;
    private bool _isOurs; // what the provider shows are not the numbers that are billed, or do not stand where callers look for them
    private TokenUsage _usage;

    private enum Field
    {
        Other,
        Prompt,
        Completion,
        Total,
        PromptDetails,
        CompletionDetails,
        Cached,
        Reasoning,
        Citations,
        Searches,
        ServerTools,

        /// <summary>Ours to say, or what the provider charges us.</summary>
        Cost,
    }

    /// <summary>Reads from the object's opening brace to its closing one. Appends to <paramref name="members"/> (empty before) what is shown of it,
    /// but for costs; nothing where the numbers are to be written down anew. Null where the tokens of the prompt, or of the completion, are not known.</summary>
    public static TokenUsage? Read(ref Utf8JsonReader json, ReadOnlySpan<byte> source, ProviderQuirks quirks, ref PooledBuffer members)
    {
        var reader = new ChatUsageReader();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex;
            var field = Identify(ref json, quirks);
            json.Read();
            reader.Take(field, ref json);
            if (field != Field.Cost)
            {
                members.Append(members.Length > 0 ? ","u8 : default);
                members.Append(source[start..(int)json.BytesConsumed]);
            }
        }

        var usage = reader.Sum(quirks);
        if (usage is null || reader._isOurs)
        {
            members.Truncate(0);
        }
        else
        {
            reader.AppendMissing(ref members);
        }

        return usage;
    }

    /// <summary>Reads from the object's opening brace to its closing one, where no members are shown as they came.</summary>
    public static TokenUsage? Read(ref Utf8JsonReader json, ProviderQuirks quirks)
    {
        var reader = new ChatUsageReader();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var field = Identify(ref json, quirks);
            json.Read();
            reader.Take(field, ref json);
        }

        return reader.Sum(quirks);
    }

    private static Field Identify(ref Utf8JsonReader json, ProviderQuirks quirks) =>
        json.ValueTextEquals("prompt_tokens"u8) ? Field.Prompt
        : json.ValueTextEquals("completion_tokens"u8) ? Field.Completion
        : json.ValueTextEquals("total_tokens"u8) ? Field.Total
        : json.ValueTextEquals("prompt_tokens_details"u8) || json.ValueTextEquals("prompt_token_details"u8) ? Field.PromptDetails
        : json.ValueTextEquals("completion_tokens_details"u8) ? Field.CompletionDetails
        : json.ValueTextEquals("prompt_cache_hit_tokens"u8) || json.ValueTextEquals("cached_tokens"u8) || json.ValueTextEquals("num_cached_tokens"u8)
            || json.ValueTextEquals("cached_prompt_text_tokens"u8) || (quirks.CachedTokensField is { } known && json.ValueTextEquals(known)) ? Field.Cached
        : json.ValueTextEquals("reasoning_tokens"u8) ? Field.Reasoning
        : json.ValueTextEquals("citation_tokens"u8) ? Field.Citations
        : json.ValueTextEquals("num_search_queries"u8) ? Field.Searches
        : json.ValueTextEquals("server_tool_use"u8) || json.ValueTextEquals("server_tool_use_details"u8) ? Field.ServerTools
        : json.ValueTextEquals("cost"u8) || json.ValueTextEquals("cost_details"u8) || json.ValueTextEquals("is_byok"u8)
            || json.ValueTextEquals("estimated_cost"u8) || json.ValueTextEquals("cost_in_usd_ticks"u8) ? Field.Cost
        : Field.Other;

    private void Take(Field field, ref Utf8JsonReader json)
    {
        switch (field)
        {
            case Field.Prompt:
                _prompt = Number(ref json);
                break;
            case Field.Completion:
                _completion = Number(ref json);
                break;
            case Field.Total:
                _total = Number(ref json);
                break;
            case Field.Cached:
                _usage = _usage with { CachedTokens = Beside(_usage.CachedTokens, Number(ref json)) };
                break;
            case Field.Reasoning:
                _reasoning = Number(ref json);
                break;
            case Field.Citations:
                _citations = Number(ref json) ?? 0;
                break;
            case Field.Searches:
                _usage = _usage with { WebSearches = Number(ref json) };
                break;
            case Field.ServerTools when json.TokenType == JsonTokenType.StartObject:
                ReadServerTools(ref json);
                break;
            case Field.PromptDetails when json.TokenType == JsonTokenType.StartObject:
                ReadDetails(ref json, isPrompt: true);
                break;
            case Field.CompletionDetails when json.TokenType == JsonTokenType.StartObject:
                ReadDetails(ref json, isPrompt: false);
                break;
            default:
                json.Skip();
                break;
        }
    }

    private void ReadDetails(ref Utf8JsonReader json, bool isPrompt)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var cached = json.ValueTextEquals("cached_tokens"u8);
            var written = json.ValueTextEquals("cache_write_tokens"u8);
            var created = json.ValueTextEquals("cache_creation_tokens"u8) || json.ValueTextEquals("cache_creation_input_tokens"u8);
            var reasoning = json.ValueTextEquals("reasoning_tokens"u8);
            var audio = json.ValueTextEquals("audio_tokens"u8);
            var image = json.ValueTextEquals("image_tokens"u8);
            json.Read();
            _usage = (isPrompt, cached, written || created, reasoning, audio, image) switch
            {
                (true, true, _, _, _, _) => _usage with { CachedTokens = Number(ref json) ?? _usage.CachedTokens },
                (true, _, true, _, _, _) => _usage with { CacheWriteTokens = Number(ref json) ?? _usage.CacheWriteTokens },
                (true, _, _, _, true, _) => _usage with { PromptAudioTokens = Number(ref json) },
                (false, _, _, true, _, _) => _usage with { ReasoningTokens = Number(ref json) },
                (false, _, _, _, true, _) => _usage with { CompletionAudioTokens = Number(ref json) },
                (false, _, _, _, _, true) => _usage with { CompletionImageTokens = Number(ref json) },
                _ => _usage,
            };
            _isOurs |= created && isPrompt && _usage.CacheWriteTokens is not null;
            json.Skip();
        }
    }

    private void ReadServerTools(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isSearches = json.ValueTextEquals("web_search_requests"u8);
            json.Read();
            if (isSearches)
            {
                _usage = _usage with { WebSearches = Number(ref json) ?? _usage.WebSearches };
            }

            json.Skip();
        }
    }

    // A count that stands beside the place where callers look for it. What stands there goes before it.
    private int? Beside(int? known, int? told)
    {
        _isOurs |= known is null && told is not null;
        return known ?? told;
    }

    private TokenUsage? Sum(ProviderQuirks quirks)
    {
        // One of the three follows from the others. What does not is unknown, and not zero.
        if ((_prompt ?? _total - _completion) is not { } read || (_completion ?? _total - _prompt) is not { } made || read < 0 || made < 0)
        {
            return null;
        }

        long prompt = read;
        long completion = made;
        _usage = _usage with { ReasoningTokens = Beside(_usage.ReasoningTokens, _reasoning) };
        if (_usage.ReasoningTokens is > 0 and var reasoning
            && (quirks.ReasoningOutsideCompletion || reasoning > completion || _total == prompt + completion + reasoning))
        {
            completion += reasoning;
        }

        prompt += _citations; // texts that the model read
        prompt += _usage.CachedTokens is { } cached && cached > prompt ? cached : 0;
        _isOurs |= prompt != _prompt || completion != _completion || (_total is { } total && total != prompt + completion);
        return _usage with { PromptTokens = (int)Math.Min(prompt, 2 * CountMax), CompletionTokens = (int)Math.Min(completion, 2 * CountMax) };
    }

    private readonly void AppendMissing(ref PooledBuffer members)
    {
        // Without a total both are there: it would follow from them alone.
        if (_total is null && _prompt is { } prompt && _completion is { } completion)
        {
            members.Append(",\"total_tokens\":"u8);
            JsonText.AppendNumber(ref members, prompt + (long)completion);
        }
    }

    // A count is a whole number that is not negative; anything else is none, or is shown as it is billed.
    private int? Number(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.Number)
        {
            json.Skip();
            return null;
        }

        if (json.TryGetInt32(out var number) && number is >= 0 and <= CountMax)
        {
            return number;
        }

        _isOurs = true;
        return json.TryGetDouble(out var other) && other >= 0 ? (int)Math.Clamp(Math.Ceiling(other), 0, CountMax) : null;
    }
}
