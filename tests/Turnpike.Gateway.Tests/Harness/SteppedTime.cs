namespace Turnpike.Gateway.Tests.Harness;

/// <summary>A clock that stands until it is put forward.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => SurfaceHost.Now.AddTicks(_ticks);

    public void Step(TimeSpan by) => _ticks += by.Ticks;
}
