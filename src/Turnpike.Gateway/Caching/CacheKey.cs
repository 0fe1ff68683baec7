using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Turnpike.Gateway.Caching;

/// <summary>What makes two requests the same: key, address, stream or not, and all of the body, whatever the order of its members.</summary>
internal static class CacheKey
{
    /// <summary>Larger bodies are not looked at: pictures and documents are seldom sent twice.</summary>
    private const int BodyBytesMax = 4 << 20;

    /// <summary>The hash of a request; null where it has none.</summary>
    public static string? Of(Exchange exchange)
    {
        if (exchange.Body.Length > BodyBytesMax)
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(exchange.Key.Key.Hash.ToArray());
        hash.AppendData(Encoding.UTF8.GetBytes($"{exchange.Format.ApiType}\n{exchange.Format.Dialect}\n{exchange.Request.IsTextCompletion}\n{exchange.Request.Stream}\n"));
        try
        {
            using var body = JsonDocument.Parse(exchange.Body.Memory);
            using var canonical = new MemoryStream(exchange.Body.Length);
            using (var json = new Utf8JsonWriter(canonical))
            {
                Write(json, body.RootElement);
            }

            hash.AppendData(canonical.GetBuffer().AsSpan(0, (int)canonical.Length));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // nested deeper than anybody asks a model
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(static m => m.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
