using System.Globalization;
using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Tells the parts of one candidate and remembers what was told: numbers of calls, images and thoughts go on from event to event.</summary>
/// <remarks>A signature is told beside the part that carries it, so that <see cref="GeminiSignatures"/> finds its way back: under its text where
/// the part is a thought; else as a block of its own, with the id of the call, the number of the image, or none for the text.</remarks>
internal sealed class GeminiChoice(int index)
{
    private int _calls;
    private int _images;
    private int _blocks;
    private bool _isThinking;
    private GeminiCallPieces? _open;

    public bool HasCalls => _calls > 0;

    /// <summary>A call came in pieces that make none.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>More pieces of a call are to come.</summary>
    public bool IsOpen => _open is not null;

    public GeminiSources Sources { get; } = new(index);

    public void TellContent(ReadOnlySpan<byte> content, string? responseId, int turn, AnswerSink sink)
    {
        var json = new Utf8JsonReader(content);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isParts = json.ValueTextEquals("parts"u8);
            json.Read();
            if (!isParts || json.TokenType != JsonTokenType.StartArray)
            {
                json.Skip();
                continue;
            }

            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)json.TokenStartIndex;
                var isObject = json.TokenType == JsonTokenType.StartObject;
                json.Skip();
                if (isObject)
                {
                    TellPart(content[start..(int)json.BytesConsumed], responseId, turn, sink);
                }
            }
        }
    }

    private void TellPart(ReadOnlySpan<byte> data, string? responseId, int turn, AnswerSink sink)
    {
        var part = GeminiPart.Read(data);
        var signature = part.Signature is { } signed ? data[signed] : default;
        if (part.Call is { } call)
        {
            TellCall(data[call], signature, responseId, turn, sink);
        }
        else if (part.IsThought)
        {
            TellThought(part.Text is { } thought ? data[thought] : default, signature, sink);
        }
        else if (part.Bytes is { } bytes)
        {
            TellBytes(data[bytes], signature, responseId, sink);
        }
        else
        {
            _isThinking &= part.Text is null;
            sink.Text(index, part.Text is { } text ? data[text] : default);
            TellSignature(signature, default, sink);
        }
    }

    private void TellThought(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature, AnswerSink sink)
    {
        if (text.IsEmpty && signature.IsEmpty)
        {
            return; // an image that was thought of, say
        }

        _blocks += _isThinking ? 0 : 1;
        sink.Reasoning(index, new(ReasoningKind.Text, _blocks - 1, ReasoningFormats.Gemini) { Text = text, Signature = signature });
        _isThinking = signature.IsEmpty;
    }

    private void TellSignature(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> id, AnswerSink sink)
    {
        if (!signature.IsEmpty)
        {
            _isThinking = false;
            sink.Reasoning(index, new(ReasoningKind.Encrypted, _blocks++, ReasoningFormats.Gemini) { Text = signature, Id = id });
        }
    }

    private void TellCall(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, string? responseId, int turn, AnswerSink sink)
    {
        var call = GeminiPart.Read(data);
        var id = call.Id is { } known ? data[known] : default;
        if (call.Name is { } name && !call.IsContinued && call.Pieces is null)
        {
            TellOpen(responseId, turn, sink);
            TellCall(id.IsEmpty ? MadeId("call", _calls, responseId, turn) : id, data[name], signature, call.Arguments is { } arguments ? data[arguments] : "{}"u8, sink);
            return;
        }

        if (call.Name is { } begun)
        {
            TellOpen(responseId, turn, sink);
            _open = new(id.ToArray(), data[begun].ToArray(), signature.ToArray());
        }

        IsBroken |= call.Pieces is { } pieces ? _open?.TryAdd(data[pieces]) != true : _open is null && call.Arguments is not null;
        if (!call.IsContinued && !IsBroken)
        {
            TellOpen(responseId, turn, sink);
        }
    }

    /// <summary>Tells the call whose pieces came last, if there is one.</summary>
    public void TellOpen(string? responseId, int turn, AnswerSink sink)
    {
        if (_open is { } whole)
        {
            _open = null;
            TellCall(whole.Id.Length == 0 ? MadeId("call", _calls, responseId, turn) : whole.Id, whole.Name, whole.Signature, whole.Arguments(), sink);
        }
    }

    private void TellCall(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> arguments, AnswerSink sink)
    {
        TellSignature(signature, id, sink);
        _isThinking = false;
        sink.ToolCallStart(index, _calls, id, name);
        sink.ToolCallArguments(index, _calls, JsonText.Inside(arguments));
        _calls++;
    }

    private void TellBytes(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, string? responseId, AnswerSink sink)
    {
        var bytes = GeminiPart.Read(data);
        if (bytes.MediaType is not { } type || bytes.Data is not { } inside)
        {
            return;
        }

        _isThinking = false;
        var base64 = data[inside];
        if (data[type].StartsWith("audio/"u8))
        {
            sink.Audio(index, [.. "{\"id\":\""u8, .. MadeId("audio", 0, responseId, 0), .. "\",\"data\":\""u8, .. base64, .. "\"}"u8]);
        }
        else if (data[type].StartsWith("image/"u8))
        {
            sink.Image(index, data[type], base64);
            TellSignature(signature, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{GeminiSignatures.ImageId}{_images}")), sink);
            _images++;
        }
    }

    // Unique in a conversation: a client may look its calls up by nothing but the id.
    private byte[] MadeId(string kind, int number, string? responseId, int turn) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{kind}_{responseId ?? turn.ToString(CultureInfo.InvariantCulture)}_{index}_{number}"));
}
