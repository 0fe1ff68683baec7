using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

internal enum ResponsesItemKind
{
    Message,
    Reasoning,
    Call,
    Image,
}

/// <summary>One output item of an answer that is being written.</summary>
internal sealed class ResponsesItem(ResponsesItemKind kind)
{
    public ResponsesItemKind Kind { get; } = kind;

    /// <summary>Inside of a JSON string; empty until it has begun.</summary>
    public byte[] Id { get; set; } = [];

    /// <summary>Its <c>output_index</c>, from when it has begun.</summary>
    public int Index { get; set; }

    /// <summary>Its texts: what is said, refused, thought. Only the last is written to.</summary>
    public List<ResponsesPart> Parts { get; } = [];

    /// <summary>Arguments of a call, or the bytes of an image; inside of a JSON string.</summary>
    public ByteText Body { get; } = new();

    public byte[] CallId { get; init; } = [];

    public byte[] Name { get; init; } = [];

    /// <summary>The call is one with a text, which is told when the arguments that it came in are whole.</summary>
    public bool IsFreeform { get; init; }

    /// <summary>The text of such a call.</summary>
    public byte[] Input => FreeformTool.InputInside(Body.Span);

    /// <summary>Who can read the thought; null where nobody said.</summary>
    public string? Format { get; init; }

    /// <summary>The provider calls its text a summary.</summary>
    public bool IsSummary { get; set; }

    /// <summary>Signature, and encrypted form, of a thought; inside of a JSON string.</summary>
    public ByteText Signature { get; } = new();

    public ByteText Encrypted { get; } = new();

    /// <summary>Which block of reasoning it is, or its first.</summary>
    public int Block { get; init; }

    /// <summary>The provider's id of the thought; empty where it gave none.</summary>
    public byte[] NativeId { get; init; } = [];

    /// <summary>in_progress, completed, incomplete.</summary>
    public string Status { get; set; } = "in_progress";

    public bool IsOpen => Status == "in_progress";

    /// <summary>True where the arguments so far are one JSON object.</summary>
    public bool IsWhole => JsonWriting.IsObject(JsonText.Meaning(Body.Span));
}
