using System.Text.Json;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>Keys as services and programs give them, in JSON.</summary>
internal static class AwsKeyAnswer
{
    /// <param name="token">The name of the session token.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="CredentialException">It has no keys.</exception>
    public static AwsCredentials Read(byte[] answer, string token = "Token")
    {
        using var document = JsonDocument.Parse(answer);
        var root = document.RootElement;
        return new(
            Text(root, "AccessKeyId") ?? throw new CredentialException("the answer has no access key."),
            new Secret(Text(root, "SecretAccessKey") ?? throw new CredentialException("the answer has no secret of its access key.")),
            Text(root, token) is { } session ? new Secret(session) : null,
            root.TryGetProperty("Expiration", out var end) && end.ValueKind == JsonValueKind.String && end.TryGetDateTimeOffset(out var at) ? at : null);
    }

    /// <summary>A text that is not empty; null where there is none.</summary>
    public static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
