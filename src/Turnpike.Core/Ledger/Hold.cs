using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;

namespace Turnpike.Core.Ledger;

/// <summary>Credit set aside for one request. Ends exactly once: posted, voided or expired.</summary>
public sealed class Hold
{
    internal Hold(GenerationId id, KeyState key, NanoUsd amount, DateTimeOffset at, DateTimeOffset leaseUntil)
    {
        Id = id;
        Key = key;
        Amount = amount;
        At = at;
        LeaseUntil = leaseUntil;
    }

    public GenerationId Id { get; }

    public KeyState Key { get; }

    public NanoUsd Amount { get; }

    public DateTimeOffset At { get; }

    /// <summary>When the sweeper may expire it.</summary>
    public DateTimeOffset LeaseUntil { get; }

    /// <summary>Where the journal has written it; the journal's own mark, set when it is appended.</summary>
    public long JournalSequence { get; set; }

    /// <summary>The UTC day that its charge belongs to.</summary>
    public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);
}

/// <summary>What a request wants set aside.</summary>
/// <param name="Full">The most that it can cost.</param>
/// <param name="Least">Below this there is no sense in beginning: the prompt and one token of output.</param>
/// <param name="Usual">What an answer of usual length costs; a request without an output limit gets at least this much where it is there.</param>
/// <param name="IsElastic">True when the caller set no output limit, so that less than <paramref name="Full"/> will do.</param>
public readonly record struct HoldRequest(NanoUsd Full, NanoUsd Least, NanoUsd Usual, bool IsElastic);

/// <summary>Why a hold was refused.</summary>
public enum HoldRefusal
{
    None,

    /// <summary>The account has too little credit.</summary>
    Credit,

    /// <summary>The key's own limit leaves too little.</summary>
    KeyLimit,

    /// <summary>The book cannot take more just now (its journal is full, or it has stopped): a fault of ours.</summary>
    Unavailable,
}

/// <summary>A hold, or why there is none and how much there was to be had.</summary>
public readonly record struct HoldOutcome(Hold? Hold, HoldRefusal Refusal, NanoUsd Spendable);

/// <summary>How a hold ends.</summary>
public enum SettlementKind
{
    Post,
    Void,
    Expire,
}
