using System.Net;
using System.Text;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The keys of the role that the machine has, by the second version of its metadata service.</summary>
/// <remarks>(Source: Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".)</remarks>
internal sealed class AwsInstanceMetadata(Uri address, TimeProvider time) : IAwsCredentialSource
{
    private const string Roles = "latest/meta-data/iam/security-credentials/";

    // The service is on the machine itself; where nobody answers we are not on one.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<AwsCredentials?> GetAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        if (await SessionAsync(invoker, cancellationToken) is not { } session)
        {
            return null;
        }

        try
        {
            var roles = Encoding.UTF8.GetString(await AskAsync(invoker, Roles, session, cancellationToken));
            var role = roles.Split('\n', 2)[0].Trim();
            return role.Length == 0 ? null : AwsKeyAnswer.Read(await AskAsync(invoker, Roles + Uri.EscapeDataString(role), session, cancellationToken));
        }
        catch (HttpRequestException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null; // the machine has no role
        }
    }

    private async Task<string?> SessionAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        using var question = new HttpRequestMessage(HttpMethod.Put, new Uri(address, "latest/api/token"));
        question.Headers.TryAddWithoutValidation("X-aws-ec2-metadata-token-ttl-seconds", "300");
        try
        {
            return Encoding.ASCII.GetString(await CredentialCall.SendAsync(invoker, question, both.Token));
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private async Task<byte[]> AskAsync(HttpMessageInvoker invoker, string path, string session, CancellationToken cancellationToken)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        question.Headers.TryAddWithoutValidation("X-aws-ec2-metadata-token", session);
        return await CredentialCall.SendAsync(invoker, question, cancellationToken);
    }
}
