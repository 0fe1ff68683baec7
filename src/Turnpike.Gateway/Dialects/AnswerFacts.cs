using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;

namespace Turnpike.Gateway.Dialects;

/// <summary>What has been learned of an answer, over all of its chunks.</summary>
internal sealed class AnswerFacts
{
    /// <summary>Text, reasoning, a tool call, an image or a refusal has come.</summary>
    public bool HasContent { get; set; }

    /// <summary>Bytes of content as written in JSON, over all chunks.</summary>
    public long ContentBytes { get; set; }

    /// <summary>Chunks with content; each has at least one token.</summary>
    public int ContentChunks { get; set; }

    /// <summary>The provider's finish reason, raw; null while there is none.</summary>
    public string? NativeFinishReason { get; set; }

    /// <summary>The same in the words of the contract, where the dialect's reader told it; null else.</summary>
    public string? FinishReason { get; set; }

    /// <summary>Keeps the text for an endpoint that may have to go on with it; null where none will.</summary>
    public TextTap? Tap { get; init; }

    /// <summary>Tool calls that have begun.</summary>
    public int ToolCalls { get; set; }

    /// <summary>Images that have come.</summary>
    public int Images { get; set; }

    /// <summary>Null while the provider has not reported any. The last that is reported stands.</summary>
    public TokenUsage? Usage
    {
        get;
        set
        {
            field = value;
            UsageMembers = [];
        }
    }

    /// <summary>The members of the provider's usage object, without the braces and without fields that are ours; empty where they are not
    /// shown as they came.</summary>
    public byte[] UsageMembers { get; private set; } = [];

    /// <summary>The provider named pages of the web beside its answer.</summary>
    public bool HasSources { get; set; }

    public string? UpstreamId { get; set; }

    public string? ServiceTier { get; set; }

    /// <summary>How the provider says that it has answered.</summary>
    public ServingMode Mode { get; set; }

    /// <summary>The error that the provider sent in its answer; null when it sent none.</summary>
    public ProviderErrorBody? Error { get; set; }

    /// <summary>A choice has stood in the answer.</summary>
    public bool HasChoice { get; set; }

    /// <summary>Output tokens by rule, where the provider reports none: a token for four bytes of content, at least one a chunk.</summary>
    public int CompletionTokensEstimate => (int)Math.Min(int.MaxValue, Math.Max(ContentChunks, (ContentBytes + 3) / 4));

    /// <summary>Content has come, in so many pieces.</summary>
    public void Count(long bytes, int pieces)
    {
        HasContent |= pieces > 0;
        ContentBytes += bytes;
        ContentChunks += pieces;
    }

    /// <summary>Usage was reported whose members are shown as they came.</summary>
    public void Report(in TokenUsage usage, ReadOnlySpan<byte> members)
    {
        var known = UsageMembers;
        Usage = usage;
        UsageMembers = known.AsSpan().SequenceEqual(members) ? known : members.ToArray();
    }

    /// <summary>Fewer tokens than this can hardly have come: one for each chunk, and one for 128 bytes (the longest tokens are runs of
    /// spaces of about that length).</summary>
    public long CompletionTokensLeast => Math.Max(ContentChunks, ContentBytes / 128);
}
