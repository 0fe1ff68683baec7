using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Reads errors: which one is told by a header (or the body's <c>__type</c>), in a stream by the message's name.</summary>
internal static class BedrockErrorReader
{
    /// <summary>Reads a whole error body; never throws. A body that is not JSON is its own message.</summary>
    public static ProviderErrorBody Read(HttpResponseHeaders headers, ReadOnlyMemory<byte> body)
    {
        var type = headers.TryGetValues("x-amzn-ErrorType", out var values) ? values.FirstOrDefault() : null;
        try
        {
            using var document = JsonDocument.Parse(body);
            return Of(type ?? document.RootElement.Text("__type"), Message(document.RootElement));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException) // the second: no UTF-8
        {
            return Of(type, Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 1000)]).Trim());
        }
    }

    /// <summary>Reads a message of a stream that is no event.</summary>
    public static ProviderErrorBody Read(in EventStreamMessage message)
    {
        var type = Encoding.UTF8.GetString(message.Name);
        try
        {
            var json = new Utf8JsonReader(message.Payload);
            using var document = JsonDocument.ParseValue(ref json);
            return Of(type, Message(document.RootElement));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Of(type, Encoding.UTF8.GetString(message.ErrorText));
        }
    }

    private static string? Message(JsonElement root) => root.Text("message") ?? root.Text("Message") ?? root.Text("originalMessage");

    private static ProviderErrorBody Of(string? type, string? message)
    {
        // ThrottlingException:http://internal.amazon.com/…, or com.amazon.coral.service#ThrottlingException
        var name = type?.Split(':')[0].Split('#')[^1].Trim();
        return new(
            GatewayErrors.Bounded(string.IsNullOrEmpty(message) ? "The provider gave no reason." : message),
            null,
            string.IsNullOrEmpty(name) ? null : GatewayErrors.Bounded(name, 128),
            StatusOf(name));
    }

    // An error in a stream has no status of its own.
    private static int? StatusOf(string? name) => name?.ToLowerInvariant() switch
    {
        "validationexception" or "conflictexception" or "servicequotaexceededexception" => 400,
        "accessdeniedexception" or "unrecognizedclientexception" or "expiredtokenexception" or "invalidsignatureexception" => 403,
        "resourcenotfoundexception" => 404,
        "modeltimeoutexception" => 408,
        "modelerrorexception" or "modelstreamerrorexception" => 424,
        "throttlingexception" or "modelnotreadyexception" => 429,
        "internalserverexception" or "internalfailure" => 500,
        "serviceunavailableexception" => 503,
        _ => null,
    };
}
