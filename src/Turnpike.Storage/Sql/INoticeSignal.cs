namespace Turnpike.Storage.Sql;

/// <summary>Tells that notices may have come.</summary>
internal interface INoticeSignal : IAsyncDisposable
{
    /// <summary>Returns when notices may have come since the last call; at times for nothing.</summary>
    Task WaitAsync(TimeProvider time, CancellationToken cancellationToken);
}
