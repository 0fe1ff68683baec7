namespace Turnpike.Gateway.Telemetry;

/// <summary>The ids of log lines, so that an operator can find and filter them. One range a station; a number is never used again.</summary>
public static class EventIds
{
    // 1000: surfaces that are read.
    public const int ReadAborted = 1000;
    public const int ReadStoreUnavailable = 1001;
    public const int ReadFailed = 1002;

    // 1100: the chat surface and the request's way.
    public const int StreamBroken = 1100;

    // 1200: authentication. 1300: admission.

    // 1400: routing.
    public const int RecordsNotSwept = 1400;

    // 1500: dispatch and providers.
    public const int ProviderPaused = 1501;
    public const int ProviderUnsigned = 1502;

    // 1600: streaming.
    public const int DetachedRequestFailed = 1600;

    // 1700: settlement.
    public const int HoldExpired = 1700;

    // 1750: responses that are kept.
    public const int ResponseTooLarge = 1750;
    public const int ResponseNotKept = 1751;
    public const int ResponsesNotSwept = 1752;

    // 1800: the catalogue and the configuration behind it.
    public const int CatalogInForce = 1800;
    public const int SettingsNotice = 1801;
    public const int LocalEnginesFound = 1802;
    public const int FileInForce = 1810;
    public const int FileRefused = 1811;
    public const int RestartNeeded = 1812;
    public const int FileGone = 1813;
    public const int WatchFailed = 1814;

    // 1900: telemetry.
    public const int ExportStarted = 1900;
    public const int ExportStopped = 1901;
}
