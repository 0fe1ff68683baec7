using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Reads a request in one forward pass: what routing and billing need, and where the fields stand that are not sent as they came.
/// Pure; never throws on a body, however broken.</summary>
internal ref struct ResponsesRequestReader
{
    private Utf8JsonReader _json;
    private readonly ReadOnlySpan<byte> _body;
    private MemberSplices _splices;
    private GatewayError? _error;

    private OurFields _ours;
    private ResponsesCount _count;
    private uint _seen;
    private string? _model;
    private bool _stream;
    private long? _outputLimit;
    private string? _user;
    private string? _serviceTier;
    private string? _promptCacheKey;
    private RequestParameters _parameters;
    private bool _isForeign;
    private bool _maySearch;
    private long? _toolCallsMax;
    private string? _previous;
    private bool? _store;
    private ImmutableArray<ItemReference>.Builder? _references;
    private Range _input;
    private Range _instructions;
    private Range _firstSystem;
    private Range _first;

    private ResponsesRequestReader(ReadOnlySpan<byte> body)
    {
        _body = body;
        _json = new Utf8JsonReader(body);
        _splices = new();
        _ours = new();
    }

    /// <summary>Reads a body. False with the error to tell (400, with position or field) when it is not a request.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error)
    {
        var reader = new ResponsesRequestReader(body);
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
        : !Saw(ResponsesField.Input) ? GatewayErrors.InvalidField("input", "is missing. Send a text, or an array of items.")
        : _count.Items == 0 ? GatewayErrors.InvalidField("input", "is empty. Send at least one item.")
        : null;

    private readonly InferenceRequest Build() => new()
    {
        Model = _model ?? _ours.Models.FirstOrDefault(""), // empty only beside a preset, which says it
        FallbackModels = _model is null ? [.. _ours.Models.Skip(1)] : _ours.Models,
        Stream = _stream,
        OutputLimit = _outputLimit,
        User = _user,
        SessionId = _ours.SessionId,
        Rescue = _ours.Rescue,
        IsForeign = _isForeign || _count.HasChatMedia || _model is null,
        IsPlain = !_count.HasMore,
        Plugins = _ours.Plugins,
        WantsMiddleOut = _ours.WantsMiddleOut,
        PromptCacheKey = _promptCacheKey,
        RouteWord = _ours.RouteWord,
        RoutingStrategy = _ours.Routing.Strategy,
        Hedge = _ours.Routing.Hedge,
        ServiceTier = _serviceTier,
        Preset = _ours.Preset,
        MaxCost = _ours.MaxCost,
        Parameters = _parameters,
        SearchesMax = _maySearch ? SearchTools.Bounded(_toolCallsMax ?? SearchTools.SearchesMax) : 0,
        HasToolCallsMax = _toolCallsMax is not null,
        HasImages = _count.HasImages,
        HasFiles = _count.HasFiles,
        HasVideo = _count.HasVideo,
        FirstSystemMessage = _instructions.End.Value > 0 ? _instructions : _firstSystem,
        FirstMessage = _first,
        Messages = _count.Items + (_instructions.End.Value > 0 ? 1 : 0),
        Images = _count.Images,
        HasAudio = _count.HasAudio,
        HasCacheMarks = _count.HasCacheMarks,
        HasForeignReasoning = _count.HasEnvelope,
        MediaBytes = _count.MediaBytes,
        TextBytes = _count.TextBytes,
        BodyBytes = _body.Length,
        ProviderWishes = _ours.Provider ?? default,
        HasProviderWishes = _ours.Provider is not null,
        ZeroRetention = _ours.ZeroRetention,
        Splices = _splices.ToImmutable(),
        InsertAt = _splices.InsertAt,
        HasInclude = Saw(ResponsesField.Include),
        PreviousResponse = _previous,
        Store = _store,
        ItemReferences = _references?.ToImmutable() ?? [],
        Input = _input,
    };

    private readonly bool Saw(ResponsesField field) => (_seen & (1U << (int)field)) != 0;

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
            var field = ResponsesFields.Identify(name);
            if (ResponsesFields.IsSingle(field) && Saw(field))
            {
                _error ??= GatewayErrors.InvalidField(name, "stands twice. Send it once.");
            }

            _seen |= 1U << (int)field;
            var parameter = field == ResponsesField.MaxOutputTokens ? RequestParameters.MaxTokens : RequestParameterNames.Find(_json.ValueSpan);
            _json.Read();
            _parameters |= _json.TokenType == JsonTokenType.Null ? RequestParameters.None : parameter;
            ReadField(field, name);
            if ((_error ?? _ours.Error) is not null)
            {
                return;
            }

            _splices.End((int)_json.BytesConsumed);
        }

        _json.Read(); // nothing may follow the object; the reader throws where something does
    }

    private void ReadField(ResponsesField field, string name)
    {
        var valueStart = (int)_json.TokenStartIndex;
        switch (field)
        {
            case ResponsesField.Model:
                _model = FieldReading.String(ref _json, ref _error, name, nullable: false);
                Mark(SpliceKind.Model, valueStart);
                break;
            case ResponsesField.Input:
                ReadInput();
                _input = valueStart..(int)_json.BytesConsumed;
                break;
            case ResponsesField.Instructions:
                Expect(_json.TokenType is JsonTokenType.String or JsonTokenType.StartArray or JsonTokenType.Null, name, "a string");
                var isSaid = _json.TokenType != JsonTokenType.Null;
                _count.Value(ref _json);
                _instructions = isSaid ? valueStart..(int)_json.BytesConsumed : default;
                break;
            case ResponsesField.Tools:
                Expect(_json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, name, "an array");
                _count.Value(ref _json);
                _maySearch = _json.TokenType == JsonTokenType.EndArray && SearchTools.Sum(_body[valueStart..(int)_json.BytesConsumed], valueStart, splices: null) > 0;
                break;
            case ResponsesField.Stream:
                _stream = FieldReading.Boolean(ref _json, ref _error, name);
                break;
            case ResponsesField.MaxOutputTokens:
                _outputLimit = FieldReading.OutputLimit(ref _json, ref _error, name);
                Mark(SpliceKind.OutputLimit, valueStart);
                break;
            case ResponsesField.User or ResponsesField.SafetyIdentifier:
                _user = FieldReading.String(ref _json, ref _error, name) ?? _user;
                Mark(SpliceKind.User, valueStart);
                break;
            case ResponsesField.MaxToolCalls:
                ReadToolCallsMax(name, valueStart);
                break;
            case ResponsesField.ServiceTier:
                _serviceTier = FieldReading.String(ref _json, ref _error, name, lengthMax: 64);
                break;
            case ResponsesField.PromptCacheKey:
                _promptCacheKey = FieldReading.String(ref _json, ref _error, name, lengthMax: 1024);
                Mark(SpliceKind.CacheKey, valueStart);
                break;
            case ResponsesField.Text:
                ReadText();
                break;
            case ResponsesField.Reasoning:
                ReadReasoning();
                break;
            case ResponsesField.Other when _ours.TryRead(name, ref _json):
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.Foreign:
                Expect(name == "modalities" || _json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, name, "an object");
                _json.Skip();
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.Store:
                _store = _json.TokenType == JsonTokenType.Null ? null : FieldReading.Boolean(ref _json, ref _error, name);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.PreviousResponse:
                _previous = FieldReading.String(ref _json, ref _error, name);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.Background:
                Refuse(FieldReading.Boolean(ref _json, ref _error, name), name, "must be false: responses are made while the caller waits. Leave it out.");
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.Conversation:
                Refuse(_json.TokenType != JsonTokenType.Null, name, "cannot be used: conversations are not kept here. Send the whole history as 'input'.");
                Mark(SpliceKind.Cut, valueStart);
                break;
            default:
                ReadChecked(field, name);
                break;
        }
    }

    // A null says nothing, and must not stand beside our number.
    private void ReadToolCallsMax(string name, int valueStart)
    {
        Expect(_json.TokenType is JsonTokenType.Number or JsonTokenType.Null, name, "a number");
        FieldReading.Bound(ref _json, ref _error, name);
        if (_json.TokenType == JsonTokenType.Null)
        {
            Mark(SpliceKind.Cut, valueStart);
        }
        else if (_json.TokenType == JsonTokenType.Number)
        {
            _toolCallsMax = _json.TryGetInt64(out var most) ? most : long.MaxValue;
        }
    }

    private void ReadChecked(ResponsesField field, string name)
    {
        var type = _json.TokenType;
        var (holds, expected) = field switch
        {
            ResponsesField.Number => (type is JsonTokenType.Number or JsonTokenType.Null, "a number"),
            ResponsesField.Object => (type is JsonTokenType.StartObject or JsonTokenType.Null, "an object"),
            ResponsesField.Boolean => (type is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null, "true or false"),
            ResponsesField.Include => (type is JsonTokenType.StartArray or JsonTokenType.Null, "an array of strings"),
            _ => (true, ""),
        };
        Expect(holds, name, expected);
        FieldReading.Bound(ref _json, ref _error, name);
        _json.Skip();
    }

    private void Refuse(bool asked, string name, string detail)
    {
        if (asked)
        {
            _error ??= GatewayErrors.InvalidField(name, detail);
        }

        _json.Skip();
    }

    private void ReadText()
    {
        if (!Expect(_json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, "text", "an object") || _json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var parameter = _json.ValueTextEquals("format"u8) ? RequestParameters.ResponseFormat
                : _json.ValueTextEquals("verbosity"u8) ? RequestParameters.Verbosity
                : RequestParameters.None;
            _json.Read();
            _parameters |= _json.TokenType == JsonTokenType.Null ? RequestParameters.None : parameter;
            _json.Skip();
        }
    }

    // How much a model thinks may be said in OpenRouter's words, which no provider of this dialect knows.
    private void ReadReasoning()
    {
        if (!Expect(_json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, "reasoning", "an object") || _json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isOurs = _json.ValueTextEquals("max_tokens"u8) || _json.ValueTextEquals("enabled"u8) || _json.ValueTextEquals("exclude"u8);
            _json.Read();
            _isForeign |= isOurs && _json.TokenType != JsonTokenType.Null;
            _json.Skip();
        }
    }

    private void ReadInput()
    {
        if (_json.TokenType == JsonTokenType.String)
        {
            _count.Items = _json.ValueSpan.IsEmpty ? 0 : 1;
            _count.Value(ref _json);
            _first = (int)_json.TokenStartIndex..(int)_json.BytesConsumed;
            return;
        }

        if (!Expect(_json.TokenType == JsonTokenType.StartArray, "input", "a string or an array of items"))
        {
            return;
        }

        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (!Expect(_json.TokenType == JsonTokenType.StartObject, $"input[{_count.Items}]", "an object"))
            {
                return;
            }

            var start = (int)_json.TokenStartIndex;
            _count.Item(ref _json);
            ref var first = ref _count.IsSystem ? ref _firstSystem : ref _first;
            first = first.End.Value == 0 ? start..(int)_json.BytesConsumed : first;
            if (_count.IsReference && !TryReference(start..(int)_json.BytesConsumed))
            {
                return;
            }

            _count.Items++;
        }
    }

    private bool TryReference(Range place)
    {
        _references ??= ImmutableArray.CreateBuilder<ItemReference>();
        var item = new Utf8JsonReader(_body[place]);
        item.Read();
        string? id = null;
        while (item.Read() && item.TokenType == JsonTokenType.PropertyName)
        {
            var isId = item.ValueTextEquals("id"u8);
            item.Read();
            id = isId && item.TokenType == JsonTokenType.String ? item.GetString() : id;
            item.Skip();
        }

        _error ??= id is null or { Length: 0 or > ItemReference.IdLengthMax }
                ? GatewayErrors.InvalidField($"input[{_count.Items}].id", $"must be a string of 1 to {ItemReference.IdLengthMax} characters, the id of an item.")
            : _references.Count == ItemReference.CountMax
                ? GatewayErrors.InvalidField($"input[{_count.Items}]", $"is one item_reference too many: {ItemReference.CountMax} may stand in a request. Send items themselves.")
            : null;
        if (_error is not null)
        {
            return false;
        }

        _references.Add(new(_count.Items, id!, place)); // a string, as was seen
        return true;
    }

    private void Mark(SpliceKind kind, int valueStart) => _splices.Mark(kind, valueStart, (int)_json.BytesConsumed);

    private bool Expect(bool holds, string field, string expected) => FieldReading.Expect(ref _json, ref _error, holds, field, expected);
}
