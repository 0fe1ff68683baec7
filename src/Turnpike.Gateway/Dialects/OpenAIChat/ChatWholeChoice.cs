using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>One choice of a whole answer while it is gathered. Text is kept as the inside of JSON strings.</summary>
internal sealed class ChatWholeChoice
{
    private readonly List<ChatWholeReasoning> _reasoning = [];
    private readonly List<(byte[] Id, byte[] Name, ByteText Arguments)> _calls = [];
    private readonly List<byte[]> _images = [];

    public ByteText Text { get; } = new();

    public ByteText Refusal { get; } = new();

    public byte[]? Audio { get; set; }

    public byte[]? Logprobs { get; set; }

    public List<UrlCitation> Citations { get; } = [];

    /// <summary>Known before the answer, raw JSON; null where there are none.</summary>
    public List<byte[]>? Annotations { get; init; }

    public string? Native { get; set; }

    public string? Finish { get; set; }

    public void Add(in ReasoningDelta delta)
    {
        var (kind, block) = (delta.Kind, delta.Block);
        var open = _reasoning.FindLast(r => r.Kind == kind && r.Block == block);
        if (open is null)
        {
            _reasoning.Add(open = new(kind, block, delta.Format));
        }

        open.Text.Append(delta.Text);
        open.Signature.Append(delta.Signature);
        open.Id = delta.Id.IsEmpty ? open.Id : delta.Id.ToArray();
    }

    public void AddCall(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) => _calls.Add((id.ToArray(), name.ToArray(), new()));

    public void AddArguments(int call, ReadOnlySpan<byte> escaped)
    {
        if (call < _calls.Count)
        {
            _calls[call].Arguments.Append(escaped);
        }
    }

    public void AddImage(ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl)
    {
        var image = new PooledBuffer();
        ChatImageText.Append(ref image, mediaType, base64OrUrl);
        _images.Add(image.Span.ToArray());
        image.Dispose();
    }

    public void AppendTo(ref PooledBuffer output, int index, bool legacy, bool hidesReasoning)
    {
        output.Append("{\"index\":"u8);
        JsonText.AppendNumber(ref output, index);
        output.Append(",\"message\":{\"role\":\"assistant\",\"content\":"u8);
        AppendStringOrNull(ref output, Text, isNull: Text.IsEmpty && (_calls.Count > 0 || !Refusal.IsEmpty));
        output.Append(",\"refusal\":"u8);
        AppendStringOrNull(ref output, Refusal, Refusal.IsEmpty);
        if (!hidesReasoning)
        {
            AppendReasoning(ref output);
        }

        AppendCalls(ref output, legacy);
        AppendMedia(ref output);
        output.Append("},\"logprobs\":"u8);
        output.Append(Logprobs ?? "null"u8);
        output.Append(",\"finish_reason\":"u8);
        output.Append(Finish is null ? "null"u8 : JsonText.Quote(legacy && Finish == "tool_calls" ? "function_call" : Finish));
        output.Append(",\"native_finish_reason\":"u8);
        output.Append(Native is null ? "null"u8 : JsonText.Quote(Native));
        output.Append("}"u8);
    }

    private void AppendReasoning(ref PooledBuffer output)
    {
        if (_reasoning.Count == 0)
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
        if (_calls.Count == 0)
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
            output.Append("\",\"type\":\"function\",\"index\":"u8);
            JsonText.AppendNumber(ref output, i);
            output.Append(",\"function\":"u8);
            AppendFunction(ref output, _calls[i].Name, _calls[i].Arguments.Span);
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

    private void AppendMedia(ref PooledBuffer output)
    {
        for (var i = 0; i < _images.Count; i++)
        {
            output.Append(i > 0 ? ","u8 : ",\"images\":["u8);
            output.Append(_images[i]);
        }

        output.Append(_images.Count > 0 ? "]"u8 : default);
        if (Audio is not null)
        {
            output.Append(",\"audio\":"u8);
            output.Append(Audio);
        }

        if (Citations.Count == 0 && Annotations is null)
        {
            return;
        }

        output.Append(",\"annotations\":["u8);
        ChatCitationText.AppendAll(ref output, Annotations ?? []);
        for (var i = 0; i < Citations.Count; i++)
        {
            output.Append(i > 0 || Annotations is not null ? ","u8 : default);
            ChatCitationText.Append(ref output, Citations[i]);
        }

        output.Append("]"u8);
    }

    private static void AppendStringOrNull(ref PooledBuffer output, ByteText text, bool isNull)
    {
        if (isNull)
        {
            output.Append("null"u8);
            return;
        }

        output.Append("\""u8);
        output.Append(text.Span);
        output.Append("\""u8);
    }
}
