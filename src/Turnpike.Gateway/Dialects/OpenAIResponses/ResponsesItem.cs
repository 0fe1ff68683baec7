using System.Buffers;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

internal enum ResponsesItemKind
{
    Message,
    Reasoning,
    Call,
    Image,
}

/// <summary>One output item of an answer that is being written.</summary>
/// <param name="id">Inside of a JSON string.</param>
/// <param name="index">Its <c>output_index</c>.</param>
internal sealed class ResponsesItem(ResponsesItemKind kind, byte[] id, int index)
{
    public ResponsesItemKind Kind { get; } = kind;

    public byte[] Id { get; } = id;

    public int Index { get; } = index;

    /// <summary>Its texts: what is said, refused, thought. Only the last is written to.</summary>
    public List<ResponsesPart> Parts { get; } = [];

    /// <summary>Arguments of a call, or the bytes of an image; inside of a JSON string.</summary>
    public ArrayBufferWriter<byte> Body { get; } = new();

    public byte[] CallId { get; init; } = [];

    public byte[] Name { get; init; } = [];

    /// <summary>Who can read the thought; null where nobody said.</summary>
    public string? Format { get; init; }

    /// <summary>Signature, and encrypted form, of a thought; inside of a JSON string.</summary>
    public ArrayBufferWriter<byte> Signature { get; } = new();

    public ArrayBufferWriter<byte> Encrypted { get; } = new();

    /// <summary>Which block of reasoning it is, or its first.</summary>
    public int Block { get; init; }

    /// <summary>The provider's id of the thought; empty where it gave none.</summary>
    public byte[] NativeId { get; init; } = [];

    /// <summary>in_progress, completed, incomplete.</summary>
    public string Status { get; set; } = "in_progress";

    public bool IsOpen => Status == "in_progress";
}
