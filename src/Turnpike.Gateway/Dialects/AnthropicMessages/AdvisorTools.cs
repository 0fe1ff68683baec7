using System.Text.Json;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Tools that have another model of Anthropic's answer, whose tokens the catalogue has no price for in the request.</summary>
internal static class AdvisorTools
{
    /// <summary>Whether there is one.</summary>
    /// <param name="tools">A JSON array.</param>
    public static bool AreAmong(ReadOnlySpan<byte> tools)
    {
        if (tools.IndexOf("\"advisor_"u8) < 0 && tools.IndexOf("\\u00"u8) < 0)
        {
            return false;
        }

        var json = new Utf8JsonReader(tools);
        while (json.Read())
        {
            var isType = json.CurrentDepth == 2 && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("type"u8);
            if (isType && json.Read() && json.TokenType == JsonTokenType.String && json.GetString()!.StartsWith("advisor_", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
