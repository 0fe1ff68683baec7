namespace Turnpike.Gateway.Routing.Affinity;

/// <summary>Remembers at which endpoint a conversation's prompt lies in the provider's cache. Of fixed size; the idlest of a set gives way.</summary>
/// <remarks>Thread-safe. Keys are hashes with the account in them, so that one account's conversations never steer another's.</remarks>
internal sealed class CacheAffinity(TimeProvider time)
{
    private const int Sets = 16_384;
    private const int Ways = 4;
    private const int LocksCount = 64;

    /// <summary>Providers keep a cache for five to ten minutes.</summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(10);

    private readonly Place[] _places = new Place[Sets * Ways];
    private readonly Lock[] _locks = [.. Enumerable.Range(0, LocksCount).Select(static _ => new Lock())];

    /// <summary>The endpoint that has the conversation's prompt, and how many tokens of it; null when none has.</summary>
    public Decisions.CacheHint? Find(ulong conversation)
    {
        var now = time.GetTimestamp();
        lock (LockOf(conversation))
        {
            foreach (ref readonly var place in SetOf(conversation))
            {
                if (place.Conversation == conversation && place.Hint is { } hint && time.GetElapsedTime(place.UsedAt, now) < IdleMax)
                {
                    return hint;
                }
            }
        }

        return null;
    }

    /// <summary>Takes down where the conversation's prompt lies from now on.</summary>
    public void Set(ulong conversation, string endpointId, int promptTokens)
    {
        var now = time.GetTimestamp();
        lock (LockOf(conversation))
        {
            var set = SetOf(conversation);
            var chosen = 0;
            for (var i = 0; i < set.Length; i++)
            {
                if (set[i].Conversation == conversation)
                {
                    chosen = i;
                    break;
                }

                chosen = set[i].UsedAt < set[chosen].UsedAt ? i : chosen;
            }

            var known = set[chosen].Hint;
            var isSame = set[chosen].Conversation == conversation && known?.EndpointId == endpointId && known.Tokens == promptTokens;
            set[chosen] = new(conversation, isSame ? known : new(endpointId, promptTokens), now);
        }
    }

    private Lock LockOf(ulong conversation) => _locks[conversation % LocksCount];

    private Span<Place> SetOf(ulong conversation) => _places.AsSpan((int)(conversation % Sets) * Ways, Ways);

    private readonly record struct Place(ulong Conversation, Decisions.CacheHint? Hint, long UsedAt);
}
