namespace Turnpike.Gateway.Tests.Harness;

/// <summary>A calendar that stands still; timers and stopwatches go on.</summary>
internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
