using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Writes the messages of a request as input items: what an assistant said, thought and called are items of their own, in order.</summary>
internal static class ResponsesInputWriter
{
    private const int CallIdLengthMax = 64;

    public static GatewayError? Write(Utf8JsonWriter json, NeutralRequest request, Endpoint endpoint, DroppedParameters dropped)
    {
        var (format, marks) = (ResponsesModels.ReasoningFormat(endpoint), ChatCacheMarks.FormOf(endpoint));
        json.WriteStartArray("input"u8);
        foreach (var message in SpokenParts.Of(request.Messages))
        {
            var unsaid = message.Role switch
            {
                Role.System => WriteMessage(json, "system", message.Parts, marks, dropped),
                Role.Developer => WriteMessage(json, "developer", message.Parts, marks, dropped),
                Role.User => WriteMessage(json, "user", message.Parts, marks, dropped),
                Role.Assistant => WriteAssistant(json, message.Parts, format, dropped),
                Role.Tool => WriteResult(json, message.Parts, marks, dropped),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            if (unsaid is not null)
            {
                return unsaid;
            }
        }

        json.WriteEndArray();
        return null;
    }

    private static GatewayError? WriteMessage(Utf8JsonWriter json, string role, IReadOnlyList<Part> parts, CacheMarkForm marks, DroppedParameters dropped)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WritePropertyName("content"u8);
        var unsaid = ResponsesPartWriter.WriteContent(json, parts, marks, dropped);
        json.WriteEndObject();
        return unsaid;
    }

    private static GatewayError? WriteResult(Utf8JsonWriter json, List<Part> parts, CacheMarkForm marks, DroppedParameters dropped)
    {
        foreach (var result in parts.OfType<ToolResultPart>())
        {
            json.WriteStartObject();
            json.WriteString("type"u8, result.IsFreeform ? "custom_tool_call_output"u8 : "function_call_output"u8);
            json.WriteString("call_id"u8, IdOf(result.CallId));
            json.WritePropertyName("output"u8);
            var unsaid = ResponsesPartWriter.WriteContent(json, result.Content, marks, dropped);
            json.WriteEndObject();
            if (unsaid is not null)
            {
                return unsaid;
            }
        }

        return null;
    }

    /// <param name="format">Whose reasoning the provider reads.</param>
    private static GatewayError? WriteAssistant(Utf8JsonWriter json, List<Part> parts, string format, DroppedParameters dropped)
    {
        for (var at = 0; at < parts.Count;)
        {
            switch (parts[at])
            {
                case ReasoningPart:
                    at = WriteReasoning(json, parts, at, format);
                    break;
                case ToolCallPart call:
                    WriteCall(json, call);
                    at++;
                    break;
                case RawPart raw:
                    // In an assistant's turn it is an item: a call of a tool that only this dialect knows, or its result.
                    dropped.AddIf(raw.Dialect != Core.Catalog.Dialects.OpenAIResponses, "messages.content");
                    if (raw.Dialect == Core.Catalog.Dialects.OpenAIResponses)
                    {
                        json.WriteRawValue(raw.Json.Span, skipInputValidation: true);
                    }

                    at++;
                    break;
                case MediaPart media:
                    // An assistant's item takes no media; the model still has to see what it made.
                    if (WriteMessage(json, "user", [media], CacheMarkForm.None, dropped) is { } unsaid)
                    {
                        return unsaid;
                    }

                    at++;
                    break;
                case TextPart or RefusalPart:
                    at = WriteSaid(json, parts, at);
                    break;
                case ToolResultPart:
                    at++; // stands in a message of role tool
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }

        return null;
    }

    // One text: a list would have to be an output of the provider's own, with its id and all that it came with. Clients send an empty text beside
    // calls. It is no item: between a thought and its call there must be none.
    private static int WriteSaid(Utf8JsonWriter json, List<Part> parts, int at)
    {
        var said = parts.Skip(at).TakeWhile(static p => p is TextPart or RefusalPart).ToList();
        at += said.Count;
        said.RemoveAll(static p => p is TextPart { IsEmpty: true });
        if (said.Count == 0)
        {
            return at;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, string.Concat(said.Select(static p => p is RefusalPart refusal ? refusal.Text : ((TextPart)p).Text)));
        json.WriteEndObject();
        return at;
    }

    // Longer ones are refused. The same id always becomes the same.
    private static string IdOf(string id) =>
        id.Length <= CallIdLengthMax ? id : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id)))[..CallIdLengthMax];

    private static void WriteCall(Utf8JsonWriter json, ToolCallPart call)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, call.IsFreeform ? "custom_tool_call"u8 : "function_call"u8);
        json.WriteString("call_id"u8, IdOf(call.Id));
        json.WriteString("name"u8, call.Name);
        if (call.IsFreeform)
        {
            json.WriteString("input"u8, FreeformTool.InputOf(call.Arguments));
        }
        else
        {
            json.WriteString("arguments"u8, call.Arguments.Length == 0 ? "{}" : call.Arguments);
        }

        json.WriteEndObject();
    }

    // One item for all parts of one id: pieces of its summary, and its encrypted form, without which the provider, which stored nothing, could
    // not read it.
    private static int WriteReasoning(Utf8JsonWriter json, List<Part> parts, int at, string format)
    {
        var first = (ReasoningPart)parts[at];
        var item = parts.Skip(at).TakeWhile(p => p is ReasoningPart other && other.Format == first.Format && other.Id == first.Id)
            .Cast<ReasoningPart>().ToList();
        var end = item.FindIndex(static p => p.Kind == ReasoningKind.Encrypted) is var sealedAt and >= 0 && first.Id is null ? sealedAt + 1 : item.Count;
        item = item[..end];
        if (first.Format == format && item.Find(static p => p.Kind == ReasoningKind.Encrypted)?.Data is { } data)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "reasoning"u8);
            json.StringIf("id", first.Id);
            json.WriteStartArray("summary"u8);
            foreach (var piece in item.Where(static p => p.Kind == ReasoningKind.Summary).GroupBy(static p => p.Index))
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "summary_text"u8);
                json.WriteString("text"u8, string.Concat(piece.Select(static p => p.Text)));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("encrypted_content"u8, data);
            json.WriteEndObject();
        }

        return at + item.Count;
    }
}
