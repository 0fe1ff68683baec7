using System.Collections.Concurrent;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Routing.Decisions;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>The decisions of the latest generations, in memory: the oldest gives way. Thread-safe.</summary>
/// <remarks>A decision is kept as it is and written only when somebody asks, so that requests pay for no text.</remarks>
internal sealed class DecisionLog
{
    /// <summary>A decision among ten endpoints has about 4 KB.</summary>
    private const int DecisionsMax = 4096;

    private readonly ConcurrentDictionary<GenerationId, (AccountId Account, Decision Decision)> _byId = new();
    private readonly ConcurrentQueue<GenerationId> _oldest = new();

    public void Add(AccountId account, GenerationId id, Decision decision)
    {
        _byId[id] = (account, decision);
        _oldest.Enqueue(id);
        while (_byId.Count > DecisionsMax && _oldest.TryDequeue(out var oldest))
        {
            _byId.TryRemove(oldest, out _);
        }
    }

    /// <summary>The decision of an account's generation; null when it is not, or no longer, known.</summary>
    public Decision? Find(AccountId account, GenerationId id) =>
        _byId.TryGetValue(id, out var known) && known.Account == account ? known.Decision : null;
}
