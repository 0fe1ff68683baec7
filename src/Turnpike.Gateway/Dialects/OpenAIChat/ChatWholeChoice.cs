using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>One choice of a whole answer while it is gathered. Text is kept as the inside of JSON strings.</summary>
/// <param name="index">Which of the answer's.</param>
internal sealed class ChatWholeChoice(int index)
{
    private PooledBuffer _text; // goes back when it is written; where it never is, the array is left to the collector

    // Most answers are a text and nothing else.
    private List<ChatWholeReasoning>? _reasoning;
    private List<(byte[] Id, byte[] Name, ByteText Arguments, bool IsFreeform)>? _calls;
    private List<byte[]>? _images;
    private List<UrlCitation>? _citations;
    private ByteText? _refusal;

    public int Index => index;

    public byte[]? Audio { get; set; }

    public byte[]? Logprobs { get; set; }

    /// <summary>Known before the answer, raw JSON; null where there are none.</summary>
    public List<byte[]>? Annotations { get; init; }

    public string? Native { get; set; }

    public string? Finish { get; set; }

    public void AddText(ReadOnlySpan<byte> escaped) => _text.Append(escaped);

    public void AddRefusal(ReadOnlySpan<byte> escaped) => (_refusal ??= new()).Append(escaped);

    public void Add(UrlCitation citation) => (_citations ??= []).Add(citation);

    public void Add(in ReasoningDelta delta)
    {
        var (kind, block) = (delta.Kind, delta.Block);
        var open = _reasoning?.FindLast(r => r.Kind == kind && r.Block == block);
        if (open is null)
        {
            (_reasoning ??= []).Add(open = new(kind, block, delta.Format));
        }

        open.Text.Append(delta.Text);
        open.Signature.Append(delta.Signature);
        open.Id = delta.Id.IsEmpty ? open.Id : delta.Id.ToArray();
    }

    /// <param name="isFreeform">The caller's tool is called with a text.</param>
    public void AddCall(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, bool isFreeform) =>
        (_calls ??= []).Add((id.ToArray(), name.ToArray(), new(), isFreeform));

    public void AddArguments(int call, ReadOnlySpan<byte> escaped)
    {
        if (call < _calls?.Count)
        {
            _calls[call].Arguments.Append(escaped);
        }
    }

    public void AddImage(ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl)
    {
        var image = new PooledBuffer();
        ChatImageText.Append(ref image, mediaType, base64OrUrl);
        (_images ??= []).Add(image.Span.ToArray());
        image.Dispose();
    }

    /// <summary>Writes it, once.</summary>
    public void AppendTo(ref PooledBuffer output, bool legacy, bool hidesReasoning)
    {
        output.Append("{\"index\":"u8);
        JsonText.AppendNumber(ref output, index);
        output.Append(",\"message\":{\"role\":\"assistant\",\"content\":"u8);
        AppendString(ref output, _text.Span, isNull: _text.Length == 0 && (_calls ?? (object?)_refusal) is not null);
        _text.Dispose();
        output.Append(",\"refusal\":"u8);
        AppendString(ref output, _refusal is null ? default : _refusal.Span, isNull: _refusal is null);
        if (!hidesReasoning)
        {
            AppendReasoning(ref output);
        }

        AppendCalls(ref output, legacy);
        AppendMedia(ref output);
        output.Append("},\"logprobs\":"u8);
        output.Append(Logprobs ?? "null"u8);
        output.Append(",\"finish_reason\":"u8);
        JsonText.AppendQuoted(ref output, legacy && Finish == "tool_calls" ? "function_call" : Finish);
        output.Append(",\"native_finish_reason\":"u8);
        JsonText.AppendQuoted(ref output, Native);
        output.Append("}"u8);
    }

    private void AppendReasoning(ref PooledBuffer output)
    {
        if (_reasoning is null)
        {
            return;
        }

        output.Append(",\"reasoning\":"u8);
        var readable = _reasoning.FindAll(static r => r.Kind != ReasoningKind.Encrypted && !r.Text.IsEmpty);
        if (readable.Count == 0)
        {
            output.Append("null"u8);
        }
        else
        {
            output.Append("\""u8);
            foreach (var piece in readable)
            {
                output.Append(piece.Text.Span);
            }

            output.Append("\""u8);
        }

        output.Append(",\"reasoning_details\":["u8);
        for (var i = 0; i < _reasoning.Count; i++)
        {
            output.Append(i > 0 ? ","u8 : default);
            _reasoning[i].AppendTo(ref output);
        }

        output.Append("]"u8);
    }

    private void AppendCalls(ref PooledBuffer output, bool legacy)
    {
        if (_calls is null)
        {
            return;
        }

        if (legacy)
        {
            output.Append(",\"function_call\":"u8);
            AppendFunction(ref output, _calls[0].Name, _calls[0].Arguments.Span);
            return;
        }

        output.Append(",\"tool_calls\":["u8);
        for (var i = 0; i < _calls.Count; i++)
        {
            output.Append(i > 0 ? ",{\"id\":\""u8 : "{\"id\":\""u8);
            output.Append(_calls[i].Id);
            output.Append(_calls[i].IsFreeform ? "\",\"type\":\"custom\",\"index\":"u8 : "\",\"type\":\"function\",\"index\":"u8);
            JsonText.AppendNumber(ref output, i);
            output.Append(_calls[i].IsFreeform ? ",\"custom\":"u8 : ",\"function\":"u8);
            if (_calls[i].IsFreeform)
            {
                AppendCustom(ref output, _calls[i].Name, _calls[i].Arguments.Span);
            }
            else
            {
                AppendFunction(ref output, _calls[i].Name, _calls[i].Arguments.Span);
            }

            output.Append("}"u8);
        }

        output.Append("]"u8);
    }

    private static void AppendFunction(ref PooledBuffer output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments)
    {
        output.Append("{\"name\":\""u8);
        output.Append(name);
        output.Append("\",\"arguments\":\""u8);
        output.Append(arguments.IsEmpty ? "{}"u8 : arguments);
        output.Append("\"}"u8);
    }

    private static void AppendCustom(ref PooledBuffer output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments)
    {
        output.Append("{\"name\":\""u8);
        output.Append(name);
        output.Append("\",\"input\":\""u8);
        output.Append(FreeformTool.InputInside(arguments));
        output.Append("\"}"u8);
    }

    private void AppendMedia(ref PooledBuffer output)
    {
        for (var i = 0; i < _images?.Count; i++)
        {
            output.Append(i > 0 ? ","u8 : ",\"images\":["u8);
            output.Append(_images[i]);
        }

        output.Append(_images is null ? default : "]"u8);
        if (Audio is not null)
        {
            output.Append(",\"audio\":"u8);
            output.Append(Audio);
        }

        if (_citations is null && Annotations is null)
        {
            return;
        }

        output.Append(",\"annotations\":["u8);
        ChatCitationText.AppendAll(ref output, Annotations ?? []);
        for (var i = 0; i < _citations?.Count; i++)
        {
            output.Append(i > 0 || Annotations is not null ? ","u8 : default);
            ChatCitationText.Append(ref output, _citations[i]);
        }

        output.Append("]"u8);
    }

    private static void AppendString(ref PooledBuffer output, ReadOnlySpan<byte> escaped, bool isNull)
    {
        if (isNull)
        {
            output.Append("null"u8);
            return;
        }

        output.Append("\""u8);
        output.Append(escaped);
        output.Append("\""u8);
    }
}
