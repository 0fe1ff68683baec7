using System.Globalization;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Reads errors of Google's APIs: <c>{"error":{"code":429,"message":…,"status":"RESOURCE_EXHAUSTED","details":[…]}}</c>, in a list where a
/// stream was asked for, and what Vertex passes on of others' models. (Source: google.rpc, status.proto and error_details.proto.)</summary>
internal static class GeminiErrorReader
{
    /// <summary>Reads a whole error body; never throws. A body that is not JSON is its own message.</summary>
    public static ProviderErrorBody Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref json);
            var root = document.RootElement;
            return ReadValue(root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0 ? root[0] : root);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException) // the second: no UTF-8
        {
            return new(GatewayErrors.Bounded(Encoding.UTF8.GetString(body[..Math.Min(body.Length, 1000)]).Trim()), null, null, null);
        }
    }

    private static ProviderErrorBody ReadValue(JsonElement root)
    {
        var error = root.TryMember("error", out var inner) ? inner : root;
        if (error.ValueKind != JsonValueKind.Object)
        {
            return new(GatewayErrors.Bounded(error.ToString()), null, null, null);
        }

        var (reason, wait, isOfDay) = ReadDetails(error);
        return new(
            GatewayErrors.Bounded(error.Text("message") ?? "The provider gave no reason."),
            (reason ?? error.Text("code")) is { } code ? GatewayErrors.Bounded(code, 128) : null,
            (error.Text("status") ?? error.Text("type")) is { } type ? GatewayErrors.Bounded(type, 128) : null,
            error.Integer("code") is { } status and >= 400 and < 600 ? (int)status : null)
        {
            RetryAfter = isOfDay ? null : wait, // which knows the minute's quota alone
            IsOfDay = isOfDay,
        };
    }

    // ErrorInfo says why (API_KEY_INVALID, say), RetryInfo when to come back, QuotaFailure which quota it was.
    private static (string? Reason, TimeSpan? Wait, bool IsOfDay) ReadDetails(JsonElement error)
    {
        (string? reason, TimeSpan? wait, var isOfDay) = (null, null, false);
        if (error.TryMember("details", out var details) && details.ValueKind == JsonValueKind.Array)
        {
            foreach (var detail in details.EnumerateArray())
            {
                var type = detail.Text("@type") ?? "";
                reason ??= type.EndsWith("google.rpc.ErrorInfo", StringComparison.Ordinal) ? detail.Text("reason") : null;
                wait ??= type.EndsWith("google.rpc.RetryInfo", StringComparison.Ordinal) ? Duration(detail.Text("retryDelay")) : null;
                isOfDay |= type.EndsWith("google.rpc.QuotaFailure", StringComparison.Ordinal) && IsOfDay(detail);
            }
        }

        return (reason, wait, isOfDay);
    }

    // "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
    private static bool IsOfDay(JsonElement failure) =>
        failure.TryMember("violations", out var violations) && violations.ValueKind == JsonValueKind.Array
        && violations.EnumerateArray().Any(static v => v.Text("quotaId")?.Contains("PerDay", StringComparison.Ordinal) == true);

    // "34.4s"
    private static TimeSpan? Duration(string? text) =>
        text is [.., 's'] && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e8
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
