using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway;

/// <summary>The model that an address of Azure's names.</summary>
internal static class Deployment
{
    private static readonly PathString Deployments = "/openai/deployments";

    /// <summary>The name in the address; null where the body names the model.</summary>
    public static string? Of(HttpRequest request) =>
        request.Path.StartsWithSegments(Deployments, StringComparison.OrdinalIgnoreCase) && request.RouteValues["deployment"] is string name
            ? Uri.UnescapeDataString(request.RouteValues["author"] is string author ? $"{author}/{name}" : name)
            : null;

    /// <summary>The body with the model of the address in it, whatever it named itself; null for what is neither a form nor a JSON object.</summary>
    public static byte[]? Named(ReadOnlySpan<byte> body, string? contentType, string model) => FormParts.TryBoundary(contentType, out var boundary)
        ? [.. Encoding.UTF8.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n{model}\r\n"), .. body] // the first of a name stands
        : InJson(body, model);

    private static byte[]? InJson(ReadOnlySpan<byte> body, string model)
    {
        var json = new Utf8JsonReader(body);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            var start = (int)json.BytesConsumed;
            var isEmpty = true;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                isEmpty = false;
                var isModel = json.ValueTextEquals("model"u8);
                json.Read();
                var at = (int)json.TokenStartIndex;
                json.Skip();
                if (isModel)
                {
                    return [.. body[..at], .. JsonText.Quote(model), .. body[(int)json.BytesConsumed..]];
                }
            }

            return [.. body[..start], .. "\"model\":"u8, .. JsonText.Quote(model), .. isEmpty ? ""u8 : ","u8, .. body[start..]];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // whoever reads it says what is wrong with it
        }
    }
}
