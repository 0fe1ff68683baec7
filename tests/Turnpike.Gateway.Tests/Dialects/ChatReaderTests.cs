using System.Text;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects;

public sealed class ChatReaderTests
{
    private static readonly string[] _events =
    [
        """{"id":"c-1","choices":[{"index":0,"delta":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},"[1]"]}}],"x_groq":{"usage":{"prompt_tokens":1}}}""",
        """{"choices":[{"index":0,"delta":{"reasoning":"a","reasoning_content":"a","reasoning_details":[{"type":"reasoning.encrypted","data":"x"},5]}}],"citations":["https://a.example",{"url":"https://b.example"},7]}""",
        """{"choices":[{"delta":{"content":"[2]","tool_calls":[{"function":{"name":"f","arguments":{"a":[1]}}},{"index":0,"id":"z","function":{"name":"g","arguments":"{}"}}]},"index":0,"message":{"content":"x"}}]}""",
        """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"z","type":"function","function":{"name":"h","arguments":"{}"}}]},"finish_reason":"stop","usage":{"prompt_tokens":3,"completion_tokens":4}}]}""",
        """{"choices":null,"base_resp":{"status_code":1002,"status_msg":"slow"}}""",
    ];

    [Fact]
    public void What_vendors_send_is_told_piece_by_piece()
    {
        var sink = new TellingSink();
        var reader = NewReader();
        foreach (var data in _events)
        {
            Assert.Equal(StreamStep.More, reader.ReadEvent(Encoding.UTF8.GetBytes(data), sink));
        }

        Assert.Equal(
            [
                "Text 0 - =hm", "text=[1]", "Encrypted 0 - =x", "Text 0 - =a", "text=[2]", "call 0 call_c10_0=f", "arguments 0={\\\"a\\\":[1]}", "call 1 z=g", "arguments 1={}",
                "call 2 call_c10_2=h", "arguments 2={}", "citation=https://a.example https://b.example ", "finish=stop tool_calls",
            ],
            sink.Told);
        Assert.Equal((3, 4, 429), (sink.Facts.Usage!.Value.PromptTokens, sink.Facts.Usage.Value.CompletionTokens, sink.Facts.Error!.Status));
    }

    [Fact]
    public void A_call_without_arguments_has_empty_ones_at_its_end()
    {
        var sink = new TellingSink();
        var reader = NewReader();
        foreach (var data in (string[])[
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"""])
        {
            reader.ReadEvent(Encoding.UTF8.GetBytes(data), sink);
        }

        Assert.Equal(["call 0 a=f", "call 1 b=g", "arguments 1={}", "arguments 0={}", "finish=tool_calls tool_calls"], sink.Told);
    }

    [Fact]
    public void A_call_with_a_text_is_told_with_it_as_its_one_argument()
    {
        var sink = new TellingSink();
        var reader = NewReader();
        foreach (var data in (string[])[
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"custom","custom":{"name":"f","input":""}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"custom":{"input":"\"\ud83d"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"custom":{"input":"\ude00\n"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","type":"custom","custom":{"name":"g","input":""}}]}}]}""",
            """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"""])
        {
            reader.ReadEvent(Encoding.UTF8.GetBytes(data), sink);
        }

        Assert.Equal(
            [
                "call 0 a=f", """arguments 0={\"input\":\"\\\"\\ud83d\\ude00\\n""", "call 1 b=g", "arguments 1={\\\"input\\\":\\\"",
                """arguments 0=\"}""", """arguments 1=\"}""", "finish=tool_calls tool_calls",
            ],
            sink.Told);
    }

    [Fact]
    public void Every_split_of_a_stream_tells_the_same()
    {
        var stream = Encoding.UTF8.GetBytes(string.Concat(_events.Select(static e => $": comment\r\n\r\ndata: {e}\r\n\r\n")) + "data: [DONE]\n\n");
        var told = TellingSink.Read(NewReader(), new SseFramer(1 << 20), [stream]).Sink.Told;
        for (var at = 1; at < stream.Length; at++)
        {
            Assert.Equal(told, TellingSink.Read(NewReader(), new SseFramer(1 << 20), [stream.AsMemory(0, at), stream.AsMemory(at)]).Sink.Told);
        }
    }

    [Fact]
    public void Nothing_throws_on_bytes_that_are_changed()
    {
        var random = new Random(7);
        for (var round = 0; round < 4000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(_events[random.Next(_events.Length)]);
            for (var change = random.Next(4); change >= 0; change--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"{}[]\":,0tn\\"[random.Next(11)];
            }

            var part = bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length);
            NewReader().ReadEvent(part, new TellingSink());
            NewReader().TryReadWhole(part, new TellingSink());
            var facts = new AnswerFacts();
            AnswerContext context = new(new("\"i\""u8.ToArray(), "\"m\""u8.ToArray(), "\"p\""u8.ToArray()), facts, 1, new InferenceRequest { Model = "a/b", Stream = true, Splices = [] });
            using var stream = new ChatAnswerFlow(context);
            stream.TakeEvent(part);
            stream.TakeEvent(part);
            using var whole = new ChatAnswerFlow(context);
            whole.TryTakeWhole(part);
        }
    }

    private static ChatAnswerReader NewReader() => new(ProviderQuirks.None, new ChatText(thinksInTags: true, repeated: default), new ChatCalls());
}
