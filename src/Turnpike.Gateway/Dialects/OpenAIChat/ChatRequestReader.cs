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
    private Utf8JsonReader _json;
    private readonly ReadOnlySpan<byte> _body;
    private MemberSplices _splices;
    private GatewayError? _error;

    private ChatCount _count;
    private ChatTurns _turns;
    private ChatRouteFields _route;
    private string? _model;
    private bool _stream;
    private bool _includeUsage;
    private bool _hasStreamOptions;
    private long? _maxTokens;
    private long? _maxCompletionTokens;
    private int _choices;
    private string? _user;
    private string? _sessionId;
    private Range? _plugins;
    private bool? _middleOut;
    private bool _isForeign;
    private bool _cacheMarks;
    private bool _sawPrompt;
    private readonly bool _isCompletion;
    private string? _promptCacheKey;
    private bool _echoesSent;
    private string? _serviceTier;
    private string? _preset;
    private NanoUsd? _maxCost;
    private RequestParameters _parameters;
    private bool _sawMessages;
    private Range _provider;
    private bool _hasProvider;
    private ulong _seen;

    private ChatRequestReader(ReadOnlySpan<byte> body, bool isCompletion)
    {
        _isCompletion = isCompletion;
        _body = body;
        _json = new Utf8JsonReader(body);
        _splices = new();
        _route = new();
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
        _model is null && _preset is null && _route.Fallbacks.IsEmpty ? GatewayErrors.InvalidField("model", "is missing. Name a model, as GET /api/v1/models lists them.")
        : _sawPrompt && _sawMessages ? GatewayErrors.InvalidField("prompt", "stands beside 'messages'. Send one of them.")
        : _sawPrompt ? null
        : !_sawMessages && _isCompletion ? GatewayErrors.InvalidField("prompt", "is missing. Send a text.")
        : !_sawMessages ? GatewayErrors.InvalidField("messages", "is missing. Send an array of messages.")
        : _turns.Count == 0 ? GatewayErrors.InvalidField("messages", "is empty. Send at least one message.")
        : null;

    private readonly InferenceRequest Build() => new()
    {
        Model = _model ?? _route.Fallbacks.FirstOrDefault(""), // empty only beside a preset, which says it
        FallbackModels = _model is null ? [.. _route.Fallbacks.Skip(1)] : _route.Fallbacks,
        Stream = _stream,
        IncludeUsage = _includeUsage,
        OutputLimit = _maxCompletionTokens ?? _maxTokens,
        HasBothOutputLimits = _maxCompletionTokens is not null && _maxTokens is not null,
        Choices = _choices,
        User = _user,
        SessionId = _sessionId,
        Rescue = _route.Rescue,
        IsForeign = _isForeign || _sawPrompt || _isCompletion || _count.IsForeign || _turns.IsForeign || _model is null,
        IsPlain = !_turns.HasMore && (_parameters & RequestParameters.Tools) == 0,
        HasCacheMarks = _cacheMarks || _count.HasCacheMarks,
        HasReasoningHistory = _turns.HasReasoning,
        HasDeveloperRole = _turns.HasDeveloperRole,
        HasNames = _turns.HasNames,
        IsBegun = _turns.IsBegun,
        Plugins = _plugins,
        WantsMiddleOut = _middleOut,
        IsTextCompletion = _sawPrompt || _isCompletion,
        PromptCacheKey = _promptCacheKey,
        RouteWord = _route.Word,
        RoutingStrategy = _route.Routing.Strategy,
        Hedge = _route.Routing.Hedge,
        EchoesSent = _echoesSent,
        ServiceTier = _serviceTier,
        Preset = _preset,
        MaxCost = _maxCost,
        Parameters = _parameters,
        HasImages = _count.HasImages,
        HasFiles = _count.HasFiles,
        HasVideo = _count.HasVideo,
        FirstSystemMessage = _turns.FirstSystem,
        FirstMessage = _turns.First,
        Messages = _sawPrompt ? 1 : _turns.Count,
        Images = _count.Images,
        HasAudio = _count.HasAudio,
        MediaBytes = _count.MediaBytes,
        TextBytes = _count.TextBytes,
        BodyBytes = _body.Length,
        ProviderWishes = _provider,
        HasProviderWishes = _hasProvider,
        ZeroRetention = _route.ZeroRetention,
        Splices = _splices.ToImmutable(),
        InsertAt = _splices.InsertAt,
        HasStreamOptions = _hasStreamOptions,
    };

    private void ReadBody()
    {
        _json.Read();
        if (!Expect(_json.TokenType == JsonTokenType.StartObject, "body", "a JSON object"))
        {
            return;
        }

        _splices.Open((int)_json.BytesConsumed);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var nameStart = (int)_json.TokenStartIndex;
            _splices.Begin(nameStart);
            var field = Identify();
            if (ChatFields.IsSingle(field) && (_seen & (1UL << (int)field)) != 0)
            {
                _error ??= GatewayErrors.InvalidField(_json.GetString()!, "stands twice. Send it once.");
            }

            _seen |= 1UL << (int)field;
            var parameter = RequestParameterNames.Find(_json.ValueSpan);
            ReadField(field, nameStart);
            if (_error is not null)
            {
                return;
            }

            if (_json.TokenType != JsonTokenType.Null)
            {
                _parameters |= parameter;
            }

            _splices.End((int)_json.BytesConsumed);
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

    private void ReadField(ChatField field, int nameStart)
    {
        _json.Read();
        var valueStart = (int)_json.TokenStartIndex;
        switch (field)
        {
            case ChatField.Model:
                _model = FieldReading.String(ref _json, ref _error, "model", nullable: false);
                Mark(SpliceKind.Model, valueStart);
                break;
            case ChatField.Messages:
                _sawMessages = true;
                _turns.Read(ref _json, ref _error, ref _count);
                _splices.MarkWithin(SpliceKind.BareImage, _count.BareImages);
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
                _stream = FieldReading.Boolean(ref _json, ref _error, "stream");
                break;
            case ChatField.StreamOptions:
                ReadStreamOptions();
                Mark(SpliceKind.StreamOptions, valueStart);
                break;
            case ChatField.MaxTokens:
                _maxTokens = FieldReading.OutputLimit(ref _json, ref _error, "max_tokens");
                Mark(SpliceKind.OlderOutputLimit, valueStart);
                break;
            case ChatField.MaxCompletionTokens:
                _maxCompletionTokens = FieldReading.OutputLimit(ref _json, ref _error, "max_completion_tokens");
                Mark(SpliceKind.OutputLimit, valueStart);
                break;
            case ChatField.N:
                _choices = (int)(FieldReading.Integer(ref _json, ref _error, "n", 1, 128) ?? 1);
                break;
            case ChatField.User or ChatField.SafetyIdentifier:
                _user = FieldReading.String(ref _json, ref _error, field == ChatField.User ? "user" : "safety_identifier") ?? _user;
                Mark(SpliceKind.User, valueStart);
                break;
            case ChatField.SessionId:
                _sessionId = FieldReading.String(ref _json, ref _error, "session_id");
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Models:
                _route.ReadModels(ref _json, ref _error);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Route:
                _route.ReadRoute(ref _json, ref _error);
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
                _route.ReadRescue(ref _json, ref _error);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Plugins:
                Expect(_json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, "plugins", "an array");
                _plugins = _json.TokenType == JsonTokenType.Null ? null : Skipped(valueStart);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Transforms:
                _middleOut = _json.TokenType == JsonTokenType.Null ? null : ChatRouteFields.Strings(ref _json, ref _error, "transforms").Contains("middle-out");
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Routing:
                _route.ReadRouting(ref _json, ref _error);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.ServiceTier:
                _serviceTier = FieldReading.String(ref _json, ref _error, "service_tier", lengthMax: 64);
                break;
            case ChatField.PromptCacheKey:
                _promptCacheKey = FieldReading.String(ref _json, ref _error, "prompt_cache_key", lengthMax: 1024);
                Mark(SpliceKind.CacheKey, valueStart);
                break;
            case ChatField.Preset:
                _preset = FieldReading.String(ref _json, ref _error, "preset");
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.MaxCost:
                _maxCost = FieldReading.Dollars(ref _json, ref _error, "max_cost");
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Debug:
                _echoesSent = ChatDebug.WantsEcho(ref _json, ref _error);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.ZeroRetention:
                _route.ReadZeroRetention(ref _json, ref _error, FieldReading.NameAt(_body[nameStart..]));
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Ours:
                _json.Skip();
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ChatField.Number:
                ExpectField(nameStart, _json.TokenType is JsonTokenType.Number or JsonTokenType.Null, "a number");
                FieldReading.Bound(ref _json, ref _error, _body[nameStart..]);
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
    }

    private Range Skipped(int valueStart)
    {
        _json.Skip();
        return valueStart..(int)_json.BytesConsumed;
    }

    // The form before messages: a text, or a list of one.
    private void ReadPrompt()
    {
        _sawPrompt = true;
        var isList = _json.TokenType == JsonTokenType.StartArray;
        if (isList)
        {
            _json.Read();
        }

        if (!Expect(_json.TokenType == JsonTokenType.String, "prompt", "a text"))
        {
            return;
        }

        _count.Value(ref _json);
        if (isList && _json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            _error ??= GatewayErrors.InvalidField("prompt", "has more than one text. Send one request for each.");
        }
    }

    private void ReadTools()
    {
        if (Expect(_json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, "tools", "an array"))
        {
            _count.Tools(ref _json);
        }
    }

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
                _includeUsage = FieldReading.Boolean(ref _json, ref _error, "stream_options.include_usage");
            }
            else
            {
                _json.Skip();
            }
        }
    }

    private void Mark(SpliceKind kind, int valueStart) => _splices.Mark(kind, valueStart, (int)_json.BytesConsumed);

    private bool Expect(bool holds, string field, string expected) => FieldReading.Expect(ref _json, ref _error, holds, field, expected);

    private void ExpectField(int nameStart, bool holds, string expected)
    {
        if (!holds)
        {
            Expect(holds: false, FieldReading.NameAt(_body[nameStart..]), expected);
        }
    }
}
