using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dispatch.Hedging;

namespace Turnpike.Gateway.Dispatch;

/// <summary>A request that is ready to be sent to one endpoint, and what makes the caller's answer of the endpoint's.</summary>
/// <param name="Message">Complete but for credentials that differ from request to request.</param>
internal readonly record struct UpstreamCall(IProviderFormat Format, HttpRequestMessage Message, AnswerFlow Flow) : IDisposable
{
    /// <summary>An answer without content is taken for one: no other endpoint is left to ask.</summary>
    public bool TakesEmpty { get; init; }

    /// <summary>An answer of which a filter left nothing is taken for one: no other model is left to ask.</summary>
    public bool TakesFiltered { get; init; }

    /// <summary>Its place in a race of two attempts; null where it runs alone.</summary>
    public RaceLane? Lane { get; init; }

    /// <summary>For a call that is not made; one that is made belongs to its attempt.</summary>
    public void Dispose()
    {
        Message.Dispose();
        Flow.Dispose();
    }
}
