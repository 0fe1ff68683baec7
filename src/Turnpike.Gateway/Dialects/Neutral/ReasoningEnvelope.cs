using System.Buffers.Text;
using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Reasoning of one format carried through a caller's format that has no field for it: one opaque string, which comes back with the
/// history and is opened again.</summary>
internal static class ReasoningEnvelope
{
    private const string Prefix = "tpk1.";

    /// <summary>Whether the inside of a JSON string begins as one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> text) => text.StartsWith("tpk1."u8);

    public static string Encode(ReasoningPart part)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = JsonWriting.To(buffer))
        {
            json.WriteStartObject();
            json.StringIf("format", part.Format);
            json.WriteString("kind"u8, part.Kind switch
            {
                ReasoningKind.Text => "text"u8,
                ReasoningKind.Summary => "summary"u8,
                ReasoningKind.Encrypted => "encrypted"u8,
                _ => throw new System.Diagnostics.UnreachableException(),
            });
            json.StringIf("text", part.Text);
            json.StringIf("signature", part.Signature);
            json.StringIf("data", part.Data);
            json.StringIf("id", part.Id);
            json.WriteEndObject();
        }

        return Prefix + Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    /// <summary>False for what is no envelope; whoever sent it means it for the provider.</summary>
    public static bool TryDecode(string text, out ReasoningPart? part)
    {
        part = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Prefix.Length)))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length)));
            part = Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false; // cut, or not made by us
        }

        return part is not null;
    }

    /// <summary>Envelopes in a row, as clients send them that make one item of all that a stream told of its thoughts; none where anything else
    /// stands among them.</summary>
    public static IReadOnlyList<ReasoningPart> DecodeAll(string text)
    {
        List<ReasoningPart> parts = [];
        foreach (var piece in text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Split(Prefix) : [])
        {
            if (!TryDecode(Prefix + piece, out var part))
            {
                return [];
            }

            parts.Add(part!); // it was decoded
        }

        return parts;
    }

    private static ReasoningPart? Read(JsonElement root)
    {
        ReasoningKind? kind = root.Text("kind") switch
        {
            "text" => ReasoningKind.Text,
            "summary" => ReasoningKind.Summary,
            "encrypted" => ReasoningKind.Encrypted,
            _ => null,
        };
        return kind is null ? null : new(kind.Value, root.Text("format"))
        {
            Text = root.Text("text"),
            Signature = root.Text("signature"),
            Data = root.Text("data"),
            Id = root.Text("id"),
        };
    }
}
