using Microsoft.Extensions.Logging;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Catalog;

/// <summary>What is logged of the catalogue and of the file behind it.</summary>
internal static partial class CatalogLog
{
    [LoggerMessage(EventIds.CatalogInForce, LogLevel.Information, "The catalogue has {Providers} providers, {Models} models and {Endpoints} endpoints.")]
    public static partial void CatalogInForce(this ILogger log, int providers, int models, int endpoints);

    [LoggerMessage(EventIds.SettingsNotice, LogLevel.Information, "{Notice}")]
    public static partial void SettingsNotice(this ILogger log, string notice);

    [LoggerMessage(EventIds.LocalEnginesFound, LogLevel.Information, "Engines on this machine offer {Models} models: {Engines}.")]
    public static partial void LocalEnginesFound(this ILogger log, int models, string engines);

    [LoggerMessage(EventIds.FileInForce, LogLevel.Information,
        "{File} has changed and is in force: {Providers} providers, {Models} models, {Endpoints} endpoints.")]
    public static partial void FileInForce(this ILogger log, string file, int providers, int models, int endpoints);

    [LoggerMessage(EventIds.FileRefused, LogLevel.Warning,
        "{File} has changed and has {Count} faults; what was in force before stays in force until they are corrected:\n{Faults}")]
    public static partial void FileRefused(this ILogger log, string file, int count, string faults);

    [LoggerMessage(EventIds.RestartNeeded, LogLevel.Warning, "{File} has changed in settings that take effect at the next start only: {Settings}.")]
    public static partial void RestartNeeded(this ILogger log, string file, string settings);

    [LoggerMessage(EventIds.FileGone, LogLevel.Warning, "{File} is gone; what was in force before stays in force until the next start.")]
    public static partial void FileGone(this ILogger log, string file);

    [LoggerMessage(EventIds.WatchFailed, LogLevel.Warning, "{File} could not be looked at: {Reason}.")]
    public static partial void WatchFailed(this ILogger log, string file, string reason);
}
