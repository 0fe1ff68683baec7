using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>AWS's signature, version 4, in a header. Pure: what is signed is handed in, the instant too.</summary>
/// <remarks>Source: AWS General Reference, "Create a signed AWS API request". For every service but S3 the path is encoded once more.</remarks>
internal static class SigV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The value of <c>Authorization</c>.</summary>
    /// <param name="headers">Those that are signed, by lower-case names; <c>host</c> and <c>x-amz-date</c> among them.</param>
    /// <param name="path">As it is sent, encoded once.</param>
    /// <param name="query">As it is sent, without the question mark; empty where there is none.</param>
    public static string Authorization(
        AwsScope scope, string method, string path, string query, SortedDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset at)
    {
        var names = string.Join(';', headers.Keys);
        var canonical = new StringBuilder()
            .Append(method).Append('\n')
            .Append(EncodePath(path)).Append('\n')
            .Append(Canonical(query)).Append('\n');
        foreach (var (name, value) in headers)
        {
            canonical.Append(name).Append(':').Append(Trimmed(value)).Append('\n');
        }

        canonical.Append('\n').Append(names).Append('\n').Append(Hex(SHA256.HashData(body)));
        var day = at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var credential = $"{day}/{scope.Region}/{scope.Service}/aws4_request";
        var text = $"{Algorithm}\n{DateOf(at)}\n{credential}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var signature = Hex(HMACSHA256.HashData(KeyOf(scope, day), Encoding.UTF8.GetBytes(text)));
        return $"{Algorithm} Credential={scope.AccessKeyId}/{credential}, SignedHeaders={names}, Signature={signature}";
    }

    /// <summary>The value of <c>x-amz-date</c>.</summary>
    public static string DateOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static byte[] KeyOf(AwsScope scope, string day)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + scope.SecretAccessKey.Reveal());
        foreach (var part in (ReadOnlySpan<string>)[day, scope.Region, scope.Service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return key;
    }

    private static string EncodePath(string path) => path.Length == 0 ? "/" : string.Join('/', path.Split('/').Select(Encode));

    private static string Canonical(string query) => query.Length == 0 ? "" : string.Join('&', query.Split('&')
        .Select(static pair => pair.Split('=', 2))
        .Select(static pair => (Name: Encode(Uri.UnescapeDataString(pair[0])), Value: pair.Length > 1 ? Encode(Uri.UnescapeDataString(pair[1])) : ""))
        .OrderBy(static pair => pair.Name, StringComparer.Ordinal).ThenBy(static pair => pair.Value, StringComparer.Ordinal)
        .Select(static pair => $"{pair.Name}={pair.Value}"));

    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~')
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return encoded.ToString();
    }

    // White space around goes, and runs of it within become one.
    private static string Trimmed(string value) => string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
