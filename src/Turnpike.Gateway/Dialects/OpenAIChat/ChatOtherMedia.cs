using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes documents and recordings for providers that have another form for them than OpenAI.</summary>
internal static class ChatOtherMedia
{
    public static bool IsOther(MediaPart media, ProviderQuirks quirks) => media.Kind switch
    {
        MediaKind.Document => quirks.DocumentForm != DocumentForm.File,
        MediaKind.Audio => quirks.AudioForm != AudioForm.Object,
        _ => false,
    };

    /// <summary>Writes one for which <see cref="IsOther"/> holds.</summary>
    public static GatewayError? Write(Utf8JsonWriter json, MediaPart media, ProviderQuirks quirks) =>
        media.Kind == MediaKind.Audio ? WriteRecording(json, media.Source)
        : quirks.DocumentForm == DocumentForm.DocumentUrl ? WriteDocument(json, media)
        : GatewayErrors.InvalidField("messages", "holds a document, which this provider does not take.");

    private static GatewayError? WriteRecording(Utf8JsonWriter json, MediaSource source)
    {
        if (source.Base64 is not { } bytes)
        {
            return GatewayErrors.InvalidField("messages", "holds a recording as an address; send it as base64.");
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "input_audio"u8);
        json.Base64String("input_audio", default, bytes);
        json.WriteEndObject();
        return null;
    }

    private static GatewayError? WriteDocument(Utf8JsonWriter json, MediaPart media)
    {
        json.WriteStartObject();
        if (media.Source.ReadText() is { } text)
        {
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, media.Words(text));
        }
        else if (media.Source.FileId is { } id)
        {
            json.WriteString("type"u8, "file"u8);
            json.WriteString("file_id"u8, id);
        }
        else
        {
            json.WriteString("type"u8, "document_url"u8);
            ChatMessageWriter.WriteAddress(json, "document_url", media.Source, "application/pdf");
            json.StringIf("document_name", media.FileName);
        }

        json.WriteEndObject();
        return null;
    }
}
