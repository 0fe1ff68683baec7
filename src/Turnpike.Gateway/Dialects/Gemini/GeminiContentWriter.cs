using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Writes the messages of a request: <c>systemInstruction</c> and <c>contents</c>. Neighbours of one role share a content; results of functions
/// have one of their own, in the order of their calls.</summary>
internal sealed class GeminiContentWriter(Utf8JsonWriter json, GeminiModel model, GeminiHost host, DroppedParameters dropped)
{
    /// <summary>What Google takes instead of a signature under a call that another model made, or whose signature the client lost.</summary>
    private const string NoSignature = "skip_thought_signature_validator";

    private readonly GeminiMediaWriter _media = new(json, host);
    private readonly Dictionary<string, (string Name, int Order)> _calls = new(StringComparer.Ordinal);
    private Speaker _open;

    private enum Speaker
    {
        Nobody,
        User,
        Model,
        Results,
    }

    /// <summary>Writes all messages; those of the system not where a cached content holds them already.</summary>
    public GatewayError? WriteAll(List<Message> messages, bool isSystemCached)
    {
        var system = messages.FindIndex(static m => !IsSystem(m));
        var begin = system < 0 ? 0 : system; // with nothing but system messages these are what is said
        if (begin > 0 && !isSystemCached && !model.IsGemma)
        {
            WriteSystem(messages[..begin]);
        }

        json.WriteStartArray("contents"u8);
        for (var i = model.IsGemma ? 0 : begin; i < messages.Count; i++)
        {
            var error = messages[i].Role == Role.Tool ? WriteResults(messages, ref i) : Write(messages[i]);
            if (error is not null)
            {
                return error;
            }
        }

        if (_open == Speaker.Nobody || (_open == Speaker.Model && messages[^1].Role != Role.Assistant))
        {
            Open(Speaker.User);
            WriteText(new("."), signature: null); // a prompt in which nobody says anything is refused, or what is said last is blank
        }

        Close();
        json.WriteEndArray();
        return null;
    }

    private static bool IsSystem(Message message) => message.Role is Role.System or Role.Developer;

    private void WriteSystem(List<Message> messages)
    {
        json.WriteStartObject("systemInstruction"u8);
        json.WriteStartArray("parts"u8);
        foreach (var text in messages.SelectMany(static m => m.Parts).OfType<TextPart>().Where(static t => !t.IsEmpty))
        {
            WriteText(text, signature: null);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private GatewayError? Write(Message message)
    {
        if (message.Role == Role.Assistant)
        {
            return WriteAnswer(message);
        }

        foreach (var part in message.Parts)
        {
            if (WriteSaid(Speaker.User, part, signature: null) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private GatewayError? WriteAnswer(Message message)
    {
        var signatures = new GeminiSignatures(message.Parts);
        var (calls, images) = (0, 0);
        foreach (var part in message.Parts)
        {
            switch (part)
            {
                case ReasoningPart { Format: ReasoningFormats.Gemini, Kind: not ReasoningKind.Encrypted } thought:
                    WriteThought(thought);
                    break;
                case ReasoningPart:
                    break; // others' thoughts are not told; signatures go with their parts
                case ToolCallPart call:
                    WriteCall(call, signatures.OfCall(call.Id) ?? (calls == 0 && model.IsThirdGeneration && !signatures.HasCalls ? NoSignature : null));
                    calls++;
                    break;
                default:
                    var signature = part is MediaPart ? signatures.OfImage(images++) : part == signatures.LastText ? signatures.OfText : null;
                    if (WriteSaid(Speaker.Model, part, signature) is { } error)
                    {
                        return error;
                    }

                    break;
            }
        }

        if (signatures.LastText is null && signatures.OfText is { } loose)
        {
            Open(Speaker.Model);
            WriteText(new(""), loose); // as it came: a signature under an empty text
        }

        return null;
    }

    private void WriteThought(ReasoningPart thought)
    {
        Open(Speaker.Model);
        json.WriteStartObject();
        json.WriteString("text"u8, thought.Text ?? "");
        json.WriteBoolean("thought"u8, value: true);
        json.StringIf("thoughtSignature", thought.Signature);
        json.WriteEndObject();
    }

    private void WriteCall(ToolCallPart call, string? signature)
    {
        _calls[call.Id] = (call.Name, _calls.Count);
        Open(Speaker.Model);
        json.WriteStartObject();
        json.WriteStartObject("functionCall"u8);
        WriteId(call.Id);
        json.WriteString("name"u8, call.Name);
        json.ObjectText("args", call.Arguments);
        json.WriteEndObject();
        json.StringIf("thoughtSignature", signature);
        json.WriteEndObject();
    }

    private void WriteId(string id)
    {
        if (host == GeminiHost.GeminiApi)
        {
            json.WriteString("id"u8, id);
        }
    }

    // All results that follow each other, in the order of their calls: where there are no ids only the order tells which is which.
    private GatewayError? WriteResults(List<Message> messages, ref int at)
    {
        var results = new List<(int At, ToolResultPart Result)>();
        for (; at < messages.Count && messages[at].Role == Role.Tool; at++)
        {
            foreach (var result in messages[at].Parts.OfType<ToolResultPart>())
            {
                results.Add((at, result));
            }
        }

        at--;
        foreach (var (message, result) in results.OrderBy(r => _calls.TryGetValue(r.Result.CallId, out var call) ? call.Order : int.MaxValue))
        {
            if (WriteResult(message, result) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private GatewayError? WriteResult(int message, ToolResultPart result)
    {
        if ((result.Name ?? (_calls.TryGetValue(result.CallId, out var call) ? call.Name : null)) is not { } name)
        {
            return GatewayErrors.InvalidField($"messages[{message}].tool_call_id", "answers a call that is not in the messages, and 'name' does not say of which function.");
        }

        Open(Speaker.Results);
        var text = string.Join('\n', result.Content.OfType<TextPart>().Select(static p => p.Text));
        var media = result.Content.OfType<MediaPart>().ToList();
        json.WriteStartObject();
        json.WriteStartObject("functionResponse"u8);
        WriteId(result.CallId);
        json.WriteString("name"u8, name);
        WriteResponse(text, result.IsError);
        GatewayError? error = null;
        if (model.IsThirdGeneration && media.Count > 0)
        {
            json.WriteStartArray("parts"u8);
            error = WriteMedia(media);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        return error ?? (model.IsThirdGeneration ? null : WriteMedia(media)); // earlier ones are shown it beside the result
    }

    private void WriteResponse(string text, bool isError)
    {
        if (!isError && JsonWriting.IsObject(text))
        {
            json.ObjectText("response", text);
            return;
        }

        json.WriteStartObject("response"u8);
        json.WriteString(isError ? "error" : "result", text);
        json.WriteEndObject();
    }

    private GatewayError? WriteMedia(List<MediaPart> media)
    {
        foreach (var part in media)
        {
            if (_media.Write(part, signature: null) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private GatewayError? WriteSaid(Speaker speaker, Part part, string? signature)
    {
        var text = part switch
        {
            TextPart said => said,
            RefusalPart refusal => new(refusal.Text),
            MediaPart { Source.PlainText: { } plain } => new(plain),
            _ => null,
        };
        if (text is { IsEmpty: true } && signature is null)
        {
            return null; // an empty text is refused
        }

        if (text is not null)
        {
            Open(speaker);
            WriteText(text, signature);
            return null;
        }

        switch (part)
        {
            case MediaPart media:
                Open(speaker);
                dropped.AddIf(media.Detail is "low" or "high", "messages.content.detail");
                return _media.Write(media, signature);
            case RawPart { Dialect: Core.Catalog.Dialects.Gemini } raw:
                Open(speaker);
                json.WriteRawValue(raw.Json.Span, skipInputValidation: true);
                return null;
            default:
                dropped.Add("messages.content");
                return null;
        }
    }

    private void WriteText(TextPart text, string? signature)
    {
        json.WriteStartObject();
        json.Text("text"u8, text);
        json.StringIf("thoughtSignature", signature);
        json.WriteEndObject();
    }

    private void Open(Speaker speaker)
    {
        if (_open == speaker)
        {
            return;
        }

        if (_open == Speaker.Nobody && speaker == Speaker.Model)
        {
            Open(Speaker.User);
            WriteText(new("."), signature: null); // a model's turn, and above all its calls, must follow a user's
        }

        Close();
        _open = speaker;
        json.WriteStartObject();
        json.WriteString("role"u8, speaker == Speaker.Model ? "model"u8 : "user"u8);
        json.WriteStartArray("parts"u8);
    }

    private void Close()
    {
        if (_open != Speaker.Nobody)
        {
            json.WriteEndArray();
            json.WriteEndObject();
            _open = Speaker.Nobody;
        }
    }
}
