using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Google;

/// <summary>A file with Google's credentials: a service account, which signs for itself, or a user, who has signed in once.</summary>
/// <remarks>(Source: Google, "Using OAuth 2.0 for server to server applications", 2026-08; RFC 7523.)</remarks>
internal sealed class GoogleCredentials
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private const string DefaultTokenAddress = "https://oauth2.googleapis.com/token";

    private string? _account;
    private string? _keyId;
    private Secret? _privateKey;
    private string? _clientId;
    private Secret? _clientSecret;
    private Secret? _refreshToken;

    public required Uri TokenAddress { get; init; }

    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="CredentialException">It is of another kind.</exception>
    public static GoogleCredentials Read(ReadOnlySpan<byte> file)
    {
        var json = new Utf8JsonReader(file);
        using var document = JsonDocument.ParseValue(ref json);
        var root = document.RootElement;
        var address = CredentialAddress.Of(Text(root, "token_uri") ?? DefaultTokenAddress);
        return Text(root, "type") switch
        {
            "service_account" => new()
            {
                TokenAddress = address,
                _account = Needed(root, "client_email"),
                _keyId = Text(root, "private_key_id"),
                _privateKey = new(Needed(root, "private_key")),
            },
            "authorized_user" => new()
            {
                TokenAddress = address,
                _clientId = Needed(root, "client_id"),
                _clientSecret = new(Needed(root, "client_secret")),
                _refreshToken = new(Needed(root, "refresh_token")),
            },
            _ => throw new CredentialException("its credentials file is neither a service account's nor a user's."),
        };
    }

    /// <summary>What a token is asked for with.</summary>
    public IEnumerable<KeyValuePair<string, string>> Grant(DateTimeOffset now) => _privateKey is { } key
        ?
        [
            new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            new("assertion", Assertion(key, now.ToUnixTimeSeconds())),
        ]
        :
        [
            new("grant_type", "refresh_token"),
            new("client_id", _clientId!), // Read wants these three where there is no private key
            new("client_secret", _clientSecret!.Reveal()),
            new("refresh_token", _refreshToken!.Reveal()),
        ];

    private string Assertion(Secret key, long now)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string?> { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = _keyId });
        var claims = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["iss"] = _account,
            ["scope"] = Scope,
            ["aud"] = TokenAddress.AbsoluteUri,
            ["iat"] = now,
            ["exp"] = now + 3600,
        });
        var signed = $"{Base64Url.EncodeToString(head)}.{Base64Url.EncodeToString(claims)}";
        using var rsa = RSA.Create();
        rsa.ImportFromPem(key.Reveal());
        return $"{signed}.{Base64Url.EncodeToString(rsa.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Needed(JsonElement root, string name) => Text(root, name) ?? throw new CredentialException($"its credentials file has no '{name}'.");

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
