using System.Threading.Channels;
using Turnpike.Core.Ledger;

namespace Turnpike.Storage.Tests;

/// <summary>Takes notices over and lets a test wait for them.</summary>
internal sealed class RecordingSink : INoticeSink
{
    private readonly Channel<Notice> _notices = Channel.CreateUnbounded<Notice>();

    /// <summary>Refuses this many notices first.</summary>
    public int Failures { get; set; }

    public Task ApplyAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (Failures > 0)
        {
            Failures--;
            throw new StoreUnavailableException("Not now.");
        }

        _notices.Writer.TryWrite(notice);
        return Task.CompletedTask;
    }

    public ValueTask<Notice> NextAsync() => _notices.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
