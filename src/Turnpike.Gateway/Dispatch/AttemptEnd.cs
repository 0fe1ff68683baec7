using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Dispatch;

/// <summary>How an attempt ended: an answer that has given content or whose caller left, or a failure that gave none. Neither where another
/// attempt of the request was first.</summary>
internal readonly record struct AttemptEnd(Endpoint Endpoint, Answer? Answer, UpstreamFailure? Failure)
{
    /// <summary>When the call was ready, a timestamp; zero where it could not be made, and nothing was sent.</summary>
    public long StartedAt { get; init; }

    public long EndedAt { get; init; }

    /// <summary>The other one of two attempts that ran at once, which failed before this one did.</summary>
    public FailedAttempt? Earlier { get; init; }
}

internal sealed record FailedAttempt(Endpoint Endpoint, UpstreamFailure Failure);
