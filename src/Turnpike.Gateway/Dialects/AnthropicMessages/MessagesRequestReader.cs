using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Reads a request in one forward pass: what routing and billing need, and where the fields stand that are not sent as they came.
/// Pure; never throws on a body, however broken.</summary>
internal ref struct MessagesRequestReader
{
    /// <summary>Fields whose second would decide who pays what, or what is sent.</summary>
    private static readonly ImmutableArray<string> Single = ["model", "messages", "system", "max_tokens", "stream", "metadata", "tools"];

    private Utf8JsonReader _json;
    private readonly ReadOnlySpan<byte> _body;
    private MemberSplices _splices;
    private GatewayError? _error;

    private OurFields _ours;
    private MessagesCount _count;
    private uint _seen;
    private string? _model;
    private bool _stream;
    private long? _outputLimit;
    private string? _user;
    private string? _serviceTier;
    private ServingMode _mode;
    private RequestParameters _parameters;
    private int _messages;
    private bool _hasMore; // than roles and texts
    private bool _isForeign;
    private int _searches;
    private Range _system;
    private Range _firstMessage;

    private MessagesRequestReader(ReadOnlySpan<byte> body)
    {
        _body = body;
        _json = new Utf8JsonReader(body);
        _splices = new();
        _ours = new();
    }

    /// <summary>Reads a body. False with the error to tell (400, with position or field) when it is not a request.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error)
    {
        var reader = new MessagesRequestReader(body);
        try
        {
            reader.ReadBody();
            error = reader._error ?? reader._ours.Error ?? reader.Missing();
        }
        catch (JsonException exception)
        {
            error = MalformedBody.Of(exception, body.IsEmpty);
        }
        catch (InvalidOperationException)
        {
            error = GatewayErrors.MalformedJson(1, reader._json.TokenStartIndex + 1, "a string is not valid Unicode.");
        }

        request = error is null ? reader.Build() : null;
        return error is null;
    }

    private readonly GatewayError? Missing() =>
        _model is null && _ours is { Preset: null, Models.IsEmpty: true } ? GatewayErrors.InvalidField("model", "is missing. Name a model, as GET /api/v1/models lists them.")
        : !Saw("messages") ? GatewayErrors.InvalidField("messages", "is missing. Send an array of messages.")
        : _messages == 0 ? GatewayErrors.InvalidField("messages", "is empty. Send at least one message.")
        : null;

    private readonly InferenceRequest Build() => new()
    {
        Model = _model ?? _ours.Models.FirstOrDefault(""), // empty only beside a preset, which says it
        FallbackModels = _model is null ? [.. _ours.Models.Skip(1)] : _ours.Models,
        Stream = _stream,
        OutputLimit = _outputLimit,
        User = _user ?? _ours.User,
        SessionId = _ours.SessionId,
        Rescue = _ours.Rescue,
        IsForeign = _isForeign || _model is null,
        IsPlain = !_hasMore && (_parameters & RequestParameters.Tools) == 0,
        Plugins = _ours.Plugins,
        WantsMiddleOut = _ours.WantsMiddleOut,
        RouteWord = _ours.RouteWord,
        RoutingStrategy = _ours.Routing.Strategy,
        Hedge = _ours.Routing.Hedge,
        ServiceTier = _serviceTier,
        Mode = _mode,
        Preset = _ours.Preset,
        MaxCost = _ours.MaxCost,
        Parameters = _parameters,
        SearchesMax = _searches,
        HasImages = _count.HasImages,
        HasFiles = _count.HasFiles,
        FirstSystemMessage = _system,
        FirstMessage = _firstMessage,
        Messages = _messages + (_system.End.Value > 0 ? 1 : 0),
        Images = _count.Images,
        HasForeignReasoning = _count.HasForeign,
        MediaBytes = _count.MediaBytes,
        TextBytes = _count.TextBytes,
        BodyBytes = _body.Length,
        ProviderWishes = _ours.Provider ?? default,
        HasProviderWishes = _ours.Provider is not null,
        ZeroRetention = _ours.ZeroRetention,
        Splices = _splices.ToImmutable(),
        InsertAt = _splices.InsertAt,
    };

    private readonly bool Saw(string name) => (_seen & (1U << Single.IndexOf(name))) != 0;

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
            _splices.Begin((int)_json.TokenStartIndex);
            var name = _json.GetString()!; // a property has a name
            var parameter = MessagesFields.ParameterOf(name, _json.ValueSpan);
            SeeOnce(name);
            _json.Read();
            _parameters |= _json.TokenType == JsonTokenType.Null ? RequestParameters.None : parameter;
            ReadMember(name);
            if ((_error ?? _ours.Error) is not null)
            {
                return;
            }

            _splices.End((int)_json.BytesConsumed);
        }

        _json.Read(); // nothing may follow the object; the reader throws where something does
    }

    private void SeeOnce(string name)
    {
        var index = Single.IndexOf(name);
        if (index < 0)
        {
            return;
        }

        if (Saw(name))
        {
            _error ??= GatewayErrors.InvalidField(name, "stands twice. Send it once.");
        }

        _seen |= 1U << index;
    }

    private void ReadMember(string name)
    {
        var valueStart = (int)_json.TokenStartIndex;
        if (_ours.TryRead(name, ref _json))
        {
            Mark(SpliceKind.Cut, valueStart);
        }
        else
        {
            ReadField(name, valueStart);
        }
    }

    private void ReadField(string name, int valueStart)
    {
        switch (name)
        {
            case "model":
                _model = FieldReading.String(ref _json, ref _error, name, nullable: false);
                Mark(SpliceKind.Model, valueStart);
                break;
            case "messages":
                ReadMessages();
                break;
            case "system":
                Expect(_json.TokenType is JsonTokenType.String or JsonTokenType.StartArray or JsonTokenType.Null, name, "a string or an array of text blocks");
                var isSaid = _json.TokenType != JsonTokenType.Null;
                _count.Value(ref _json);
                _system = isSaid ? valueStart..(int)_json.BytesConsumed : default;
                break;
            case "speed":
                _mode = _mode with { Speed = FieldReading.String(ref _json, ref _error, name, lengthMax: 32) };
                break;
            case "inference_geo":
                _mode = _mode with { InferenceGeo = FieldReading.String(ref _json, ref _error, name, lengthMax: 32) };
                break;
            case "tools":
                Expect(_json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, name, "an array");
                _count.Value(ref _json);
                if (_json.TokenType == JsonTokenType.EndArray)
                {
                    ReadTools(_body[valueStart..(int)_json.BytesConsumed], valueStart);
                }

                break;
            case "stream":
                _stream = FieldReading.Boolean(ref _json, ref _error, name);
                break;
            case "max_tokens":
                _outputLimit = FieldReading.OutputLimit(ref _json, ref _error, name);
                Mark(SpliceKind.OutputLimit, valueStart);
                break;
            case "metadata":
                ReadMetadata();
                break;
            case "output_config":
                ReadOutputConfig();
                break;
            case "service_tier":
                // auto and standard_only are Anthropic's own; the others name endpoints of a tier.
                _serviceTier = FieldReading.String(ref _json, ref _error, name) is { } tier and not ("auto" or "standard_only") ? tier : null;
                break;
            case MessagesFields.Thread when _json.TokenType != JsonTokenType.Null:
                _error ??= GatewayErrors.InvalidField(name, "cannot be used: conversations are not kept here. Send all of the messages.");
                _json.Skip();
                break;
            default:
                var (holds, expected) = MessagesFields.Check(name, _json.TokenType);
                Expect(holds, name, expected);
                FieldReading.Bound(ref _json, ref _error, name);
                _json.Skip();
                break;
        }
    }

    private void ReadTools(ReadOnlySpan<byte> tools, int at)
    {
        _searches = SearchTools.Sum(tools, at, _splices);
        if (AdvisorTools.AreAmong(tools))
        {
            _error ??= GatewayErrors.InvalidField("tools", "have an advisor: another model, whose tokens could not be held or charged here. Leave it out.");
        }
    }

    private void ReadOutputConfig()
    {
        if (!Expect(_json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, "output_config", "an object") || _json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isFormat = _json.ValueTextEquals("format"u8);
            _json.Read();
            _parameters |= isFormat && _json.TokenType != JsonTokenType.Null ? RequestParameters.ResponseFormat : RequestParameters.None;
            _json.Skip();
        }
    }

    // Whose end user it is, is not told; the rest of the object is.
    private void ReadMetadata()
    {
        if (!Expect(_json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, "metadata", "an object") || _json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isUser = _json.ValueTextEquals("user_id"u8);
            _json.Read();
            if (isUser && FieldReading.String(ref _json, ref _error, "metadata.user_id", lengthMax: 4096) is { } user)
            {
                _user = user;
                _splices.MarkWithin(SpliceKind.User, (int)_json.TokenStartIndex, (int)_json.BytesConsumed);
            }

            _json.Skip();
        }
    }

    private void ReadMessages()
    {
        if (!Expect(_json.TokenType == JsonTokenType.StartArray, "messages", "an array"))
        {
            return;
        }

        while (_error is null && _json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (!Expect(_json.TokenType == JsonTokenType.StartObject, $"messages[{_messages}]", "an object"))
            {
                return;
            }

            var start = (int)_json.TokenStartIndex;
            ReadMessage();
            _firstMessage = _messages == 0 ? start..(int)_json.BytesConsumed : _firstMessage;
            _messages++;
        }
    }

    private void ReadMessage()
    {
        var (sawRole, sawContent) = (false, false);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = _json.ValueTextEquals("role"u8);
            var isContent = _json.ValueTextEquals("content"u8);
            _json.Read();
            _hasMore |= _json.TokenType != JsonTokenType.String || (!isRole && !isContent);
            if (isRole)
            {
                sawRole = Expect(_json.TokenType == JsonTokenType.String, $"messages[{_messages}].role", "a string");
                _hasMore |= sawRole && _json.ValueTextEquals("developer"u8); // nobody here

                // The system's word may stand between turns; in front of them, Anthropic wants it elsewhere.
                _isForeign |= sawRole && _messages == 0 && _json.ValueTextEquals("system"u8);
            }

            if (isContent)
            {
                sawContent = Expect(
                    _json.TokenType is JsonTokenType.String or JsonTokenType.StartArray, $"messages[{_messages}].content", "a string or an array of blocks");
            }

            if (_error is not null)
            {
                return;
            }

            _count.Value(ref _json);
        }

        if (!sawRole || !sawContent)
        {
            _error ??= GatewayErrors.InvalidField($"messages[{_messages}].{(sawRole ? "content" : "role")}", "is missing.");
        }
    }

    private void Mark(SpliceKind kind, int valueStart) => _splices.Mark(kind, valueStart, (int)_json.BytesConsumed);

    private bool Expect(bool holds, string field, string expected) => FieldReading.Expect(ref _json, ref _error, holds, field, expected);
}
