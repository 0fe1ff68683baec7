using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Dispatch;

/// <summary>A request that is ready to be sent to one endpoint, and what makes the caller's answer of the endpoint's.</summary>
/// <param name="Message">Complete but for credentials that differ from request to request.</param>
internal readonly record struct UpstreamCall(IProviderFormat Format, HttpRequestMessage Message, AnswerFlow Flow) : IDisposable
{
    /// <summary>For a call that is not made; one that is made belongs to its attempt.</summary>
    public void Dispose()
    {
        Message.Dispose();
        Flow.Dispose();
    }
}
