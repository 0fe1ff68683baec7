using Microsoft.Extensions.Hosting;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;

namespace Turnpike.Gateway.Replay;

/// <summary>The answers that are kept, running ones and finished ones, by what they can be asked for by. In memory, and of this process.</summary>
/// <remarks>Thread-safe. Bounded: finished answers make room for new ones, the oldest first.</remarks>
internal sealed class ReplayTable(ReplayOptions options, TimeProvider time) : IHostedService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReplayName, (ReplayEntry Entry, string Fingerprint)> _byName = [];
    private readonly Dictionary<string, ReplayEntry> _byGeneration = new(StringComparer.Ordinal);
    private readonly LinkedList<ReplayEntry> _entries = [];

    /// <summary>The entry of a name: the one that is there, or a new one that the caller must run. Null when there is no room.</summary>
    /// <param name="name">Null makes a new one that is found by its generation alone.</param>
    /// <param name="fingerprint">Of the request; an entry of another one is a conflict.</param>
    public (ReplayEntry? Entry, bool IsNew, bool IsConflict) Open(ReplayName? name, AccountId account, string fingerprint)
    {
        lock (_lock)
        {
            if (name is { } known && _byName.TryGetValue(known, out var found))
            {
                return (found.Entry, false, found.Fingerprint != fingerprint);
            }

            if (!MakeRoom())
            {
                return (null, false, false);
            }

            var entry = new ReplayEntry(name, account, options, time, Remove);
            _entries.AddLast(entry);
            if (name is { } fresh)
            {
                _byName[fresh] = (entry, fingerprint);
            }

            return (entry, true, false);
        }
    }

    /// <summary>Makes an entry known by its generation.</summary>
    public void Name(ReplayEntry entry, string generation)
    {
        lock (_lock)
        {
            entry.Generation = generation;
            _byGeneration[generation] = entry;
        }
    }

    /// <summary>The entry of a generation of an account; null where none is kept.</summary>
    public ReplayEntry? Find(AccountId account, GenerationId generation)
    {
        lock (_lock)
        {
            return _byGeneration.TryGetValue(generation.Value, out var entry) && entry.Account == account ? entry : null;
        }
    }

    /// <summary>A request whose answer is not whole is not repeated from memory: the next of its name runs anew.</summary>
    public void Forget(ReplayEntry entry)
    {
        lock (_lock)
        {
            if (entry.Name is { } name && _byName.TryGetValue(name, out var found) && ReferenceEquals(found.Entry, entry))
            {
                _byName.Remove(name);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Requests that nobody is connected to any more are settled before the book closes.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] running;
        lock (_lock)
        {
            running = [.. _entries.Select(static e => e.Running)];
        }

        return Task.WhenAll(running).WaitAsync(cancellationToken);
    }

    private void Remove(ReplayEntry entry)
    {
        lock (_lock)
        {
            Drop(entry);
        }
    }

    // Running answers are never dropped: somebody pays for them.
    private bool MakeRoom()
    {
        var bytes = _entries.Sum(static e => (long)e.Log.Bytes);
        for (var node = _entries.First; node is not null && (_entries.Count >= options.AnswersMax || bytes > options.BytesMax);)
        {
            var (entry, next) = (node.Value, node.Next);
            if (entry.IsOver)
            {
                bytes -= entry.Log.Bytes;
                Drop(entry);
            }

            node = next;
        }

        return _entries.Count < options.AnswersMax && bytes <= options.BytesMax;
    }

    private void Drop(ReplayEntry entry)
    {
        _entries.Remove(entry);
        Forget(entry);
        if (entry.Generation is { } generation)
        {
            _byGeneration.Remove(generation);
        }

        entry.Dispose();
    }
}
