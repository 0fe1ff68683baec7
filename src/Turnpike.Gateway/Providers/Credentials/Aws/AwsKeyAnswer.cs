using System.Text.Json;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>Keys as the container's and the machine's services give them, in JSON.</summary>
internal static class AwsKeyAnswer
{
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="FormatException">It has no keys.</exception>
    public static AwsCredentials Read(byte[] answer)
    {
        using var document = JsonDocument.Parse(answer);
        var root = document.RootElement;
        return new(
            Text(root, "AccessKeyId") ?? throw new FormatException("The answer has no key."),
            new Secret(Text(root, "SecretAccessKey") ?? throw new FormatException("The answer has no secret.")),
            Text(root, "Token") is { } token ? new Secret(token) : null,
            root.TryGetProperty("Expiration", out var end) && end.TryGetDateTimeOffset(out var at) ? at : null);
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
