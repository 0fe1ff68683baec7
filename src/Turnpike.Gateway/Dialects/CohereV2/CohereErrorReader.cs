using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>Reads errors: <c>{"message":…,"id":…}</c>; the status says the rest.</summary>
internal static class CohereErrorReader
{
    /// <summary>Reads a whole error body; never throws. A body that is not JSON is its own message.</summary>
    public static ProviderErrorBody Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return new(GatewayErrors.Bounded(document.RootElement.Text("message") ?? "The provider gave no reason."), null, null, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException) // the second: no UTF-8
        {
            return new(GatewayErrors.Bounded(Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 1000)]).Trim()), null, null, null);
        }
    }
}
