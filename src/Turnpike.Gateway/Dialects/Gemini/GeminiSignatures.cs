using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>The signatures of one answer, by the part that each belongs to: it must come back on the very same.</summary>
internal sealed class GeminiSignatures
{
    /// <summary>Images have no ids; the n-th of an answer is called this with its number.</summary>
    public const string ImageId = "image_";

    private readonly Dictionary<string, string> _byId = new(StringComparer.Ordinal);

    public GeminiSignatures(List<Part> parts)
    {
        foreach (var part in parts.OfType<ReasoningPart>())
        {
            if (part is { Kind: ReasoningKind.Encrypted, Format: ReasoningFormats.Gemini, Data: { } data })
            {
                if (string.IsNullOrEmpty(part.Id))
                {
                    OfText = data;
                }
                else
                {
                    _byId[part.Id] = data;
                }
            }
        }

        LastText = parts.FindLast(static p => p is TextPart { IsEmpty: false });
        HasCalls = parts.Exists(p => p is ToolCallPart call && _byId.ContainsKey(call.Id));
    }

    public bool HasCalls { get; }

    /// <summary>Of the answer's text.</summary>
    public string? OfText { get; }

    /// <summary>The part that <see cref="OfText"/> belongs to; null where the answer has no text.</summary>
    public Part? LastText { get; }

    public string? OfCall(string id) => _byId.GetValueOrDefault(id);

    public string? OfImage(int number) => _byId.GetValueOrDefault(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ImageId}{number}"));
}
