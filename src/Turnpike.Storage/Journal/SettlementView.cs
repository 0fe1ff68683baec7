using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;

namespace Turnpike.Storage.Journal;

/// <summary>A settlement as it stands in the ring: the end of a hold and the record of its generation.</summary>
internal readonly struct SettlementView
{
    public SettlementView(RecordReader reader)
    {
        HoldSequence = reader.Long();
        AccountId = reader.Long();
        HoldAmount = reader.Long();
        Charged = reader.Long();
        Cost = reader.Long();
        PromptCost = reader.Long();
        CreatedAt = reader.Long();
        Kind = (SettlementKind)reader.Byte();
        Basis = (BillingBasis)reader.Byte();
        Flags = reader.Byte();
        Attempts = reader.Byte();
        Day = reader.Int();
        PromptTokens = reader.Int();
        CompletionTokens = reader.Int();
        CachedTokens = reader.Int();
        CacheWriteTokens = reader.Int();
        ReasoningTokens = reader.Int();
        PromptAudioTokens = reader.Int();
        CompletionAudioTokens = reader.Int();
        CompletionImageTokens = reader.Int();
        LatencyMs = reader.Int();
        GenerationMs = reader.Int();
        ImagesIn = reader.Int();
        KeyHash = reader.HashBytes();
        Id = reader.Text();
        Texts = reader;
    }

    public const byte StreamedFlag = 1;
    public const byte CancelledFlag = 2;

    /// <summary>The texts after the id, in the order of <see cref="SettlementText"/>.</summary>
    public const int TextCount = 17;

    public long HoldSequence { get; }

    public long AccountId { get; }

    public long HoldAmount { get; }

    public long Charged { get; }

    public long Cost { get; }

    public long PromptCost { get; }

    public long CreatedAt { get; }

    /// <summary>When the hold ended: the record's own times tell, no clock is asked.</summary>
    public long EndedAt => CreatedAt + (GenerationMs * 1000L);

    public SettlementKind Kind { get; }

    public BillingBasis Basis { get; }

    public byte Flags { get; }

    public byte Attempts { get; }

    /// <summary>The hold's UTC day, as a day number.</summary>
    public int Day { get; }

    public int PromptTokens { get; }

    public int CompletionTokens { get; }

    public int CachedTokens { get; }

    public int CacheWriteTokens { get; }

    public int ReasoningTokens { get; }

    public int PromptAudioTokens { get; }

    public int CompletionAudioTokens { get; }

    public int CompletionImageTokens { get; }

    public int LatencyMs { get; }

    public int GenerationMs { get; }

    public int ImagesIn { get; }

    public TextView KeyHash { get; }

    public TextView Id { get; }

    /// <summary>A reader that stands before the texts, with the attempts behind them.</summary>
    public RecordReader Texts { get; }
}
