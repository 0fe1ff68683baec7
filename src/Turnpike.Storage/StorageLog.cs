namespace Turnpike.Storage;

/// <summary>What the storage tells its operator.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(EventIds.Opened, LogLevel.Information, "The book is open: {Database}, journal {JournalBytes} bytes.")]
    public static partial void Opened(this ILogger log, string database, long journalBytes);

    [LoggerMessage(EventIds.Recovered, LogLevel.Warning,
        "The last server did not end in order: {Records} records of its journal were applied now and {Expired} of its holds expired, their credit given back.")]
    public static partial void Recovered(this ILogger log, long records, int expired);

    [LoggerMessage(EventIds.NotDrained, LogLevel.Warning,
        "Stopped before the store had everything: {Records} records stay in the journal and are applied at the next start.")]
    public static partial void NotDrained(this ILogger log, long records);

    [LoggerMessage(EventIds.StoreFails, LogLevel.Warning,
        "The store does not take bookings; they are kept in the journal and tried again. New requests are refused when it is full.")]
    public static partial void StoreFails(this ILogger log, Exception exception);

    [LoggerMessage(EventIds.StoreBack, LogLevel.Information, "The store takes bookings again.")]
    public static partial void StoreBack(this ILogger log);

    [LoggerMessage(EventIds.FlushFails, LogLevel.Error, "The journal could not be brought to the disk.")]
    public static partial void FlushFails(this ILogger log, Exception exception);

    [LoggerMessage(EventIds.NoticesFail, LogLevel.Warning,
        "Changes made by other processes cannot be taken over just now; tried again.")]
    public static partial void NoticesFail(this ILogger log, Exception exception);

    [LoggerMessage(EventIds.NoticesBack, LogLevel.Information, "Changes made by other processes are taken over again.")]
    public static partial void NoticesBack(this ILogger log);

    [LoggerMessage(EventIds.DatabaseBehind, LogLevel.Warning,
        "The database is older than the journal: bookings {From} to {To} are not in it (was it restored from a backup?). Going on from what it has.")]
    public static partial void DatabaseBehind(this ILogger log, long from, long to);

    [LoggerMessage(EventIds.Closed, LogLevel.Information, "The book is closed; {Records} records are left in the journal.")]
    public static partial void Closed(this ILogger log, long records);

    [LoggerMessage(EventIds.RoutesFail, LogLevel.Error, "The records of some routes could not be made and are lost; report this as a fault of Turnpike.")]
    public static partial void RoutesFail(this ILogger log, Exception exception);
}
