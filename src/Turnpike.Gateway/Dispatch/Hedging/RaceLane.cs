using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch.Hedging;

/// <summary>One of two attempts of a request that run at once. What it holds belongs to its attempt while that runs, then to the race.</summary>
/// <param name="tap">Its own: both may show content in the same instant.</param>
internal sealed class RaceLane(HedgeRace race, Endpoint endpoint, TextTap? tap, CancellationToken caller) : IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ISentBody? _body;
    private volatile bool _isOutrun;

    public Endpoint Endpoint { get; } = endpoint;

    public TextTap? Tap { get; } = tap;

    /// <summary>The caller has left, or the other attempt was first.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The other attempt was first: whatever comes of this one counts for nothing.</summary>
    public bool IsOutrun => _isOutrun;

    /// <summary>It began while the other was under way. It takes no place that others wait for.</summary>
    public bool IsSecond => !ReferenceEquals(race.First, this);

    /// <summary>It may keep the caller alive: only one does, the first while it runs.</summary>
    public bool MaySpeak => !IsSecond || race.First.HasEnded;

    /// <summary>Completes when its attempt has let go of all that it shares with the other.</summary>
    public Task Ended => _ended.Task;

    public bool HasEnded => _ended.Task.IsCompleted;

    /// <summary>What has been learned of its answer; null where its call could not be made.</summary>
    public AnswerFacts? Facts { get; private set; }

    /// <summary>What its provider was not told.</summary>
    public DroppedParameters? Dropped { get; private set; }

    /// <summary>The provider may have read the request.</summary>
    public bool WasSent => Facts is not null && _body is not { HasBegun: false };

    /// <summary>Its call is ready; the first one's time runs from here.</summary>
    public void Ready(in UpstreamCall call, AnswerFacts facts, DroppedParameters? dropped)
    {
        (Facts, Dropped, _body) = (facts, dropped, call.Message.Content as ISentBody);
        if (!IsSecond)
        {
            race.Arm();
        }
    }

    /// <summary>Asks to be the one that answers; true for one of the two, and again for it. When it is true the other has ended.</summary>
    /// <param name="isContent">It has an answer to tell; otherwise it ends because the caller left, or because we stop.</param>
    public ValueTask<bool> TryWinAsync(bool isContent) => race.TryWinAsync(this, isContent);

    public void Outrun()
    {
        _isOutrun = true;
        _source.Cancel();
    }

    public void End() => _ended.TrySetResult();

    public void Dispose() => _source.Dispose();
}
