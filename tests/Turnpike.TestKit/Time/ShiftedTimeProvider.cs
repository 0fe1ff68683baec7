namespace Turnpike.TestKit;

/// <summary>The calendar stands at noon of a Wednesday and moves only when it is told to, so that no test meets the end of a minute or a
/// day by chance; timers are the machine's.</summary>
/// <param name="shiftsElapsed">Elapsed time moves with the calendar; otherwise it is the machine's too.</param>
public sealed class ShiftedTimeProvider(bool shiftsElapsed = false) : TimeProvider
{
    private static readonly DateTimeOffset _start = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private long _shiftTicks;

    public void Shift(TimeSpan by) => Interlocked.Add(ref _shiftTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(Interlocked.Read(ref _shiftTicks));

    public override long GetTimestamp() => base.GetTimestamp()
        + (shiftsElapsed ? (long)(Interlocked.Read(ref _shiftTicks) * ((double)TimestampFrequency / TimeSpan.TicksPerSecond)) : 0);
}
