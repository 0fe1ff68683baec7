using System.Text.Json;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Shared;

/// <summary>A body that is no JSON, as its sender is told of it: where, and why.</summary>
internal static class MalformedBody
{
    private const int ReasonLengthMax = 200;

    public static GatewayError Of(JsonException exception, bool isEmpty) => GatewayErrors.MalformedJson(
        (exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1, isEmpty ? "the body is empty." : Reason(exception.Message));

    // The reader's own words, without the place at their end, which is told before them, and without the name of an argument of its own.
    private static string Reason(string message)
    {
        var at = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = at < 0 ? message : message[..at];
        return GatewayErrors.Bounded(reason.Replace(", when isFinalBlock is true", "", StringComparison.Ordinal), ReasonLengthMax);
    }
}
