namespace Turnpike.Storage.Journal;

/// <summary>Instants as they are stored: whole microseconds since 1970, UTC.</summary>
internal static class MicroTime
{
    public static long From(DateTimeOffset instant) =>
        (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset To(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
