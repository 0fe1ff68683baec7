using System.Diagnostics;

namespace Turnpike.Gateway.Dispatch.Faults;

/// <summary>The one table of what follows from which failure (docs/resilience.md); one test a row.</summary>
internal static class FailureRules
{
    // A key or an account does not mend itself within seconds; an operator does it, and is told by a warning.
    private static readonly TimeSpan KeyPause = TimeSpan.FromMinutes(5);

    // Where nobody knows how long the day still is.
    private static readonly TimeSpan DayPause = TimeSpan.FromHours(1);

    private static readonly FailureRule Caller = new(SameAgain.No, NextAttempt.None, HealthMark.None, TimeSpan.Zero);
    private static readonly FailureRule ContextLength = new(SameAgain.No, NextAttempt.LongerContext, HealthMark.None, TimeSpan.Zero);
    private static readonly FailureRule ContentPolicy = new(SameAgain.No, NextAttempt.Model, HealthMark.None, TimeSpan.Zero);
    private static readonly FailureRule Unsaid = new(SameAgain.No, NextAttempt.Endpoint, HealthMark.None, TimeSpan.Zero);
    private static readonly FailureRule Thoughts = new(SameAgain.WithoutThoughts, NextAttempt.Endpoint, HealthMark.None, TimeSpan.Zero);
    private static readonly FailureRule Key = new(SameAgain.No, NextAttempt.Provider, HealthMark.Fault, KeyPause) { PausesProvider = true };
    private static readonly FailureRule ModelGone = new(SameAgain.No, NextAttempt.Endpoint, HealthMark.Fault, KeyPause);
    private static readonly FailureRule RateLimit = new(SameAgain.WhenAlone, NextAttempt.Endpoint, HealthMark.RateLimited, TimeSpan.Zero);
    private static readonly FailureRule DayLimit = new(SameAgain.No, NextAttempt.Endpoint, HealthMark.RateLimited, DayPause);
    private static readonly FailureRule Overload = new(SameAgain.WhenAlone, NextAttempt.Endpoint, HealthMark.Fault, TimeSpan.Zero);
    private static readonly FailureRule Server = new(SameAgain.WhenAlone, NextAttempt.Endpoint, HealthMark.Fault, TimeSpan.Zero);
    private static readonly FailureRule Network = new(SameAgain.AtOnce, NextAttempt.Endpoint, HealthMark.Fault, TimeSpan.Zero);
    private static readonly FailureRule TimedOut = new(SameAgain.No, NextAttempt.Endpoint, HealthMark.Fault, TimeSpan.Zero);

    public static FailureRule For(FailureKind kind) => kind switch
    {
        FailureKind.Caller => Caller,
        FailureKind.ContextLength => ContextLength,
        FailureKind.ContentPolicy => ContentPolicy,
        FailureKind.Unsaid or FailureKind.Lacking => Unsaid,
        FailureKind.Thoughts => Thoughts,
        FailureKind.Credentials or FailureKind.ProviderBilling => Key,
        FailureKind.ModelGone => ModelGone,
        FailureKind.RateLimit => RateLimit,
        FailureKind.DayLimit => DayLimit,
        FailureKind.Overload => Overload,
        FailureKind.Server or FailureKind.Garbage => Server,
        FailureKind.Network => Network,
        FailureKind.TimedOut => TimedOut, // trying the same again would cost the caller the same wait
        _ => throw new UnreachableException(),
    };
}
