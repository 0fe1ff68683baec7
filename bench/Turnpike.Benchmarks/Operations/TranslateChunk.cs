using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.BedrockConverse;
using Turnpike.Gateway.Dialects.CohereV2;
using Turnpike.Gateway.Dialects.Gemini;
using Turnpike.Gateway.Dialects.Ollama;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.TestKit;

namespace Turnpike.Benchmarks.Operations;

/// <summary>One event of a stream between two dialects: a piece of text, framed, read, and written as a chat chunk into a rented buffer
/// that goes back.</summary>
internal sealed class TranslateChunk : IOperation
{
    private readonly IEventFramer _framer;
    private readonly TranslatedFlow _flow;
    private readonly byte[] _delta;

    private TranslateChunk(IAnswerReader reader, string delta)
        : this(reader, new SseFramer(eventBytesMax: 1 << 20), Event(delta))
    {
    }

    private TranslateChunk(IAnswerReader reader, IEventFramer framer, byte[] delta)
    {
        (_framer, _delta) = (framer, delta);
        var writer = new ChatCallerFormat().NewWriter(Samples.Context(new(), Samples.Streamed));
        _flow = new(reader, writer);
    }

    public static TranslateChunk OfAnthropic()
    {
        var operation = new TranslateChunk(
            new AnthropicAnswerReader(isAnswerTool: false),
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" the quick brown fox \n"}}""");
        operation.Take(Event("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""));
        return operation;
    }

    public static TranslateChunk OfGemini() => new(
        new GeminiAnswerReader(turn: 1),
        """{"candidates":[{"content":{"parts":[{"text":" the quick brown fox \n"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":5,"promptTokensDetails":[{"modality":"TEXT","tokenCount":9}]},"modelVersion":"m","responseId":"r"}""");

    public static TranslateChunk OfCohere() => new(
        new CohereAnswerReader(),
        """{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":" the quick brown fox \n"}}}}""");

    public static TranslateChunk OfBedrock() => new(
        new BedrockAnswerReader(reasoningFormat: null, isAnswerTool: false),
        new EventStreamFramer(eventBytesMax: 1 << 20),
        EventStream.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":" the quick brown fox \n"},"p":"abcdefgh"}"""));

    public static TranslateChunk OfOllama() => new(
        new OllamaAnswerReader(turn: 1),
        new NdjsonFramer(eventBytesMax: 1 << 20),
        System.Text.Encoding.UTF8.GetBytes("""{"model":"m","created_at":"2026-08-01T12:00:00Z","message":{"role":"assistant","content":" the quick brown fox \n"},"done":false}""" + "\n"));

    public long Run()
    {
        Take(_delta);
        var written = _flow.Output.Length;
        _flow.Output.Dispose();
        return written > 0 ? written : throw new InvalidOperationException("No event was found.");
    }

    public void Dispose()
    {
        _framer.Dispose();
        _flow.Dispose();
    }

    private void Take(byte[] bytes)
    {
        bytes.CopyTo(_framer.Room(4096));
        _framer.Filled(bytes.Length);
        while (_framer.TryRead(out var data))
        {
            if (_flow.TakeEvent(data) != StreamStep.More)
            {
                throw new InvalidOperationException("The event was not understood.");
            }
        }
    }

    private static byte[] Event(string data) => System.Text.Encoding.UTF8.GetBytes($"event: x\ndata: {data}\n\n");
}
