using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Turnpike.Configuration;

namespace Turnpike.Hosting;

/// <summary>The certificate of <c>https</c> addresses: two PEM files that the environment names, read at the start.</summary>
internal static class ServerCertificate
{
    /// <summary>The file of the certificate, followed by those of its issuers.</summary>
    public const string Variable = "TURNPIKE_CERTIFICATE";

    /// <summary>The file of its private key; the same file when it is not said.</summary>
    public const string KeyVariable = "TURNPIKE_CERTIFICATE_KEY";

    /// <exception cref="StartException">No file is named, or it cannot be used.</exception>
    public static HttpsConnectionAdapterOptions Load(TurnpikeSettings settings)
    {
        var environment = settings.Origin.Environment;
        if (!environment.TryGetValue(Variable, out var named) || named.Length == 0)
        {
            throw new StartException(
                $"an https address needs a certificate: name its PEM files in {Variable} and {KeyVariable}, or put a proxy that has one in front.");
        }

        var folder = settings.Origin.WorkingDirectory;
        var file = Path.GetFullPath(named, folder);
        var keyFile = environment.TryGetValue(KeyVariable, out var key) && key.Length > 0 ? Path.GetFullPath(key, folder) : file;
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            return new() { ServerCertificate = X509Certificate2.CreateFromPemFile(file, keyFile), ServerCertificateChain = chain };
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException($"the certificate in {file} with the key in {keyFile} cannot be used: {e.Message}");
        }
    }
}
