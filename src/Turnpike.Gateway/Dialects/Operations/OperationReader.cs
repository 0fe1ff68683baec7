using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>Reads the JSON request of an operation other than chat in one forward pass: what routing and billing need, and what goes to the
/// provider as it came. Pure; never throws on a body, however broken. One for each request.</summary>
internal abstract class OperationReader
{
    private const int NamesMax = 32;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly ImmutableArray<BodyMember>.Builder _members = ImmutableArray.CreateBuilder<BodyMember>();
    private GatewayError? _error;
    private string? _model;
    private ImmutableArray<string> _fallbacks = [];
    private string? _user;
    private string? _sessionId;
    private Range? _provider;
    private bool _zeroRetention;
    private NanoUsd? _maxCost;

    /// <summary>The first fault.</summary>
    protected GatewayError? Error
    {
        get => _error;
        set => _error = value;
    }

    protected ImmutableArray<BodyMember> Members => _members.ToImmutable();

    /// <summary>Text that a tokenizer sees, bytes as written in JSON.</summary>
    protected long TextBytes { get; set; }

    /// <summary>Bytes that are charged beyond those of the body.</summary>
    protected long RepeatedBytes { get; set; }

    protected long MediaBytes { get; set; }

    /// <inheritdoc cref="OperationWish.MediaTextBytes"/>
    protected long MediaTextBytes { get; set; }

    /// <summary>Prompts that are counted one by one, each with a model's whole context.</summary>
    protected int Prompts { get; set; } = 1;

    /// <summary>The most output tokens that it can come to.</summary>
    protected virtual long OutputLimit => 0;

    protected virtual bool Streams => false;

    protected virtual bool HasAudio => false;

    /// <summary>Images that the caller gives.</summary>
    protected virtual int ImagesGiven => 0;

    protected virtual WorkUnits UnitsBound => default;

    protected virtual WorkUnits UnitsEstimate => UnitsBound;

    /// <summary>The tokens by rule.</summary>
    protected virtual TokenUsage UsageByRule => new((int)Math.Min(int.MaxValue, (TextBytes + 3) / 4), 0);

    public static GatewayError MaxCostFault { get; } = GatewayErrors.InvalidField("max_cost", "must be dollars, from 0 to 1000000.");

    /// <summary>Reads a body. False with the error to tell (400, with position or field).</summary>
    public bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error)
    {
        var json = new Utf8JsonReader(body);
        try
        {
            ReadBody(ref json);
            error = Error
                ?? (_model is null ? GatewayErrors.InvalidField("model", "is missing. Name a model, as GET /api/v1/models lists them.") : null)
                ?? Missing();
        }
        catch (JsonException exception)
        {
            error = MalformedBody.Of(exception, body.IsEmpty);
        }
        catch (InvalidOperationException)
        {
            error = GatewayErrors.MalformedJson(1, json.TokenStartIndex + 1, "a string is not valid Unicode.");
        }

        request = error is null ? Build(body.Length) : null;
        return error is null;
    }

    /// <summary>Dollars as nano-dollars, rounded down; null where they are none.</summary>
    public static NanoUsd? MaxCostOf(decimal usd) => usd is >= 0 and <= 1_000_000 ? new((long)decimal.Floor(usd * NanoUsd.PerUsd)) : null;

    /// <summary>True where the caller may have the answer as events.</summary>
    protected virtual bool TakesEvents => false;

    /// <summary>The caller wants events.</summary>
    protected bool WantsEvents { get; private set; }

    /// <summary>Reads the value of a field, at which the reader stands, to its end. True where it goes to the provider as it came.</summary>
    protected abstract bool ReadField(string name, ref Utf8JsonReader json);

    /// <summary>The error of a request that lacks something; null where it is whole.</summary>
    protected abstract GatewayError? Missing();

    protected abstract OperationWish Wish();

    protected string? ReadString(ref Utf8JsonReader json, string field, int lengthMax, bool nullable = true)
    {
        var text = FieldReading.String(ref json, ref _error, field, nullable, lengthMax);
        json.Skip(); // where it is no text
        return text;
    }

    /// <summary>One of several words; null where the field is null.</summary>
    protected string? ReadWord(ref Utf8JsonReader json, string field, params ReadOnlySpan<string> words)
    {
        var word = ReadString(ref json, field, 64);
        if (word is not null && !words.Contains(word))
        {
            Error ??= GatewayErrors.InvalidField(field, $"must be {string.Join(" or ", words.ToArray())}.");
        }

        return word;
    }

    protected int? ReadInteger(ref Utf8JsonReader json, string field, int min, int max)
    {
        var number = FieldReading.Integer(ref json, ref _error, field, min, max);
        json.Skip(); // where it is no number
        return (int?)number;
    }

    /// <summary>Notes the fault where a value is of another type, and steps over the value.</summary>
    protected bool Expect(ref Utf8JsonReader json, bool holds, string field, string expected)
    {
        if (!FieldReading.Expect(ref json, ref _error, holds, field, expected))
        {
            json.Skip();
        }

        return holds;
    }

    private void ReadBody(ref Utf8JsonReader json)
    {
        json.Read();
        if (!Expect(ref json, json.TokenType == JsonTokenType.StartObject, "body", "a JSON object"))
        {
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!; // a name is no null
            if (!_seen.Add(name))
            {
                Error ??= GatewayErrors.InvalidField(GatewayErrors.Bounded(name, 64), "stands twice. Send it once.");
            }

            json.Read();
            var start = (int)json.TokenStartIndex;
            if (ReadMember(name, ref json, start))
            {
                _members.Add(new(name, start..(int)json.BytesConsumed));
            }

            if (Error is not null)
            {
                return;
            }
        }

        json.Read(); // nothing may follow the object; the reader throws where something does
    }

    private bool ReadMember(string name, ref Utf8JsonReader json, int start)
    {
        switch (name)
        {
            case "model":
                _model = ReadString(ref json, name, 256, nullable: false);
                return false;
            case "user":
                _user = ReadString(ref json, name, 256);
                return false;
            case "session_id":
                _sessionId = ReadString(ref json, name, 256);
                return false;
            case "models":
                ReadFallbacks(ref json);
                return false;
            case "provider":
                if (Expect(ref json, json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, name, "an object"))
                {
                    var isThere = json.TokenType == JsonTokenType.StartObject;
                    json.Skip();
                    _provider = isThere ? start..(int)json.BytesConsumed : null;
                }

                return false;
            case "zdr" or "enforce_zdr":
                if (Expect(ref json, json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null, name, "true or false"))
                {
                    _zeroRetention |= json.TokenType == JsonTokenType.True;
                }

                return false;
            case "stream":
                if (Expect(ref json, json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null, name, "true or false")
                    && json.TokenType == JsonTokenType.True && !(WantsEvents = TakesEvents))
                {
                    Error ??= GatewayErrors.InvalidField(name, "must be false: this address does not answer with events.");
                }

                return false;
            case "max_cost":
                _maxCost = ReadDollars(ref json);
                return false;
            case "preset":
                if (json.TokenType != JsonTokenType.Null)
                {
                    Error ??= GatewayErrors.InvalidField(name, "is for conversations. Leave it out.");
                }

                return false;
            case "route" or "plugins" or "transforms" or "usage" or "trace" or "debug" or "routing" or "rescue":
                json.Skip();
                return false;
            default:
                return ReadField(name, ref json);
        }
    }

    private NanoUsd? ReadDollars(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null || !Expect(ref json, json.TokenType == JsonTokenType.Number, "max_cost", "a number"))
        {
            return null;
        }

        var cost = json.TryGetDecimal(out var usd) ? MaxCostOf(usd) : null;
        Error ??= cost is null ? MaxCostFault : null;
        return cost;
    }

    private void ReadFallbacks(ref Utf8JsonReader json)
    {
        if (!Expect(ref json, json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, "models", "an array of strings")
            || json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        var names = ImmutableArray.CreateBuilder<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (ReadString(ref json, $"models[{names.Count}]", 256, nullable: false) is { } name)
            {
                names.Add(name);
            }

            if (names.Count > NamesMax)
            {
                Error ??= GatewayErrors.InvalidField("models", $"has more than {NamesMax} entries. Send fewer.");
                return;
            }
        }

        _fallbacks = names.ToImmutable();
    }

    private InferenceRequest Build(int bodyBytes) => new()
    {
        Model = _model!, // TryRead has seen to it
        FallbackModels = _fallbacks,
        User = _user,
        SessionId = _sessionId,
        ProviderWishes = _provider ?? default,
        HasProviderWishes = _provider is not null,
        ZeroRetention = _zeroRetention,
        MaxCost = _maxCost,
        Stream = Streams,
        BodyBytes = (int)Math.Min(int.MaxValue, bodyBytes + RepeatedBytes),
        TextBytes = TextBytes,
        MediaBytes = MediaBytes,
        OutputLimit = OutputLimit,
        HasAudio = HasAudio,
        HasImages = ImagesGiven > 0,
        Images = ImagesGiven,
        Wish = Wish() with
        {
            Members = Members,
            Prompts = Prompts,
            MediaTextBytes = MediaTextBytes,
            UnitsBound = UnitsBound,
            UnitsEstimate = UnitsEstimate,
            UsageByRule = UsageByRule,
        },
        Splices = [],
    };
}
