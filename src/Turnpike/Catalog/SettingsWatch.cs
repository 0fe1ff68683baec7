using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Turnpike.Configuration;

namespace Turnpike.Catalog;

/// <summary>Takes a changed turnpike.json into force without a restart; a faulty one changes nothing and is reported.</summary>
/// <remarks>The file system tells of changes at once; because it does not on every kind of mount, the file is also looked at every second.
/// Files that the configuration takes secrets from count as parts of it, and so does the overlay of the catalogue. At midnight, UTC, all is read
/// again: rows of prices may begin to count.</remarks>
internal sealed class SettingsWatch(TurnpikeSettings started, CatalogService catalog, TimeProvider clock, ILogger<SettingsWatch> log) : BackgroundService
{
    /// <summary>How often the file is looked at, whether or not the file system says anything.</summary>
    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Editors write in several steps; reading waits until this long after the first.</summary>
    public static TimeSpan Settling { get; } = TimeSpan.FromMilliseconds(100);

    // One signal is enough for any number of changes.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly string _file = started.Origin.ConfigFile;
    private ImmutableArray<FileStamp> _read = started.Files;
    private DateOnly _day = started.Origin.Sources.Today;

    /// <summary>Says what is in force and looks for local engines once, so that they are there for the first request.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var current = catalog.Current;
        log.CatalogInForce(current.Providers.Length, current.Models.Length, current.Endpoints.Length);
        Tell(started.Notices);
        await catalog.DiscoverAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watcher = Watcher();
        await using var timer = clock.CreateTimer(_ => Signal(), null, PollInterval, PollInterval);
        await foreach (var _ in _signals.Reader.ReadAllAsync(stoppingToken))
        {
            var changed = started.Origin.Sources.Today != _day || _read.Any(static file => !file.IsCurrent());
            await Task.Delay(Settling, clock, stoppingToken); // Also when nothing has: a busy folder is not looked at without a pause.
            if (!changed)
            {
                continue;
            }

            try
            {
                await TakeAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The edge of a background loop: what is in force stays so, and the next change is tried again.
                log.WatchFailed(_file, exception.Message);
            }
        }
    }

    private void Signal() => _signals.Writer.TryWrite(true);

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var result = SettingsLoader.Load(started.Origin);
        var wasThere = _read[0].Exists;
        _day = started.Origin.Sources.Today;
        _read = result.Files; // Without the file none of its secrets' files: only its return is a change then.
        if (wasThere && !_read[0].Exists)
        {
            log.FileGone(_file);
            return;
        }

        if (result.Settings is not { } settings)
        {
            log.FileRefused(_file, result.Faults.Count, string.Join('\n', result.Faults));
            return;
        }

        catalog.Replace(settings);
        log.FileInForce(_file, settings.Catalog.Providers.Length, settings.Catalog.Models.Length, settings.Catalog.Endpoints.Length);
        Tell(settings.Notices);
        if (RestartSettings.Changed(started, settings) is { Length: > 0 } changed)
        {
            log.RestartNeeded(_file, string.Join(", ", changed));
        }

        await catalog.DiscoverAsync(cancellationToken);
    }

    private void Tell(IReadOnlyList<string> notices)
    {
        foreach (var notice in notices)
        {
            log.SettingsNotice(notice);
        }
    }

    /// <summary>Null where the file system cannot tell of changes; looking every second is enough then.</summary>
    private FileSystemWatcher? Watcher()
    {
        try
        {
            // The whole folder: an editor replaces the file by another one, and a link's target may change.
            var watcher = new FileSystemWatcher(Path.GetDirectoryName(_file)!, "*"); // A full path of a file has a folder.
            watcher.Changed += (_, _) => Signal();
            watcher.Created += (_, _) => Signal();
            watcher.Renamed += (_, _) => Signal();
            watcher.Deleted += (_, _) => Signal();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            log.WatchFailed(_file, exception.Message);
            return null;
        }
    }
}
