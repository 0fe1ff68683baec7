using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads a chat request in one forward pass: what routing and billing need, and where the fields stand that are not sent as
/// they came. Pure; never throws on a body, however broken.</summary>
internal ref struct ChatRequestReader
{
    private const int MediaStringMin = 256;

    private Utf8JsonReader _json;
    private readonly ReadOnlySpan<byte> _body;
    private readonly ImmutableArray<Splice>.Builder _splices;
    private GatewayError? _error;

    // The member being read: where it starts, and how it is left out if it must be.
    private int _memberStart;
    private int _previousEnd;
    private bool _anyKept;
    private int _leadingCuts;

    private string? _model;
    private ImmutableArray<string> _fallbacks;
    private bool _stream;
    private bool _includeUsage;
    private bool _hasStreamOptions;
    private long? _maxTokens;
    private long? _maxCompletionTokens;
    private int _choices;
    private string? _user;
    private string? _sessionId;
    private string? _rescue;
    private bool _isForeign;
    private bool _developer;
    private bool _names;
    private bool _isBegun;
    private bool _cacheMarks;
    private bool _thoughts;
    private bool _files;
    private Range? _plugins;
    private bool? _middleOut;
    private bool _sawPrompt;
    private readonly bool _isCompletion;
    private string? _promptCacheKey;
    private string? _routeWord;
    private string? _routingStrategy;
    private string? _serviceTier;
    private string? _preset;
    private NanoUsd? _maxCost;
    private RequestParameters _parameters;
    private int _messages;
    private bool _sawMessages;
    private int _images;
    private bool _audio;
    private bool _pictures;
    private bool _video;
    private Range _firstSystem;
    private Range _firstMessage;
    private long _mediaBytes;
    private long _textBytes;
    private Range _provider;
    private bool _hasProvider;
    private int _insertAt;
    private ulong _seen;

    private ChatRequestReader(ReadOnlySpan<byte> body, bool isCompletion)
    {
        _isCompletion = isCompletion;
        _body = body;
        _json = new Utf8JsonReader(body);
        _splices = ImmutableArray.CreateBuilder<Splice>(2);
        _fallbacks = [];
        _choices = 1;
    }

    /// <summary>Reads a body. False with the error to tell (400, with position or field) when it is not a chat request.</summary>
    /// <param name="isCompletion">It came to the address of text completions, whose <c>logprobs</c> is a number.</param>
    public static bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error, bool isCompletion = false)
    {
        var reader = new ChatRequestReader(body, isCompletion);
        try
        {
            reader.ReadBody();
            error = reader._error ?? reader.Missing();
        }
        catch (JsonException exception)
        {
            error = MalformedBody.Of(exception, body.IsEmpty);
        }
        catch (InvalidOperationException)
        {
            // What a string holds cannot be read as text: an escape that is half a surrogate pair, or bytes that are not UTF-8.
            error = GatewayErrors.MalformedJson(1, reader._json.TokenStartIndex + 1, "a string is not valid Unicode.");
        }

        request = error is null ? reader.Build() : null;
        return error is null;
    }

    private readonly GatewayError? Missing() =>
        _model is null && _preset is null && _fallbacks.IsEmpty ? GatewayErrors.InvalidField("model", "is missing. Name a model, as GET /api/v1/models lists them.")
        : _sawPrompt && _sawMessages ? GatewayErrors.InvalidField("prompt", "stands beside 'messages'. Send one of them.")
        : _sawPrompt ? null
        : !_sawMessages && _isCompletion ? GatewayErrors.InvalidField("prompt", "is missing. Send a text.")
        : !_sawMessages ? GatewayErrors.InvalidField("messages", "is missing. Send an array of messages.")
        : _messages == 0 ? GatewayErrors.InvalidField("messages", "is empty. Send at least one message.")
        : null;

    private readonly InferenceRequest Build() => new()
    {
        Model = _model ?? _fallbacks.FirstOrDefault(""), // empty only beside a preset, which says it
        FallbackModels = _model is null ? [.. _fallbacks.Skip(1)] : _fallbacks,
        Stream = _stream,
        IncludeUsage = _includeUsage,
        OutputLimit = _maxCompletionTokens ?? _maxTokens,
        HasBothOutputLimits = _maxCompletionTokens is not null && _maxTokens is not null,
        Choices = _choices,
        User = _user,
        SessionId = _sessionId,
        Rescue = _rescue,
        IsForeign = _isForeign || _isCompletion || _model is null,
        HasCacheMarks = _cacheMarks,
        HasReasoningHistory = _thoughts,
        HasDeveloperRole = _developer,
        HasNames = _names,
        IsBegun = _isBegun,
        Plugins = _plugins,
        WantsMiddleOut = _middleOut,
        IsTextCompletion = _sawPrompt || _isCompletion,
        PromptCacheKey = _promptCacheKey,
        RouteWord = _routeWord,
        RoutingStrategy = _routingStrategy,
        ServiceTier = _serviceTier,
        Preset = _preset,
        MaxCost = _maxCost,
        Parameters = _parameters,
        HasImages = _pictures,
        HasFiles = _files,
        HasVideo = _video,
        FirstSystemMessage = _firstSystem,
        FirstMessage = _firstMessage,
        Messages = _messages,
        Images = _images,
        HasAudio = _audio,
        MediaBytes = _mediaBytes,
        TextBytes = _textBytes,
        BodyBytes = _body.Length,
        ProviderWishes = _provider,
        HasProviderWishes = _hasProvider,
        Splices = _splices.ToImmutable(),
        InsertAt = _insertAt,
        HasStreamOptions = _hasStreamOptions,
    };

    private void ReadBody()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _error = GatewayErrors.WrongType("body", "a JSON object", Describe(_json.TokenType));
            return;
        }

        _insertAt = (int)_json.BytesConsumed;
        _previousEnd = _insertAt;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            _memberStart = (int)_json.TokenStartIndex;
            CloseLeadingCuts();
            var field = Identify();
            if (ChatFields.IsSingle(field) && (_seen & (1UL << (int)field)) != 0)
            {
                _error ??= GatewayErrors.InvalidField(_json.GetString()!, "stands twice. Send it once.");
            }

            _seen |= 1UL << (int)field;
            var parameter = RequestParameterNames.Find(_json.ValueSpan);
            ReadField(field);
            if (_error is not null)
            {
                return;
            }

            if (_json.TokenType != JsonTokenType.Null)
            {
                _parameters |= parameter;
            }

            _previousEnd = (int)_json.BytesConsumed;
        }

        _json.Read(); // nothing may follow the object; the reader throws where something does
    }

    private readonly ChatField Identify()
    {
        if (!_json.ValueIsEscaped)
        {
            return ChatFields.Identify(_json.ValueSpan);
        }

        Span<byte> name = stackalloc byte[64];
        return _json.ValueSpan.Length > name.Length ? ChatField.Other : ChatFields.Identify(name[.._json.CopyString(name)]);
    }

    private void ReadField(ChatField field)
    {
        var nameStart = _memberStart;
        _json.Read();
        var valueStart = (int)_json.TokenStartIndex;
        switch (field)
        {
            case ChatField.Model:
                _model = ReadString("model", nullable: false, lengthMax: 256);
                Mark(SpliceKind.Model, valueStart);
                break;
            case ChatField.Messages:
                ReadMessages();
                break;
            case ChatField.Prompt:
                ReadPrompt();
                break;
            case ChatField.Tools:
                ReadTools();
                break;
            case ChatField.Functions:
                _isForeign |= _json.TokenType != JsonTokenType.Null; // few hosts know the form before tools
                ReadTools();
                break;
            case ChatField.CacheControl:
                _cacheMarks = true;
                _json.Skip();
                break;
            case ChatField.Stream:
                _stream = ReadBoolean("stream");
                break;
            case ChatField.StreamOptions:
                ReadStreamOptions();
                Mark(SpliceKind.StreamOptions, valueStart);
                break;
            case ChatField.MaxTokens:
                _maxTokens = ReadOutputLimit("max_tokens");
                Mark(SpliceKind.OlderOutputLimit, valueStart);
                break;
            case ChatField.MaxCompletionTokens:
                _maxCompletionTokens = ReadOutputLimit("max_completion_tokens");
                Mark(SpliceKind.OutputLimit, valueStart);
                break;
            case ChatField.N:
                _choices = (int)(ReadInteger("n", 1, 128) ?? 1);
                break;
            case ChatField.User:
                _user = ReadString("user", nullable: true, lengthMax: 256);
                Mark(SpliceKind.User, valueStart);
                break;
            case ChatField.SessionId:
                _sessionId = ReadString("session_id", nullable: true, lengthMax: 256);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Models:
                _fallbacks = ReadStrings("models");
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Route:
                ReadRoute();
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Provider:
                Expect(_json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, "provider", "an object");
                _hasProvider = _json.TokenType == JsonTokenType.StartObject;
                _json.Skip();
                _provider = valueStart..(int)_json.BytesConsumed;
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Rescue:
                ReadRescue();
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Plugins:
                Expect(_json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, "plugins", "an array");
                _plugins = _json.TokenType == JsonTokenType.Null ? null : Skipped(valueStart);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Transforms:
                _middleOut = _json.TokenType == JsonTokenType.Null ? null : ReadStrings("transforms").Contains("middle-out");
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Routing:
                ReadRouting();
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.ServiceTier:
                _serviceTier = ReadString("service_tier", nullable: true, lengthMax: 64);
                break;
            case ChatField.PromptCacheKey:
                _promptCacheKey = ReadString("prompt_cache_key", nullable: true, lengthMax: 1024);
                break;
            case ChatField.Preset:
                _preset = ReadString("preset", nullable: true, lengthMax: 256);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.MaxCost:
                _maxCost = ReadDollars("max_cost");
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Ours:
                _json.Skip();
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Number:
                ExpectField(nameStart, _json.TokenType is JsonTokenType.Number or JsonTokenType.Null, "a number");
                break;
            case ChatField.Boolean when _isCompletion && _json.TokenType == JsonTokenType.Number:
                break;
            case ChatField.Boolean:
                ExpectField(nameStart, _json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null, "true or false");
                break;
            case ChatField.StringOrArray:
                ExpectField(nameStart, _json.TokenType is JsonTokenType.String or JsonTokenType.StartArray or JsonTokenType.Null, "a string or an array of strings");
                _json.Skip();
                break;
            case ChatField.Object:
                ExpectField(nameStart, _json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, "an object");
                _json.Skip();
                break;
            case ChatField.Other:
                _json.Skip();
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        _anyKept |= _splices.Count == 0 || _splices[^1].ValueStart != valueStart || IsKept(_splices[^1].Kind);
    }

    // A member that may be left out takes a comma with it: the one before it, or, while nothing has been kept, the one behind it.
    private void Mark(SpliceKind kind, int valueStart)
    {
        var valueEnd = (int)_json.BytesConsumed;
        if (IsKept(kind))
        {
            _splices.Add(new(kind, _memberStart, valueEnd, valueStart, valueEnd));
        }
        else if (_anyKept)
        {
            _splices.Add(new(kind, _previousEnd, valueEnd, valueStart, valueEnd));
        }
        else
        {
            _splices.Add(new(kind, _memberStart, valueEnd, valueStart, valueEnd));
            _leadingCuts++;
        }
    }

    private static bool IsKept(SpliceKind kind) => kind is not (SpliceKind.Cut or SpliceKind.StreamOptions);

    private void CloseLeadingCuts()
    {
        if (_leadingCuts > 0)
        {
            // stretched to where this member begins, so that the comma between goes too
            _splices[^1] = _splices[^1] with { End = _memberStart };
            _leadingCuts = 0;
        }
    }

    private void ReadMessages()
    {
        _sawMessages = true;
        if (!Expect(_json.TokenType == JsonTokenType.StartArray, "messages", "an array"))
        {
            return;
        }

        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.StartObject)
            {
                _error ??= GatewayErrors.WrongType($"messages[{_messages}]", "an object", Describe(_json.TokenType));
                return;
            }

            ReadMessage();
            if (_error is not null)
            {
                return;
            }

            _messages++;
        }
    }

    private void ReadMessage()
    {
        var sawRole = false;
        var isSystem = false;
        var start = (int)_json.TokenStartIndex;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = _json.ValueTextEquals("role"u8);
            var isContent = !isRole && _json.ValueTextEquals("content"u8);
            _thoughts |= _json.ValueSpan.StartsWith("reasoning"u8);
            _names |= !isRole && !isContent && (_json.ValueTextEquals("name"u8) || _json.ValueTextEquals("tool_call_id"u8) || _json.ValueTextEquals("tool_calls"u8));
            _json.Read();
            if (isRole)
            {
                sawRole = true;
                if (_json.TokenType != JsonTokenType.String)
                {
                    _error ??= GatewayErrors.WrongType($"messages[{_messages}].role", "a string", Describe(_json.TokenType));
                    return;
                }

                var isDeveloper = _json.ValueTextEquals("developer"u8);
                _developer |= isDeveloper;
                _isBegun = _json.ValueTextEquals("assistant"u8); // the last message says
                isSystem = isDeveloper || _json.ValueTextEquals("system"u8);
                _isForeign |= _json.ValueTextEquals("function"u8); // what a tool's answer was called before there were tools
            }
            else if (isContent && _json.TokenType is not (JsonTokenType.String or JsonTokenType.StartArray or JsonTokenType.Null))
            {
                _error ??= GatewayErrors.WrongType($"messages[{_messages}].content", "a string or an array of parts", Describe(_json.TokenType));
                return;
            }
            else
            {
                CountValue();
            }
        }

        if (!sawRole)
        {
            _error ??= GatewayErrors.InvalidField($"messages[{_messages}].role", "is missing. Use system, developer, user, assistant or tool.");
        }

        ref var first = ref isSystem ? ref _firstSystem : ref _firstMessage;
        if (first.End.Value == 0)
        {
            first = start..(int)_json.BytesConsumed;
        }
    }

    private Range Skipped(int valueStart)
    {
        _json.Skip();
        return valueStart..(int)_json.BytesConsumed;
    }

    // The form before messages: a text, or a list of one.
    private void ReadPrompt()
    {
        _sawPrompt = _isForeign = true;
        _messages = 1;
        var isList = _json.TokenType == JsonTokenType.StartArray;
        if (isList)
        {
            _json.Read();
        }

        if (!Expect(_json.TokenType == JsonTokenType.String, "prompt", "a text"))
        {
            return;
        }

        CountToken(isData: false);
        if (isList && _json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            _error ??= GatewayErrors.InvalidField("prompt", "has more than one text. Send one request for each.");
        }
    }

    private void ReadTools()
    {
        if (Expect(_json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, "tools", "an array"))
        {
            CountValue();
        }
    }

    // Walks over a value and counts its text and its media.
    private void CountValue()
    {
        var depth = _json.CurrentDepth;
        var isContainer = _json.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;
        if (!isContainer)
        {
            CountToken(isData: false);
            return;
        }

        while (_json.Read() && _json.CurrentDepth > depth)
        {
            if (_json.TokenType != JsonTokenType.PropertyName)
            {
                CountToken(isData: false);
                continue;
            }

            var isType = _json.ValueTextEquals("type"u8);
            _cacheMarks |= _json.ValueTextEquals("cache_control"u8);
            var isData = !isType && (_json.ValueTextEquals("data"u8) || _json.ValueTextEquals("file_data"u8) || _json.ValueTextEquals("url"u8));
            if (isType || isData)
            {
                _json.Read();
                if (isType && _json.TokenType == JsonTokenType.String)
                {
                    CountPart();
                }

                CountToken(isData);
            }
        }
    }

    private void CountPart()
    {
        if (_json.ValueTextEquals("image_url"u8) || _json.ValueTextEquals("image"u8))
        {
            _images++;
            _pictures = true;
        }
        else if (_json.ValueTextEquals("file"u8) || _json.ValueTextEquals("input_file"u8))
        {
            _images++;
            _files = true;
        }
        else if (_json.ValueTextEquals("input_audio"u8))
        {
            _audio = true;
        }
        else if (_json.ValueTextEquals("document"u8))
        {
            _isForeign = _files = true; // Anthropic's form of a file
        }
        else if (_json.ValueTextEquals("video_url"u8) || _json.ValueTextEquals("input_video"u8))
        {
            _video = true;
        }
    }

    private void CountToken(bool isData)
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            return;
        }

        var length = _json.ValueSpan.Length;
        if (isData && length >= MediaStringMin && IsMedia(_json.ValueSpan))
        {
            _mediaBytes += length;
        }
        else
        {
            _textBytes += length;
        }
    }

    // Base64, bare or in a data URL: no spaces in its first part. Text that somebody calls "data" goes on counting as text.
    private static bool IsMedia(ReadOnlySpan<byte> value) =>
        value.StartsWith("data:"u8) || value[..MediaStringMin].IndexOfAny(" \\\"<{"u8) < 0;

    private void ReadStreamOptions()
    {
        _hasStreamOptions = true;
        if (!Expect(_json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, "stream_options", "an object")
            || _json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = _json.ValueTextEquals("include_usage"u8);
            _json.Read();
            if (isUsage)
            {
                _includeUsage = ReadBoolean("stream_options.include_usage");
            }
            else
            {
                _json.Skip();
            }
        }
    }

    // A word is the older form of provider.sort.partition; an object with fallbacks is the older form of models.
    private void ReadRoute()
    {
        if (!Expect(_json.TokenType is JsonTokenType.String or JsonTokenType.StartObject or JsonTokenType.Null, "route", "a string or an object"))
        {
            return;
        }

        if (_json.TokenType == JsonTokenType.String)
        {
            _routeWord = ReadWord("route", ["fallback", "sort"]);
        }

        if (_json.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isFallbacks = _json.ValueTextEquals("fallbacks"u8);
            _json.Read();
            if (isFallbacks)
            {
                _fallbacks = ReadStrings("route.fallbacks");
            }
            else
            {
                _json.Skip();
            }
        }
    }

    private void ReadRescue()
    {
        _rescue = ReadString("rescue", nullable: true, lengthMax: 16);
        if (_rescue is not (null or "off" or "error" or "continue" or "restart"))
        {
            _error ??= GatewayErrors.InvalidField("rescue", "must be off, error, continue or restart.");
        }
    }

    private void ReadRouting()
    {
        if (!Expect(_json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, "routing", "an object") || _json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isStrategy = _json.ValueTextEquals("strategy"u8);
            _json.Read();
            if (isStrategy && _json.TokenType != JsonTokenType.Null)
            {
                _routingStrategy = ReadWord("routing.strategy", ["cost", "speed", "quality"]);
            }
            else
            {
                _json.Skip();
            }
        }
    }

    private string? ReadWord(string field, scoped ReadOnlySpan<string> words)
    {
        var said = ReadString(field, nullable: false, lengthMax: 256);
        if (said is not null && !words.Contains(said))
        {
            _error ??= GatewayErrors.InvalidField(field, $"must be one of: {string.Join(", ", words)}.");
        }

        return said;
    }

    // An amount as a number or as text, rounded down: it is a promise to the caller.
    private NanoUsd? ReadDollars(string field)
    {
        if (_json.TokenType == JsonTokenType.Null || !Expect(_json.TokenType is JsonTokenType.Number or JsonTokenType.String, field, "an amount in dollars"))
        {
            return null;
        }

        var text = _json.TokenType == JsonTokenType.String ? _json.GetString() : System.Text.Encoding.UTF8.GetString(_json.ValueSpan);
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var usd) && usd is > 0 and <= 1_000_000)
        {
            return new((long)decimal.Floor(usd * NanoUsd.PerUsd));
        }

        _error ??= GatewayErrors.InvalidField(field, "must be an amount in dollars above 0, up to 1000000.");
        return null;
    }

    private ImmutableArray<string> ReadStrings(string field)
    {
        const int countMax = 32;
        if (!Expect(_json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, field, "an array of strings") || _json.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        var strings = ImmutableArray.CreateBuilder<string>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (ReadString($"{field}[{strings.Count}]", nullable: false, lengthMax: 256) is not { } text)
            {
                return [];
            }

            if (strings.Count == countMax)
            {
                _error ??= GatewayErrors.InvalidField(field, $"has more than {countMax} entries. Send fewer.");
                return [];
            }

            strings.Add(text);
        }

        return strings.ToImmutable();
    }

    private string? ReadString(string field, bool nullable, int lengthMax)
    {
        if (nullable && _json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (!Expect(_json.TokenType == JsonTokenType.String, field, "a string"))
        {
            return null;
        }

        if (_json.ValueSpan.Length > lengthMax)
        {
            _error ??= GatewayErrors.InvalidField(field, $"is longer than {lengthMax} bytes. Shorten it.");
            return null;
        }

        return _json.GetString();
    }

    private bool ReadBoolean(string field)
    {
        Expect(_json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null, field, "true or false");
        return _json.TokenType == JsonTokenType.True;
    }

    private long? ReadOutputLimit(string field) => ReadInteger(field, 1, 100_000_000);

    private long? ReadInteger(string field, long min, long max)
    {
        if (_json.TokenType == JsonTokenType.Null || !Expect(_json.TokenType == JsonTokenType.Number, field, "a whole number"))
        {
            return null;
        }

        // 100.0 is a whole number to every JSON library but one
        var isWhole = _json.TryGetInt64(out var number)
            || (_json.TryGetDecimal(out var fraction) && fraction == decimal.Truncate(fraction) && Math.Abs(fraction) <= long.MaxValue && (number = (long)fraction) == fraction);
        if (!isWhole || number < min || number > max)
        {
            _error ??= GatewayErrors.InvalidField(field, $"must be a whole number from {min} to {max}.");
            return null;
        }

        return number;
    }

    private bool Expect(bool holds, string field, string expected)
    {
        if (!holds)
        {
            _error ??= GatewayErrors.WrongType(field, expected, Describe(_json.TokenType));
        }

        return holds;
    }

    private void ExpectField(int nameStart, bool holds, string expected)
    {
        if (!holds)
        {
            var name = _body[(nameStart + 1)..];
            Expect(holds: false, System.Text.Encoding.UTF8.GetString(name[..name.IndexOf((byte)'"')]), expected);
        }
    }

    internal static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "something else",
    };
}
