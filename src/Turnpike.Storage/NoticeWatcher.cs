using Turnpike.Core.Ledger;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage;

/// <summary>Hands what other processes have changed to the running server, in order, each until it was taken.</summary>
internal sealed class NoticeWatcher(SqlStore store, IEnumerable<INoticeSink> sinks, TimeProvider time, ILogger<NoticeWatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly INoticeSink[] _sinks = [.. sinks];
    private long _taken;
    private bool _failing;

    /// <summary>Begins after the notices there are: nothing is in memory that they could change.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken) => _taken = await store.NewestNoticeAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_sinks.Length == 0)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var signal = store.Database.OpenNoticeSignal();
                await WatchAsync(signal, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!_failing)
                {
                    log.NoticesFail(e);
                }

                _failing = true;
                await Task.Delay(RetryAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WatchAsync(INoticeSignal signal, CancellationToken cancellationToken)
    {
        while (true)
        {
            await signal.WaitAsync(time, cancellationToken);
            foreach (var notice in await store.ReadNoticesAsync(_taken, cancellationToken))
            {
                foreach (var sink in _sinks)
                {
                    await sink.ApplyAsync(notice, cancellationToken);
                }

                _taken = notice.Sequence;
            }

            if (_failing)
            {
                _failing = false;
                log.NoticesBack();
            }
        }
    }
}
