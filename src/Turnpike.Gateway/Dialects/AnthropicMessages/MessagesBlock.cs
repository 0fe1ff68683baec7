using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

internal enum MessagesBlockKind
{
    Text,
    Thinking,

    /// <summary>A thought that only its provider can read.</summary>
    Sealed,
    Call,
    Image,
}

/// <summary>One content block of an answer that is being written. What it holds is the inside of JSON strings.</summary>
internal sealed class MessagesBlock(MessagesBlockKind kind)
{
    public MessagesBlockKind Kind { get; } = kind;

    /// <summary>Its place among the blocks, once it has been opened.</summary>
    public int Index { get; set; }

    /// <summary>Text, sealed thought, arguments, or bytes of an image. Text and thoughts are kept only where the answer is not streamed.</summary>
    public ByteText Body { get; } = new();

    /// <summary>Sources that the text names, JSON with commas between.</summary>
    public ByteText Citations { get; } = new();

    public ByteText Signature { get; } = new();

    public byte[] CallId { get; init; } = [];

    public byte[] Name { get; init; } = [];

    /// <summary>image/png …; empty where <see cref="Body"/> is an address.</summary>
    public byte[] MediaType { get; init; } = [];

    /// <summary>What a thought consists of, who can read it, and which block of the provider's it is.</summary>
    public ReasoningKind Thought { get; init; }

    public string? Format { get; set; }

    public byte[] NativeId { get; init; } = [];

    public int Number { get; init; }

    public bool IsFor(in ReasoningDelta delta) => Kind is MessagesBlockKind.Thinking or MessagesBlockKind.Sealed
        && Number == delta.Block && Thought == delta.Kind && (Format is null || delta.Format is null || Format == delta.Format)
        && (delta.Id.IsEmpty || delta.Id.SequenceEqual(NativeId));
}
