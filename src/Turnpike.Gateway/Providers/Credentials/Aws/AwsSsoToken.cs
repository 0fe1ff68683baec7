using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The token that <c>aws sso login</c> has left in a file, which AWS's clients share: who exchanges it writes it down again.</summary>
/// <remarks>(Source: AWS SDKs and Tools Reference Guide, "IAM Identity Center credential provider", "SSO token provider configuration".)</remarks>
internal sealed class AwsSsoToken
{
    private const int FileBytesMax = 64 << 10;

    private readonly string _path;
    private readonly JsonObject _fields;

    private AwsSsoToken(string path, JsonObject fields) => (_path, _fields) = (path, fields);

    /// <exception cref="CredentialException">Nobody has signed in.</exception>
    /// <exception cref="JsonException">The file is not one of a token.</exception>
    public static async Task<AwsSsoToken> ReadAsync(string folder, string name, CancellationToken cancellationToken)
    {
#pragma warning disable CA5350 // AWS's clients name the file so; nothing is kept secret by it.
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(name))) + ".json");
#pragma warning restore CA5350
        var file = new FileInfo(path);
        return !file.Exists ? throw new CredentialException("nobody has signed in for the profile: 'aws sso login' does.")
            : file.Length > FileBytesMax ? throw new CredentialException("the file with the profile's token is too long to be one.")
            : JsonNode.Parse(await File.ReadAllBytesAsync(path, cancellationToken)) is JsonObject fields ? new(path, fields)
            : throw new CredentialException("the file with the profile's token holds none.");
    }

    public Secret? Value => Text("accessToken") is { } token ? new(token) : null;

    public DateTimeOffset Ends => Instant("expiresAt");

    /// <summary>What another token is asked for with, as JSON; null where none can be had without signing in.</summary>
    public string? Exchange(DateTimeOffset now) =>
        Text("refreshToken") is { } refresh && Text("clientId") is { } client && Text("clientSecret") is { } secret && Instant("registrationExpiresAt") > now
            ? new JsonObject { ["clientId"] = client, ["clientSecret"] = secret, ["grantType"] = "refresh_token", ["refreshToken"] = refresh }.ToJsonString()
            : null;

    /// <summary>Takes up the answer to that, and writes it down for the others who use the file, where that is allowed.</summary>
    public async Task TakeAsync(JsonElement answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _fields["accessToken"] = AwsKeyAnswer.Text(answer, "accessToken") ?? throw new CredentialException("the answer of single sign-on has no token.");
        var seconds = answer.TryGetProperty("expiresIn", out var life) && life.TryGetInt32(out var given) ? Math.Clamp(given, 0, 86_400) : 0;
        _fields["expiresAt"] = now.AddSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (AwsKeyAnswer.Text(answer, "refreshToken") is { } refresh)
        {
            _fields["refreshToken"] = refresh;
        }

        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Read-only for us. The token is good all the same, until it ends.
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var temporary = _path + ".turnpike";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var stream = new FileStream(temporary, options))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(_fields.ToJsonString()), cancellationToken);
        }

        File.Move(temporary, _path, overwrite: true);
    }

    private string? Text(string name) => _fields[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    // Older clients write "2019-11-14T04:05:45UTC".
    private DateTimeOffset Instant(string name) => DateTimeOffset.TryParse(
        Text(name)?.Replace("UTC", "Z", StringComparison.Ordinal), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : default;
}
