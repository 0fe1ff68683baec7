using System.Net;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The keys of the task or pod that we run in, at the address that its platform has set.</summary>
/// <remarks>(Source: AWS SDKs and Tools Reference Guide, "Container credential provider".)</remarks>
internal sealed class AwsContainer(Uri address, Secret? token, string? tokenFile) : IAwsCredentialSource
{
    // Of tasks, and of pods in both families of addresses. A token is sent to no other place without encryption.
    private static readonly string[] Known = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];

    public async Task<AwsCredentials?> GetAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        var host = address.Host.Trim('[', ']');
        if (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback && !Array.Exists(Known, k => IPAddress.TryParse(host, out var ip) && ip.Equals(IPAddress.Parse(k))))
        {
            throw new CredentialException("the container's credentials are asked for by https, or of the platform's own address.");
        }

        using var question = new HttpRequestMessage(HttpMethod.Get, address);
        if (tokenFile is not null)
        {
            question.Headers.TryAddWithoutValidation("Authorization", (await File.ReadAllTextAsync(tokenFile, cancellationToken)).Trim());
        }
        else if (token is not null)
        {
            question.Headers.TryAddWithoutValidation("Authorization", token.Reveal());
        }

        return AwsKeyAnswer.Read(await CredentialCall.SendAsync(invoker, question, cancellationToken));
    }
}
