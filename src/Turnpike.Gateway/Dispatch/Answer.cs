using System.Runtime.ExceptionServices;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dispatch;

/// <summary>What dispatch came back with: how it ended, where, and what was learned. The tail of a stream is not sent yet, a whole
/// answer not at all: settlement comes first.</summary>
internal sealed record Answer(Outcome Outcome, AnswerFacts Facts)
{
    /// <summary>The endpoint that answered, or failed after its first content; null when none gave any.</summary>
    public Endpoint? Endpoint { get; init; }

    /// <summary>Why it is not whole; null when it is, or when the caller left.</summary>
    public GatewayError? Error { get; init; }

    /// <summary>What is still open towards the provider; null when no endpoint answered.</summary>
    public OpenAttempt? Connection { get; init; }

    /// <summary>The fault of ours that ended it; thrown once it is settled. Null where there is none.</summary>
    public ExceptionDispatchInfo? Fault { get; init; }

    /// <summary>No endpoint's answer, but a fault of ours.</summary>
    public static Answer Failed(Exception fault) =>
        new(Outcome.OurFault, new AnswerFacts()) { Error = GatewayErrors.Internal, Fault = ExceptionDispatchInfo.Capture(fault) };
}
