using System.Net;

namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>The gateway's own credentials are of no use, for a reason that its operator can do something about.</summary>
/// <remarks>The message is a sentence without secrets, for operators: it is logged, and callers are not told it.</remarks>
internal sealed class CredentialException : HttpRequestException
{
    public CredentialException(string reason, Exception? inner = null)
        : base(HttpRequestError.UserAuthenticationError, reason, inner)
    {
    }

    public CredentialException(string reason, HttpStatusCode refusal)
        : base(HttpRequestError.UserAuthenticationError, reason, inner: null, refusal)
    {
    }
}
