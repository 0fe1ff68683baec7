using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>The fields of a chat request that say where it may go and what is done when its stream breaks, in their newer and older forms.</summary>
internal struct ChatRouteFields()
{
    private const int StringsMax = 32;

    public ImmutableArray<string> Fallbacks { get; private set; } = [];

    /// <summary><c>route</c> where it is a word.</summary>
    public string? Word { get; private set; }

    public RoutingWish Routing { get; private set; }

    public string? Rescue { get; private set; }

    /// <inheritdoc cref="InferenceRequest.ZeroRetention"/>
    public bool ZeroRetention { get; private set; }

    public void ReadModels(ref Utf8JsonReader json, ref GatewayError? error) => Fallbacks = Strings(ref json, ref error, "models");

    /// <summary>A word is the older form of provider.sort.partition; an object with fallbacks is the older form of models.</summary>
    public void ReadRoute(ref Utf8JsonReader json, ref GatewayError? error)
    {
        var isRoute = json.TokenType is JsonTokenType.String or JsonTokenType.StartObject or JsonTokenType.Null;
        if (!FieldReading.Expect(ref json, ref error, isRoute, "route", "a string or an object") || json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (json.TokenType == JsonTokenType.String)
        {
            Word = FieldReading.Word(ref json, ref error, "route", ["fallback", "sort"]);
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isFallbacks = json.ValueTextEquals("fallbacks"u8);
            json.Read();
            if (isFallbacks)
            {
                Fallbacks = Strings(ref json, ref error, "route.fallbacks");
            }
            else
            {
                json.Skip();
            }
        }
    }

    public void ReadRouting(ref Utf8JsonReader json, ref GatewayError? error) => Routing = RoutingWish.Read(ref json, ref error);

    public void ReadRescue(ref Utf8JsonReader json, ref GatewayError? error)
    {
        Rescue = FieldReading.String(ref json, ref error, "rescue", lengthMax: 16);
        if (Rescue is not null && !ApiKey.RescueWords.Contains(Rescue))
        {
            error ??= GatewayErrors.InvalidField("rescue", "must be off, error, continue or restart.");
        }
    }

    public void ReadZeroRetention(ref Utf8JsonReader json, ref GatewayError? error, string name) =>
        ZeroRetention |= FieldReading.Boolean(ref json, ref error, name);

    /// <summary>As <see cref="FieldReading.Strings"/>, but of a text that is wrong behind too many the fault of the text is told.</summary>
    public static ImmutableArray<string> Strings(ref Utf8JsonReader json, ref GatewayError? error, string field)
    {
        var isList = json.TokenType is JsonTokenType.StartArray or JsonTokenType.Null;
        if (!FieldReading.Expect(ref json, ref error, isList, field, "an array of strings") || json.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        var strings = ImmutableArray.CreateBuilder<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (FieldReading.String(ref json, ref error, $"{field}[{strings.Count}]", nullable: false) is not { } text)
            {
                return [];
            }

            if (strings.Count == StringsMax)
            {
                error ??= GatewayErrors.InvalidField(field, $"has more than {StringsMax} entries. Send fewer.");
                return [];
            }

            strings.Add(text);
        }

        return strings.ToImmutable();
    }
}
