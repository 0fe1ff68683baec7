using System.Text;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Gemini;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>An answer with everything in it, streamed and whole, and what is told of it.</summary>
internal static class GeminiStreams
{
    public static readonly string[] Full =
    [
        """{"candidates":[{"content":{"parts":[{"text":"Let me\nsee ","thought":true}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":325,"totalTokenCount":325},"modelVersion":"gemini-3","responseId":"resp-1"}""",
        """{"candidates":[{"content":{"parts":[{"text":"😀","thought":true,"thoughtSignature":"EqQB\/+=="}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":325,"thoughtsTokenCount":30,"totalTokenCount":355},"responseId":"resp-1"}""",
        """{"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"H\u00e9\n"}]}}],"usageMetadata":{"promptTokenCount":325,"candidatesTokenCount":2,"thoughtsTokenCount":30},"responseId":"resp-1"}""",
        """{"candidates":[{"content":{"parts":[{"text":"llo"}],"role":"model"},"index":0}],"responseId":"resp-1"}""",
        """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":"x"}},"thoughtSignature":"EpEg+/="},{"functionCall":{"id":"own","name":"g"}}],"role":"model"},"index":0}],"responseId":"resp-1"}""",
        """{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBO"},"thoughtSignature":"img="}],"role":"model"},"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example","title":"A"}}],"groundingSupports":[{"segment":{"startIndex":0,"endIndex":4,"text":"Hé"},"groundingChunkIndices":[0]}]}}]}""",
        """{"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"end="}],"role":"model"},"finishReason":"STOP","groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example","title":"A"}}]},"index":0}],"usageMetadata":{"promptTokenCount":325,"cachedContentTokenCount":300,"candidatesTokenCount":18,"thoughtsTokenCount":30,"toolUsePromptTokenCount":5,"totalTokenCount":378,"promptTokensDetails":[{"modality":"TEXT","tokenCount":315},{"modality":"AUDIO","tokenCount":10}],"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":9}]},"responseId":"resp-1"}""",
    ];

    public static readonly string[] Told =
    [
        "Text 0 google-gemini-v1 =Let me\\nsee 😀|EqQB\\/+==",
        "text=H\\u00e9\\nllo",
        "Encrypted 1 google-gemini-v1 call_resp-1_0_0=EpEg+/=",
        "call 0 call_resp-1_0_0=f",
        "arguments 0={\\\"a\\\":\\\"x\\\"}",
        "call 1 own=g",
        "arguments 1={}",
        "image image/png=iVBO",
        "Encrypted 2 google-gemini-v1 image_0=img=",
        "citation=https://a.example A",
        "Encrypted 3 google-gemini-v1 =end=",
        "finish=STOP tool_calls",
    ];

    public const string Whole = """
        {"candidates":[{"content":{"parts":[{"text":"Let me\nsee 😀","thought":true,"thoughtSignature":"EqQB\/+=="},{"text":"H\u00e9\n"},{"text":"llo"},
        {"functionCall":{"name":"f","args":{"a":"x"}},"thoughtSignature":"EpEg+/="},{"functionCall":{"id":"own","name":"g","args":{}}}],"role":"model"},"finishReason":"STOP","index":0}],
        "usageMetadata":{"promptTokenCount":325,"candidatesTokenCount":18,"thoughtsTokenCount":30},"responseId":"resp-1"}
        """;

    public static byte[] Framed(IEnumerable<string> events) => Encoding.UTF8.GetBytes(string.Concat(events.Select(static e => $"data: {e}\r\n\r\n")));

    /// <summary>What a reader tells of a stream that comes in these pieces, and whether all of it was understood.</summary>
    public static (TellingSink Sink, bool IsUnderstood) Read(params IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var sink = new TellingSink();
        var reader = new GeminiAnswerReader(turn: 3);
        using var framer = new SseFramer(1 << 20);
        var isUnderstood = true;
        foreach (var piece in pieces)
        {
            piece.CopyTo(framer.Room(piece.Length));
            framer.Filled(piece.Length);
            while (framer.TryRead(out var data))
            {
                isUnderstood &= reader.ReadEvent(data, sink) == StreamStep.More;
            }
        }

        return (sink, isUnderstood);
    }
}
