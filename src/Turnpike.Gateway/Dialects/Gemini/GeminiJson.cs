using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>The value behind a member's name as a range of the bytes that are read, so that nothing is copied.</summary>
internal static class GeminiJson
{
    /// <summary>The whole value where it begins with a token; null where it is of another kind.</summary>
    public static Range? Value(ref Utf8JsonReader json, JsonTokenType kind)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        var isOfKind = json.TokenType == kind;
        json.Skip();
        return isOfKind ? start..(int)json.BytesConsumed : null;
    }

    /// <summary>The inside of a string; null where it is none.</summary>
    public static Range? Text(ref Utf8JsonReader json) => Value(ref json, JsonTokenType.String) is { } quoted
        ? (quoted.Start.Value + 1)..(quoted.End.Value - 1)
        : null;

    public static bool IsTrue(ref Utf8JsonReader json)
    {
        json.Read();
        var isTrue = json.TokenType == JsonTokenType.True;
        json.Skip();
        return isTrue;
    }

    /// <summary>A count; null where it is no number.</summary>
    public static long? Count(ref Utf8JsonReader json)
    {
        json.Read();
        long? count = json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) ? Math.Clamp(number, 0, int.MaxValue) : null;
        json.Skip();
        return count;
    }

    public static void Pass(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }
}
