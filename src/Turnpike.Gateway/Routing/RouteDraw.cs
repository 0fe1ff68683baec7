namespace Turnpike.Gateway.Routing;

/// <summary>The chance and the clock that go into decisions: both stand in the record of each.</summary>
internal sealed class RouteDraw(Random random, TimeProvider time)
{
    public DateTimeOffset Now => time.GetUtcNow();

    public (ulong Seed, DateTimeOffset At) Next() => ((ulong)random.NextInt64(), time.GetUtcNow());
}
