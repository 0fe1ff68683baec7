using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Images;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>Reads answers of Ollama's chat; a line of a stream has the form of the whole. Calls come whole, one or several a line.</summary>
/// <param name="turn">Of the conversation, to tell calls of different turns apart: older servers give them no ids.</param>
internal sealed class OllamaAnswerReader(int turn) : IAnswerReader
{
    private int _calls;
    private int _thoughts;
    private bool _isThinking;

    public StreamStep ReadEvent(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        try
        {
            if (!OllamaEvent.TryRead(data, out var read))
            {
                return StreamStep.Garbage;
            }

            Tell(read, sink);
            return read.IsDone ? StreamStep.End : StreamStep.More;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return StreamStep.Garbage;
        }
    }

    public bool TryReadWhole(ReadOnlySpan<byte> body, AnswerSink sink)
    {
        try
        {
            if (!OllamaEvent.TryRead(body, out var read) || !(read.IsDone || !read.Error.IsEmpty))
            {
                return false;
            }

            Tell(read, sink);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void Tell(in OllamaEvent read, AnswerSink sink)
    {
        if (!read.Error.IsEmpty)
        {
            sink.Error(OllamaErrorReader.ReadInStream(read.Error));
            return;
        }

        TellThought(read.Thinking, sink);
        if (!read.Text.IsEmpty)
        {
            _isThinking = false;
            sink.Text(0, read.Text);
        }

        TellRest(read, sink);
        if (read.IsDone)
        {
            TellEnd(read, sink);
        }
    }

    private void TellThought(ReadOnlySpan<byte> thought, AnswerSink sink)
    {
        if (thought.IsEmpty)
        {
            return;
        }

        _thoughts += _isThinking ? 0 : 1;
        _isThinking = true;
        sink.Reasoning(0, new(ReasoningKind.Text, _thoughts - 1, format: null) { Text = thought });
    }

    // What is not in every chunk is read as a document.
    private void TellRest(in OllamaEvent read, AnswerSink sink)
    {
        if (!read.Images.IsEmpty)
        {
            using var images = Parse(read.Images);
            foreach (var image in images.RootElement.EnumerateArray())
            {
                TellImage(image, sink);
            }
        }

        if (!read.Calls.IsEmpty)
        {
            using var calls = Parse(read.Calls);
            foreach (var call in calls.RootElement.EnumerateArray())
            {
                TellCall(call, sink);
            }
        }

        if (!read.Logprobs.IsEmpty)
        {
            using var logprobs = Parse(read.Logprobs);
            OllamaLogprobs.Tell(logprobs.RootElement, sink);
        }
    }

    private static void TellImage(JsonElement image, AnswerSink sink)
    {
        if (image.ValueKind == JsonValueKind.String && Inside(image) is { IsEmpty: false } bytes)
        {
            sink.Image(0, Encoding.ASCII.GetBytes(ImageType.Of(bytes) ?? "image/png"), bytes);
        }
    }

    private void TellCall(JsonElement call, AnswerSink sink)
    {
        if (!call.TryMember("function", out var function) || !function.TryMember("name", out var name) || name.ValueKind != JsonValueKind.String)
        {
            return;
        }

        _isThinking = false;
        var number = _calls++;
        var id = call.TryMember("id", out var own) && own.ValueKind == JsonValueKind.String ? Inside(own) : default;
        sink.ToolCallStart(0, number, id.IsEmpty ? Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"call_{turn}_{number}")) : id, Inside(name));
        sink.ToolCallArguments(0, number, ArgumentsOf(function));
    }

    private static ReadOnlySpan<byte> ArgumentsOf(JsonElement function) =>
        !function.TryMember("arguments", out var arguments) ? "{}"u8
        : arguments.ValueKind == JsonValueKind.String ? Inside(arguments)
        : JsonText.Inside(JsonMarshal.GetRawUtf8Value(arguments));

    private void TellEnd(in OllamaEvent read, AnswerSink sink)
    {
        // A zero is left out, and before July 2024 so was the count of a prompt that was in the cache: without it nothing is known.
        if (read.PromptTokens is { } prompt && (read.CompletionTokens ?? (sink.Facts.HasContent ? null : 0)) is { } completion)
        {
            sink.Usage(new TokenUsage(prompt, completion) { CachedTokens = read.CachedTokens is { } cached ? Math.Min(cached, prompt) : null });
        }

        var native = read.DoneReason.IsEmpty ? "stop" : OllamaFinish.Native(read.DoneReason);
        sink.Finish(0, native, OllamaFinish.Normalised(native, hasCalls: _calls > 0));
    }

    private static JsonDocument Parse(ReadOnlySpan<byte> data)
    {
        var json = new Utf8JsonReader(data);
        return JsonDocument.ParseValue(ref json);
    }

    private static ReadOnlySpan<byte> Inside(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];
}
