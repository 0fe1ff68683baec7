using System.Text;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes the messages of a request to a chat provider.</summary>
internal static class ChatMessageWriter
{
    private const int CallIdLengthMax = 40;

    // Where a call without its thought is refused: one of another model, or one that the caller did not keep. Moonshot refuses an empty text, too.
    private const string NoThought = " ";

    public static GatewayError? WriteAll(Utf8JsonWriter json, NeutralRequest request, Endpoint endpoint, DroppedParameters dropped)
    {
        var (quirks, marks) = (endpoint.Provider.Quirks, ChatCacheMarks.FormOf(endpoint));
        json.WriteStartArray("messages"u8);
        if (!quirks.JsonSchema || (endpoint.Unsupported & RequestParameters.ResponseFormat) != 0)
        {
            WriteSchema(json, request);
        }

        var messages = ChatCustomTool.In(SpokenParts.Of(request.Messages), request.Tools, quirks);
        var shown = ShownMedia.Moved(messages);
        foreach (var message in quirks.StrictTurns ? [.. ChatStrictTurns.Of(shown)] : shown)
        {
            if (message is { Role: Role.Assistant, Parts.Count: > 0 } && IsForeign(message, quirks))
            {
                dropped.Add("messages"); // a turn of which nothing can be said is no empty turn
                continue;
            }

            if (Write(json, message, ReferenceEquals(message, messages[^1]), endpoint, marks, dropped) is { } unsaid)
            {
                return unsaid;
            }
        }

        json.WriteEndArray();
        return null;
    }

    // For a provider that knows no schemas, only that JSON is wanted.
    private static void WriteSchema(Utf8JsonWriter json, NeutralRequest request)
    {
        if (request.ResponseFormat is not { Kind: ResponseFormatKind.JsonSchema, Schema.IsEmpty: false } format)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "system"u8);
        json.WriteString("content"u8, "Answer with one JSON value and nothing else. It fits this JSON schema: " + Encoding.UTF8.GetString(format.Schema.Span));
        json.WriteEndObject();
    }

    private static GatewayError? Write(Utf8JsonWriter json, Message message, bool isLast, Endpoint endpoint, CacheMarkForm marks, DroppedParameters dropped)
    {
        var quirks = endpoint.Provider.Quirks;
        json.WriteStartObject();
        json.WriteString("role"u8, message.Role switch
        {
            Role.System => "system"u8,
            Role.Developer => quirks.DeveloperRole ? "developer"u8 : "system"u8,
            Role.User => "user"u8,
            Role.Assistant => "assistant"u8,
            Role.Tool => "tool"u8,
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        json.StringIf("name", message.Name);
        if (message.Parts is [ToolResultPart result])
        {
            json.WriteString("tool_call_id"u8, IdOf(result.CallId, quirks));
            var unsaid = WriteContent(json, result.Content, quirks, marks, dropped);
            json.WriteEndObject();
            return unsaid;
        }

        var error = WriteContent(json, WithThought(message.Parts, endpoint), quirks, marks, dropped);
        if (message.Role == Role.Assistant)
        {
            WriteCalls(json, message.Parts.OfType<ToolCallPart>().ToList(), quirks);
            WriteReasoning(json, message, endpoint);
        }

        if (isLast && message.Role == Role.Assistant && quirks.PrefillForm is PrefillForm.Prefix or PrefillForm.Partial)
        {
            json.WriteBoolean(quirks.PrefillForm == PrefillForm.Prefix ? "prefix"u8 : "partial"u8, value: true);
        }

        json.WriteEndObject();
        return error;
    }

    // Where thoughts are wanted back, and stand in the text.
    private static IReadOnlyList<Part> WithThought(IReadOnlyList<Part> parts, Endpoint endpoint)
    {
        if (endpoint is not { ThinksInTags: true, Provider.Quirks.ReasoningHistory: ReasoningHistory.Required }
            || TextOf(parts.OfType<ReasoningPart>()) is not { } thought)
        {
            return parts;
        }

        List<Part> all = [.. parts];
        var at = all.FindIndex(static p => p is TextPart);
        var text = new TextPart($"<think>\n{thought}\n</think>\n\n{(at < 0 ? "" : ((TextPart)all[at]).Text)}");
        all.RemoveRange(Math.Max(at, 0), at < 0 ? 0 : 1);
        all.Insert(Math.Max(at, 0), text);
        return all;
    }

    private static GatewayError? WriteContent(Utf8JsonWriter json, IReadOnlyList<Part> parts, ProviderQuirks quirks, CacheMarkForm marks, DroppedParameters dropped)
    {
        var content = parts is [TextPart] ? parts : Sayable(parts, quirks, dropped);
        switch (content)
        {
            case []:
                if (parts.Any(static p => p is ToolCallPart or ReasoningPart))
                {
                    json.WriteNull("content"u8);
                }
                else
                {
                    json.WriteString("content"u8, ""u8);
                }

                return null;
            case [TextPart text] when text.Cache is null || marks == CacheMarkForm.None:
                json.Text("content"u8, text);
                return null;
        }

        json.WriteStartArray("content"u8);
        foreach (var part in content)
        {
            if (WritePart(json, part, quirks, marks) is { } unsaid)
            {
                return unsaid;
            }
        }

        json.WriteEndArray();
        return null;
    }

    // An empty list is refused: what cannot be said is left out before.
    private static List<Part> Sayable(IReadOnlyList<Part> parts, ProviderQuirks quirks, DroppedParameters dropped)
    {
        dropped.AddIf(parts.Any(p => IsForeign(p, quirks)), "messages.content");
        return [.. parts.Where(p => p is not (ToolCallPart or ReasoningPart) && !IsForeign(p, quirks))];
    }

    private static bool IsForeign(Message message, ProviderQuirks quirks) => message.Parts.TrueForAll(p => IsForeign(p, quirks));

    private static bool IsForeign(Part part, ProviderQuirks quirks) =>
        part is RawPart raw && (raw.Dialect != Core.Catalog.Dialects.OpenAIChat || quirks.OtherParameters is not null);

    private static GatewayError? WritePart(Utf8JsonWriter json, Part part, ProviderQuirks quirks, CacheMarkForm marks)
    {
        switch (part)
        {
            case TextPart text:
                json.WriteStartObject();
                json.WriteString("type"u8, "text"u8);
                json.Text("text"u8, text);
                ChatCacheMarks.Write(json, text.Cache, marks);
                json.WriteEndObject();
                return null;
            case RefusalPart refusal when quirks.OtherParameters is not null:
                return WritePart(json, new TextPart(refusal.Text), quirks, marks);
            case RefusalPart refusal:
                json.WriteStartObject();
                json.WriteString("type"u8, "refusal"u8);
                json.WriteString("refusal"u8, refusal.Text);
                json.WriteEndObject();
                return null;
            case MediaPart media when ChatOtherMedia.IsOther(media, quirks):
                return ChatOtherMedia.Write(json, media, quirks);
            case MediaPart media:
                return WriteMedia(json, media, marks);
            case RawPart raw:
                json.WriteRawValue(raw.Json.Span, skipInputValidation: true);
                return null;
            case ToolResultPart or ToolCallPart or ReasoningPart:
                return null; // written beside the content
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static GatewayError? WriteMedia(Utf8JsonWriter json, MediaPart media, CacheMarkForm marks)
    {
        json.WriteStartObject();
        switch (media.Kind)
        {
            case MediaKind.Image or MediaKind.Video when media.Source.FileId is not null:
                return GatewayErrors.InvalidField("messages", "names an image by the id of a file, which this provider does not take. Send its address or its bytes.");
            case MediaKind.Image or MediaKind.Video:
                var member = media.Kind == MediaKind.Image ? "image_url" : "video_url";
                json.WriteString("type"u8, member);
                json.WriteStartObject(member);
                WriteAddress(json, "url", media.Source, media.Kind == MediaKind.Image ? "image/png" : "video/mp4");
                json.StringIf("detail", media.Detail);
                json.WriteEndObject();
                break;
            case MediaKind.Document:
                json.WriteString("type"u8, "file"u8);
                json.WriteStartObject("file"u8);
                json.StringIf("filename", media.FileName ?? (media.Source.FileId is null ? "document.pdf" : null));
                if (media.Source.FileId is { } id)
                {
                    json.WriteString("file_id"u8, id);
                }
                else
                {
                    WriteAddress(json, "file_data", media.Source, "application/pdf");
                }

                json.WriteEndObject();
                break;
            case MediaKind.Audio:
                if (media.Source.Base64 is not { } bytes)
                {
                    return GatewayErrors.InvalidField("messages", "holds a recording as an address; send it as base64.");
                }

                json.WriteString("type"u8, "input_audio"u8);
                json.WriteStartObject("input_audio"u8);
                json.Base64String("data", default, bytes);
                json.WriteString("format"u8, media.Source.AudioFormat);
                json.WriteEndObject();
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        ChatCacheMarks.Write(json, media.Cache, marks);
        json.WriteEndObject();
        return null;
    }

    /// <summary>Writes where a medium is; bytes as a <c>data:</c> address.</summary>
    public static void WriteAddress(Utf8JsonWriter json, string name, MediaSource source, string usualType)
    {
        if (source.Url is { } url)
        {
            json.WriteString(name, url);
            return;
        }

        var type = source.MediaType ?? usualType;
        var bytes = source.Base64 ?? MediaSource.ToBase64(Encoding.UTF8.GetBytes(source.PlainText ?? ""));
        json.Base64String(name, Encoding.ASCII.GetBytes($"data:{type};base64,"), bytes);
    }

    // Where ids must be of one length, others become such, and none is longer than OpenAI takes it: the same always the same.
    private static string IdOf(string id, ProviderQuirks quirks)
    {
        var length = quirks.ToolCallIdLength ?? CallIdLengthMax;
        if (quirks.ToolCallIdLength is null ? id.Length <= CallIdLengthMax : id.Length == length && id.All(char.IsAsciiLetterOrDigit))
        {
            return id;
        }

        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..Math.Min(length, 64)];
    }

    private static void WriteCalls(Utf8JsonWriter json, List<ToolCallPart> calls, ProviderQuirks quirks)
    {
        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, IdOf(call.Id, quirks));
            if (call.IsFreeform)
            {
                ChatCustomTool.WriteCall(json, call);
            }
            else
            {
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, call.Name);
                json.WriteString("arguments"u8, call.Arguments.Length == 0 ? "{}" : call.Arguments);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // What is sealed is of another provider, and stays here where a text is all that is taken.
    private static string? TextOf(IEnumerable<ReasoningPart> parts) =>
        string.Concat(parts.Where(static p => p.IsOpen).Select(static p => p.Text)) is { Length: > 0 } text ? text : null;

    private static void WriteReasoning(Utf8JsonWriter json, Message message, Endpoint endpoint)
    {
        var (quirks, parts) = (endpoint.Provider.Quirks, message.Parts.OfType<ReasoningPart>().ToList());
        var field = quirks.ReasoningPlace is ReasoningPlace.Reasoning or ReasoningPlace.ReasoningDetails ? "reasoning" : "reasoning_content";
        switch (quirks.ReasoningHistory)
        {
            case ReasoningHistory.Refused:
            case ReasoningHistory.Required when endpoint.ThinksInTags: // it stands in the text
                return;
            case ReasoningHistory.Required when quirks.ReasoningPlace == ReasoningPlace.ReasoningContent:
                var isMissed = endpoint.Model.Reasoning is not null && message.Parts.Any(static p => p is ToolCallPart);
                json.StringIf(field, TextOf(parts) ?? (isMissed ? NoThought : null));
                return;
            case ReasoningHistory.Text:
                var isTaken = endpoint.Model.Reasoning is not null || endpoint.Provider.IsLocal; // whose engine does not say which models reason
                json.StringIf(field, isTaken ? TextOf(parts) : null);
                return;
            case ReasoningHistory.Optional or ReasoningHistory.Required:
                WriteTaken(json, parts, endpoint.ReasoningPlace ?? quirks.ReasoningPlace, field);
                return;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // Details are read by who tells them; other hosts read a text, and some refuse a field that they do not know. Who tells no thoughts, or tells them
    // between tags, has no field for them. What is sealed goes whole, beside its format: it may be this provider's own.
    private static void WriteTaken(Utf8JsonWriter json, List<ReasoningPart> parts, ReasoningPlace place, string field)
    {
        var (hasFormat, isOpen) = (parts.Exists(static p => p.Format is not null), parts.TrueForAll(static p => p.IsOpen));
        if (hasFormat && (!isOpen || place == ReasoningPlace.ReasoningDetails))
        {
            WriteDetails(json, parts);
        }
        else if (isOpen && place is not (ReasoningPlace.None or ReasoningPlace.ThinkTags))
        {
            json.StringIf(field, TextOf(parts));
        }
    }

    private static void WriteDetails(Utf8JsonWriter json, List<ReasoningPart> parts)
    {
        json.WriteStartArray("reasoning_details"u8);
        foreach (var part in parts)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, part.Kind switch
            {
                ReasoningKind.Text => "reasoning.text"u8,
                ReasoningKind.Summary => "reasoning.summary"u8,
                ReasoningKind.Encrypted => "reasoning.encrypted"u8,
                _ => throw new System.Diagnostics.UnreachableException(),
            });
            json.StringIf(part.Kind == ReasoningKind.Summary ? "summary" : "text", part.Text);
            json.StringIf("signature", part.Signature);
            json.StringIf("data", part.Data);
            json.StringIf("id", part.Id);
            json.StringIf("format", part.Format);
            json.NumberIf("index", part.Index);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
