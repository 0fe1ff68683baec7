using System.Text.Json;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects;

/// <summary>What a request's <c>routing</c> says, in any dialect.</summary>
/// <param name="Strategy"><c>cost</c>, <c>speed</c> or <c>quality</c>.</param>
/// <param name="Hedge">Whether a second attempt may begin beside a slow one.</param>
internal readonly record struct RoutingWish(string? Strategy, bool? Hedge)
{
    /// <summary>Reads the object that the reader stands on; the error names the field.</summary>
    public static RoutingWish Read(ref Utf8JsonReader json, ref GatewayError? error)
    {
        var wish = default(RoutingWish);
        if (json.TokenType == JsonTokenType.Null || !FieldReading.Expect(ref json, ref error, json.TokenType == JsonTokenType.StartObject, "routing", "an object"))
        {
            json.Skip();
            return wish;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isStrategy = json.ValueTextEquals("strategy"u8);
            var isHedge = json.ValueTextEquals("hedge"u8);
            json.Read();
            if (isStrategy)
            {
                wish = wish with { Strategy = FieldReading.Word(ref json, ref error, "routing.strategy", ["cost", "speed", "quality"]) };
            }
            else if (isHedge && FieldReading.Expect(
                ref json, ref error, json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null, "routing.hedge", "true or false"))
            {
                wish = wish with { Hedge = json.TokenType == JsonTokenType.Null ? null : json.TokenType == JsonTokenType.True };
            }

            json.Skip();
        }

        return wish;
    }
}
