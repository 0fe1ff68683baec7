using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Finish reasons: Google's word, and the contract's. (Source: generativelanguage v1beta, generative_service.proto, FinishReason.)</summary>
internal static class GeminiFinish
{
    private static readonly string[] Usual =
    [
        "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "LANGUAGE", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MALFORMED_FUNCTION_CALL",
        "IMAGE_SAFETY", "UNEXPECTED_TOOL_CALL", "NO_IMAGE",
    ];

    /// <summary>False for the words that stand for none.</summary>
    public static bool IsSaid(ReadOnlySpan<byte> word) =>
        !word.IsEmpty && !word.EndsWith("_UNSPECIFIED"u8);

    /// <summary>The word as a string; the usual ones make none.</summary>
    public static string Native(ReadOnlySpan<byte> word)
    {
        foreach (var usual in Usual)
        {
            if (Ascii.Equals(word, usual))
            {
                return usual;
            }
        }

        return GatewayErrors.Bounded(Encoding.UTF8.GetString(word), 64);
    }

    /// <param name="hasCalls">Functions were called; Google has no word of its own for that.</param>
    public static string Normalised(string native, bool hasCalls) => native switch
    {
        "STOP" => hasCalls ? "tool_calls" : "stop",
        "MAX_TOKENS" => FinishReasons.Length,
        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "LANGUAGE" or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT"
            or "IMAGE_RECITATION" or "MODEL_ARMOR" => FinishReasons.ContentFilter,
        "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS" or "MISSING_THOUGHT_SIGNATURE" or "NO_IMAGE" or "IMAGE_OTHER"
            or "OTHER" => FinishReasons.Error,
        _ => native,
    };

    /// <summary>Why a prompt was not answered at all; null where it was.</summary>
    /// <param name="feedback">The object <c>promptFeedback</c>, which may hold ratings only.</param>
    public static string? BlockReason(ReadOnlySpan<byte> feedback)
    {
        var json = new Utf8JsonReader(feedback);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals("blockReason"u8))
            {
                GeminiJson.Pass(ref json);
            }
            else if (GeminiJson.Text(ref json) is { } word && IsSaid(feedback[word]))
            {
                return Native(feedback[word]);
            }
        }

        return null;
    }
}
