namespace Turnpike.Storage.Journal;

/// <summary>Callers who wait until a sequence is reached. Thread-safe.</summary>
internal sealed class SequenceWaiters(Func<long> reached)
{
    private readonly Lock _gate = new();
    private readonly Queue<(long Sequence, TaskCompletionSource Source)> _waiting = new();

    /// <summary>Whether anybody waits.</summary>
    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Completes when the sequence is reached. Those who wait for the same share a task.</summary>
    public Task WaitFor(long sequence)
    {
        lock (_gate)
        {
            if (reached() >= sequence)
            {
                return Task.CompletedTask;
            }

            if (_last is { } last && last.Sequence >= sequence && _waiting.Count > 0)
            {
                return last.Source.Task;
            }

            _last = (sequence, new(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiting.Enqueue(_last.Value);
            return _last.Value.Source.Task;
        }
    }

    private (long Sequence, TaskCompletionSource Source)? _last;

    /// <summary>Lets those go who waited for no more than this.</summary>
    public void Complete(long sequence)
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out var first) && first.Sequence <= sequence)
            {
                _waiting.Dequeue();
                first.Source.SetResult();
            }
        }
    }

    /// <summary>Nothing more will come: whoever still waits is told so.</summary>
    public void Fail(Exception reason)
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var first))
            {
                first.Source.SetException(reason);
            }
        }
    }
}
