using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Dialects;

/// <summary>Values of a request's fields, for readers that go over a body once. Each tells what is wrong, naming the field; the first error stands.</summary>
internal static class FieldReading
{
    private const int StringsMax = 32;

    public static bool Expect(ref Utf8JsonReader json, ref GatewayError? error, bool holds, string field, string expected)
    {
        if (!holds)
        {
            error ??= GatewayErrors.WrongType(field, expected, Describe(json.TokenType));
        }

        return holds;
    }

    /// <summary>A text; null where it is null, or wrong.</summary>
    public static string? String(ref Utf8JsonReader json, ref GatewayError? error, string field, bool nullable = true, int lengthMax = 256)
    {
        if ((nullable && json.TokenType == JsonTokenType.Null) || !Expect(ref json, ref error, json.TokenType == JsonTokenType.String, field, "a string"))
        {
            return null;
        }

        if (json.ValueSpan.Length > lengthMax)
        {
            error ??= GatewayErrors.InvalidField(field, $"is longer than {lengthMax} bytes. Shorten it.");
            return null;
        }

        return json.GetString();
    }

    /// <summary>One of a few words; null where it is null, or wrong.</summary>
    public static string? Word(ref Utf8JsonReader json, ref GatewayError? error, string field, scoped ReadOnlySpan<string> words)
    {
        var said = String(ref json, ref error, field);
        if (said is not null && !words.Contains(said))
        {
            error ??= GatewayErrors.InvalidField(field, $"must be one of: {string.Join(", ", words)}.");
        }

        return said;
    }

    /// <summary>An array of texts; empty where it is null, or wrong.</summary>
    public static ImmutableArray<string> Strings(ref Utf8JsonReader json, ref GatewayError? error, string field)
    {
        if (json.TokenType == JsonTokenType.Null || !Expect(ref json, ref error, json.TokenType == JsonTokenType.StartArray, field, "an array of strings"))
        {
            return [];
        }

        var strings = ImmutableArray.CreateBuilder<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (strings.Count == StringsMax)
            {
                error ??= GatewayErrors.InvalidField(field, $"has more than {StringsMax} entries. Send fewer.");
                return [];
            }

            if (String(ref json, ref error, $"{field}[{strings.Count}]", nullable: false) is not { } text)
            {
                return [];
            }

            strings.Add(text);
        }

        return strings.ToImmutable();
    }

    /// <summary>True or false; false where it is null, or wrong.</summary>
    public static bool Boolean(ref Utf8JsonReader json, ref GatewayError? error, string field)
    {
        Expect(ref json, ref error, json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null, field, "true or false");
        return json.TokenType == JsonTokenType.True;
    }

    /// <summary>An output limit; null where it is null, or wrong.</summary>
    public static long? OutputLimit(ref Utf8JsonReader json, ref GatewayError? error, string field) => Integer(ref json, ref error, field, 1, 100_000_000);

    /// <summary>A whole number within bounds; null where it is null, or wrong.</summary>
    public static long? Integer(ref Utf8JsonReader json, ref GatewayError? error, string field, long min, long max)
    {
        if (json.TokenType == JsonTokenType.Null || !Expect(ref json, ref error, json.TokenType == JsonTokenType.Number, field, "a whole number"))
        {
            return null;
        }

        if (json.TryGetDecimal(out var number) && number == decimal.Truncate(number) && number >= min && number <= max)
        {
            return (long)number; // 100.0 is a whole number to every JSON library but one
        }

        error ??= GatewayErrors.InvalidField(field, $"must be a whole number from {min} to {max}.");
        return null;
    }

    /// <summary>Notes the fault where a number is too large to be held: it could not be written again for a provider.</summary>
    public static void Bound(ref Utf8JsonReader json, ref GatewayError? error, string field)
    {
        if (!IsBounded(ref json))
        {
            error ??= GatewayErrors.InvalidField(field, "is too large a number.");
        }
    }

    /// <inheritdoc cref="Bound(ref Utf8JsonReader, ref GatewayError?, string)"/>
    /// <param name="member">The body from the field's name on.</param>
    public static void Bound(ref Utf8JsonReader json, ref GatewayError? error, ReadOnlySpan<byte> member)
    {
        if (!IsBounded(ref json))
        {
            Bound(ref json, ref error, NameAt(member));
        }
    }

    /// <summary>The name that a member begins with, as it is written.</summary>
    public static string NameAt(ReadOnlySpan<byte> member) => Encoding.UTF8.GetString(member[1..(1 + member[1..].IndexOf((byte)'"'))]);

    private static bool IsBounded(ref Utf8JsonReader json) =>
        json.TokenType != JsonTokenType.Number || (json.TryGetDouble(out var number) && double.IsFinite(number));

    /// <summary>An amount as a number or as text, rounded down: it is a promise to the caller.</summary>
    public static NanoUsd? Dollars(ref Utf8JsonReader json, ref GatewayError? error, string field)
    {
        var isAmount = json.TokenType is JsonTokenType.Number or JsonTokenType.String;
        if (json.TokenType == JsonTokenType.Null || !Expect(ref json, ref error, isAmount, field, "an amount in dollars"))
        {
            return null;
        }

        var text = json.TokenType == JsonTokenType.String ? json.GetString() : Encoding.UTF8.GetString(json.ValueSpan);
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var usd) && usd is > 0 and <= 1_000_000)
        {
            return new((long)decimal.Floor(usd * NanoUsd.PerUsd));
        }

        error ??= GatewayErrors.InvalidField(field, "must be an amount in dollars above 0, up to 1000000.");
        return null;
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
