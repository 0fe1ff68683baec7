using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Reads errors: the kind stands in a header or names an event, the words in the body.</summary>
internal static class BedrockErrorReader
{
    /// <param name="type">May carry an address behind a colon.</param>
    public static ProviderErrorBody Read(string? type, ReadOnlySpan<byte> body)
    {
        var message = "";
        try
        {
            var json = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref json);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
            {
                message = root.Text("message") ?? root.Text("Message") ?? "";
                type ??= root.Text("__type");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            message = "The provider's error could not be read.";
        }

        var name = type?.Split(':')[0].Split('#')[^1];
        return new(GatewayErrors.Bounded(message), name is null ? null : GatewayErrors.Bounded(name, 64), Type: null, StatusOf(name));
    }

    // The status of an exception within a stream; one of an HTTP answer has its own.
    private static int? StatusOf(string? name) => name?.ToLowerInvariant() switch
    {
        "accessdeniedexception" => 403,
        "resourcenotfoundexception" => 404,
        "validationexception" or "conflictexception" => 400,
        "throttlingexception" or "modelnotreadyexception" or "servicequotaexceededexception" => 429,
        "modeltimeoutexception" => 504,
        "serviceunavailableexception" => 503,
        "modelerrorexception" or "modelstreamerrorexception" => 424,
        "internalserverexception" => 500,
        _ => null,
    };
}
