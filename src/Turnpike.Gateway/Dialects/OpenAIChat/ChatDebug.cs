using System.Text.Json;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>The field <c>debug</c> of a chat request.</summary>
internal static class ChatDebug
{
    /// <summary>Whether what is sent to providers shall be shown (<c>echo_upstream_body</c>).</summary>
    public static bool WantsEcho(ref Utf8JsonReader json, ref GatewayError? error)
    {
        var isThere = json.TokenType != JsonTokenType.Null;
        if (!isThere || !FieldReading.Expect(ref json, ref error, json.TokenType == JsonTokenType.StartObject, "debug", "an object"))
        {
            return false;
        }

        var wants = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isEcho = json.ValueTextEquals("echo_upstream_body"u8);
            json.Read();
            wants |= isEcho && FieldReading.Boolean(ref json, ref error, "debug.echo_upstream_body");
            json.Skip();
        }

        return wants;
    }
}
