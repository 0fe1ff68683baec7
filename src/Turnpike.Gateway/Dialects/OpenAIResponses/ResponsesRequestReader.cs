using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Reads a request in one forward pass: what routing and billing need, and where the fields stand that are not sent as they came.
/// Pure; never throws on a body, however broken.</summary>
internal ref struct ResponsesRequestReader
{
    private const int StringsMax = 32;

    private Utf8JsonReader _json;
    private readonly int _bodyBytes;
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
    private long? _outputLimit;
    private string? _user;
    private string? _sessionId;
    private string? _rescue;
    private Range? _plugins;
    private bool _sawInput;
    private Range _provider;
    private bool _hasProvider;
    private int _insertAt;
    private uint _seen;
    private ResponsesCount _count;

    private ResponsesRequestReader(ReadOnlySpan<byte> body)
    {
        _bodyBytes = body.Length;
        _json = new Utf8JsonReader(body);
        _splices = ImmutableArray.CreateBuilder<Splice>(2);
        _fallbacks = [];
    }

    /// <summary>Reads a body. False with the error to tell (400, with position or field) when it is not a request.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error)
    {
        var reader = new ResponsesRequestReader(body);
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
            error = GatewayErrors.MalformedJson(1, reader._json.TokenStartIndex + 1, "a string is not valid Unicode.");
        }

        request = error is null ? reader.Build() : null;
        return error is null;
    }

    private readonly GatewayError? Missing() =>
        _model is null ? GatewayErrors.InvalidField("model", "is missing. Name a model, as GET /api/v1/models lists them.")
        : !_sawInput ? GatewayErrors.InvalidField("input", "is missing. Send a text, or an array of items.")
        : _count.Items == 0 ? GatewayErrors.InvalidField("input", "is empty. Send at least one item.")
        : null;

    private readonly InferenceRequest Build() => new()
    {
        Model = _model!, // Missing() has seen to it
        FallbackModels = _fallbacks,
        Stream = _stream,
        OutputLimit = _outputLimit,
        User = _user,
        SessionId = _sessionId,
        Rescue = _rescue,
        Messages = _count.Items,
        Images = _count.Images,
        HasAudio = _count.HasAudio,
        HasForeignReasoning = _count.HasEnvelope,
        MediaBytes = _count.MediaBytes,
        TextBytes = _count.TextBytes,
        BodyBytes = _bodyBytes,
        ProviderWishes = _provider,
        HasProviderWishes = _hasProvider,
        Splices = _splices.ToImmutable(),
        InsertAt = _insertAt,
        Plugins = _plugins,
        HasFiles = _count.HasFiles,
        HasInclude = Saw(ResponsesField.Include),
    };

    private readonly bool Saw(ResponsesField field) => (_seen & (1U << (int)field)) != 0;

    private void ReadBody()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _error = GatewayErrors.WrongType("body", "a JSON object", Describe(_json.TokenType));
            return;
        }

        _insertAt = _previousEnd = (int)_json.BytesConsumed;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            _memberStart = (int)_json.TokenStartIndex;
            CloseLeadingCuts();
            var name = _json.GetString()!; // a property has a name
            var field = ResponsesFields.Identify(name);
            if (ResponsesFields.IsSingle(field) && Saw(field))
            {
                _error ??= GatewayErrors.InvalidField(name, "stands twice. Send it once.");
            }

            _seen |= 1U << (int)field;
            _json.Read();
            ReadField(field, name);
            if (_error is not null)
            {
                return;
            }

            _previousEnd = (int)_json.BytesConsumed;
        }

        _json.Read(); // nothing may follow the object; the reader throws where something does
    }

    private void ReadField(ResponsesField field, string name)
    {
        var valueStart = (int)_json.TokenStartIndex;
        switch (field)
        {
            case ResponsesField.Model:
                _model = ReadString(name, nullable: false);
                Mark(SpliceKind.Model, valueStart);
                break;
            case ResponsesField.Input:
                ReadInput();
                break;
            case ResponsesField.Instructions:
                Expect(_json.TokenType is JsonTokenType.String or JsonTokenType.StartArray or JsonTokenType.Null, name, "a string");
                _count.Value(ref _json);
                break;
            case ResponsesField.Tools:
                Expect(_json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, name, "an array");
                _count.Value(ref _json);
                break;
            case ResponsesField.Stream:
                Expect(_json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null, name, "true or false");
                _stream = _json.TokenType == JsonTokenType.True;
                break;
            case ResponsesField.MaxOutputTokens:
                _outputLimit = ReadOutputLimit(name);
                Mark(SpliceKind.OutputLimit, valueStart);
                break;
            case ResponsesField.User or ResponsesField.SafetyIdentifier:
                _user = ReadString(name, nullable: true) ?? _user;
                Mark(SpliceKind.User, valueStart);
                break;
            case ResponsesField.SessionId:
                _sessionId = ReadString(name, nullable: true);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.Models:
                _fallbacks = ReadStrings(name);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.Rescue:
                ReadRescue(name);
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.Provider:
                Expect(_json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, name, "an object");
                _hasProvider = _json.TokenType == JsonTokenType.StartObject;
                _json.Skip();
                _provider = valueStart..(int)_json.BytesConsumed;
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.Plugins:
                Expect(_json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, name, "an array");
                var isThere = _json.TokenType == JsonTokenType.StartArray;
                _json.Skip();
                _plugins = isThere ? valueStart..(int)_json.BytesConsumed : null;
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.Route or ResponsesField.Ours:
                _json.Skip();
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.Store or ResponsesField.Background:
                Expect(_json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null, name, "true or false");
                RefuseStored(_json.TokenType == JsonTokenType.True, name, "must be false: responses are not stored here. Send the whole history with each request.");
                Mark(SpliceKind.Cut, valueStart);
                break;
            case ResponsesField.PreviousResponse or ResponsesField.Conversation:
                RefuseStored(_json.TokenType != JsonTokenType.Null, name, "cannot be used: responses are not stored here. Send the whole history as 'input'.");
                Mark(SpliceKind.Cut, valueStart);
                break;
            default:
                ReadChecked(field, name);
                break;
        }

        _anyKept |= _splices.Count == 0 || _splices[^1].ValueStart != valueStart || _splices[^1].Kind != SpliceKind.Cut;
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
        _json.Skip();
    }

    private void RefuseStored(bool asked, string name, string detail)
    {
        if (asked)
        {
            _error ??= GatewayErrors.InvalidField(name, detail);
        }

        _json.Skip();
    }

    private void ReadRescue(string name)
    {
        _rescue = ReadString(name, nullable: true);
        if (_rescue is not (null or "off" or "error" or "continue" or "restart"))
        {
            _error ??= GatewayErrors.InvalidField(name, "must be off, error, continue or restart.");
        }
    }

    private void ReadInput()
    {
        _sawInput = true;
        if (_json.TokenType == JsonTokenType.String)
        {
            _count.Items = _json.ValueSpan.IsEmpty ? 0 : 1;
            _count.Value(ref _json);
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

            _count.Value(ref _json);
            if (_count.HasReference)
            {
                _error ??= GatewayErrors.InvalidField(
                    $"input[{_count.Items}].type", "cannot be item_reference: items are not stored here. Send the item itself.");
                return;
            }

            _count.Items++;
        }
    }

    // A member that may be left out takes a comma with it: the one before it, or, while nothing has been kept, the one behind it.
    private void Mark(SpliceKind kind, int valueStart)
    {
        var valueEnd = (int)_json.BytesConsumed;
        var isCutBehind = kind == SpliceKind.Cut && _anyKept;
        _splices.Add(new(kind, isCutBehind ? _previousEnd : _memberStart, valueEnd, valueStart, valueEnd));
        _leadingCuts += kind == SpliceKind.Cut && !_anyKept ? 1 : 0;
    }

    private void CloseLeadingCuts()
    {
        if (_leadingCuts > 0)
        {
            // stretched to where this member begins, so that the comma between goes too
            _splices[^1] = _splices[^1] with { End = _memberStart };
            _leadingCuts = 0;
        }
    }

    private ImmutableArray<string> ReadStrings(string field)
    {
        if (!Expect(_json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, field, "an array of strings") || _json.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        var strings = ImmutableArray.CreateBuilder<string>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (strings.Count == StringsMax)
            {
                _error ??= GatewayErrors.InvalidField(field, $"has more than {StringsMax} entries. Send fewer.");
                return [];
            }

            if (ReadString($"{field}[{strings.Count}]", nullable: false) is not { } text)
            {
                return [];
            }

            strings.Add(text);
        }

        return strings.ToImmutable();
    }

    private string? ReadString(string field, bool nullable)
    {
        const int lengthMax = 256;
        if ((nullable && _json.TokenType == JsonTokenType.Null) || !Expect(_json.TokenType == JsonTokenType.String, field, "a string"))
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

    private long? ReadOutputLimit(string field)
    {
        const long max = 100_000_000;
        if (_json.TokenType == JsonTokenType.Null || !Expect(_json.TokenType == JsonTokenType.Number, field, "a whole number"))
        {
            return null;
        }

        if (_json.TryGetDecimal(out var number) && number == decimal.Truncate(number) && number is >= 1 and <= max)
        {
            return (long)number; // 100.0 is a whole number to every JSON library but one
        }

        _error ??= GatewayErrors.InvalidField(field, $"must be a whole number from 1 to {max}.");
        return null;
    }

    private bool Expect(bool holds, string field, string expected)
    {
        if (!holds)
        {
            _error ??= GatewayErrors.WrongType(field, expected, Describe(_json.TokenType));
        }

        return holds;
    }

    private static string Describe(JsonTokenType type) => type switch
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
