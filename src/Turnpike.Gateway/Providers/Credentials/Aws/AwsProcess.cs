using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The keys that a program prints, which a profile names (<c>credential_process</c>).</summary>
/// <remarks>(Source: AWS SDKs and Tools Reference Guide, "Process credential provider".) It has as long as any question for credentials, and is killed
/// then. What it prints beside them is read and dropped: it may tell secrets.</remarks>
internal static class AwsProcess
{
    private const int OutputBytesMax = 64 << 10;

    /// <exception cref="CredentialException">It failed, or printed none.</exception>
    /// <exception cref="JsonException">It printed something else.</exception>
    public static async Task<AwsCredentials> RunAsync(string command, CancellationToken cancellationToken)
    {
        try
        {
            // By the shell, as AWS's own clients do: the line may have quotes.
            var (code, output) = await BoundedProcess.RunAsync(new("/bin/sh", ["-c", command]), default, OutputBytesMax, cancellationToken);
            return output is null ? throw new CredentialException("the program of the profile's credential_process prints more than keys.")
                : code != 0 ? throw new CredentialException($"the program of the profile's credential_process failed (exit code {code}).")
                : Read(output);
        }
        catch (Win32Exception exception)
        {
            throw new CredentialException("the profile's credential_process needs /bin/sh, which is not there.", exception);
        }
    }

    private static AwsCredentials Read(byte[] output)
    {
        using var document = JsonDocument.Parse(output);
        return document.RootElement.TryGetProperty("Version", out var version) && version.ValueKind == JsonValueKind.Number && version.GetInt32() == 1
            ? AwsKeyAnswer.Read(output, "SessionToken")
            : throw new CredentialException("the program of the profile's credential_process does not print keys in version 1.");
    }
}
