using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Dialects;

/// <summary>The fields of a request that are ours, whatever dialect it is in: where it may go, what it may cost, what else is done with it.
/// No provider is sent them.</summary>
internal struct OurFields()
{
    private static readonly ImmutableArray<string> Names =
    [
        "models", "fallbacks", "provider", "plugins", "route", "routing", "session_id", "rescue", "preset", "max_cost", "transforms", "user", "trace",
        "debug", "usage", "stop_server_tools_when", "zdr", "enforce_zdr", "safety_identifier",
    ];

    private uint _seen;

    /// <summary>What is wrong; null while nothing is.</summary>
    public GatewayError? Error { get; private set; }

    public ImmutableArray<string> Models { get; private set; } = [];

    /// <summary>Where <c>provider</c> stands; null where it says nothing.</summary>
    public Range? Provider { get; private set; }

    public Range? Plugins { get; private set; }

    public string? RouteWord { get; private set; }

    public RoutingWish Routing { get; private set; }

    public string? SessionId { get; private set; }

    public string? Rescue { get; private set; }

    public string? Preset { get; private set; }

    public NanoUsd? MaxCost { get; private set; }

    public bool? WantsMiddleOut { get; private set; }

    public string? User { get; private set; }

    /// <inheritdoc cref="InferenceRequest.ZeroRetention"/>
    public bool ZeroRetention { get; private set; }

    /// <summary>Reads the value that the reader stands on; false where the field is none of ours.</summary>
    public bool TryRead(string name, ref Utf8JsonReader json)
    {
        var index = Names.IndexOf(name);
        if (index < 0)
        {
            return false;
        }

        if ((_seen & (1U << index)) != 0)
        {
            Error ??= GatewayErrors.InvalidField(name, "stands twice. Send it once.");
        }

        _seen |= 1U << index;
        var error = Error;
        Read(name, ref json, ref error);
        Error = error;
        return true;
    }

    private void Read(string name, ref Utf8JsonReader json, ref GatewayError? error)
    {
        switch (name)
        {
            case "models":
                Models = [.. Models, .. FieldReading.Strings(ref json, ref error, name)];
                break;
            case "fallbacks":
                ReadFallbacks(ref json, ref error);
                break;
            case "provider":
                Provider = Skipped(ref json, ref error, name, JsonTokenType.StartObject, "an object");
                break;
            case "plugins":
                Plugins = Skipped(ref json, ref error, name, JsonTokenType.StartArray, "an array");
                break;
            case "route":
                ReadRoute(ref json, ref error);
                break;
            case "routing":
                Routing = RoutingWish.Read(ref json, ref error);
                break;
            case "session_id":
                SessionId = FieldReading.String(ref json, ref error, name);
                break;
            case "rescue":
                Rescue = FieldReading.Word(ref json, ref error, name, ApiKey.RescueWords.AsSpan());
                break;
            case "preset":
                Preset = FieldReading.String(ref json, ref error, name);
                break;
            case "max_cost":
                MaxCost = FieldReading.Dollars(ref json, ref error, name);
                break;
            case "transforms":
                WantsMiddleOut = json.TokenType == JsonTokenType.Null ? null : FieldReading.Strings(ref json, ref error, name).Contains("middle-out");
                break;
            case "user" or "safety_identifier":
                User = FieldReading.String(ref json, ref error, name) ?? User;
                break;
            case "zdr" or "enforce_zdr":
                ZeroRetention |= FieldReading.Boolean(ref json, ref error, name);
                break;
            default:
                json.Skip();
                break;
        }
    }

    // OpenRouter's form of "models" where the dialect is Anthropic's: objects that name one.
    private void ReadFallbacks(ref Utf8JsonReader json, ref GatewayError? error)
    {
        const string name = "fallbacks";
        if (json.TokenType == JsonTokenType.Null || !FieldReading.Expect(ref json, ref error, json.TokenType == JsonTokenType.StartArray, name, "an array"))
        {
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (!FieldReading.Expect(ref json, ref error, json.TokenType == JsonTokenType.StartObject, $"{name}[{Models.Length}]", "an object"))
            {
                return;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isModel = json.ValueTextEquals("model"u8);
                json.Read();
                if (isModel && FieldReading.String(ref json, ref error, $"{name}[{Models.Length}].model", nullable: false) is { } model)
                {
                    Models = Models.Add(model);
                }

                json.Skip();
            }

            if (Models.Length > 32)
            {
                error ??= GatewayErrors.InvalidField(name, "has more than 32 entries. Send fewer.");
                return;
            }
        }
    }

    // A word is the older form of provider.sort.partition; an object with fallbacks is the older form of models.
    private void ReadRoute(ref Utf8JsonReader json, ref GatewayError? error)
    {
        if (json.TokenType is JsonTokenType.String or JsonTokenType.Null)
        {
            RouteWord = FieldReading.Word(ref json, ref error, "route", ["fallback", "sort"]);
            return;
        }

        if (!FieldReading.Expect(ref json, ref error, json.TokenType == JsonTokenType.StartObject, "route", "a string or an object"))
        {
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isFallbacks = json.ValueTextEquals("fallbacks"u8);
            json.Read();
            if (isFallbacks)
            {
                Models = [.. Models, .. FieldReading.Strings(ref json, ref error, "route.fallbacks")];
            }

            json.Skip();
        }
    }

    private static Range? Skipped(ref Utf8JsonReader json, ref GatewayError? error, string name, JsonTokenType wanted, string expected)
    {
        var isThere = json.TokenType == wanted;
        FieldReading.Expect(ref json, ref error, isThere || json.TokenType == JsonTokenType.Null, name, expected);
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return isThere ? start..(int)json.BytesConsumed : null;
    }
}
