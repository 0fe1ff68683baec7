using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.TestKit;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Answers on their way to a caller of the Messages API, told by any reader.</summary>
public sealed class MessagesWriterTests
{
    [Fact]
    public void Whatever_is_told_in_whatever_order_a_stream_keeps_its_lifecycle_and_says_what_a_whole_answer_says()
    {
        const int seed = 20261126;
        for (var round = 0; round < 500; round++)
        {
            var streamed = Lifecycle.Gather(Stream(writer => TellAnything(writer, new Random(seed + round))));
            var whole = Whole(writer => TellAnything(writer, new Random(seed + round)))["content"]!.AsArray();

            Assert.True(Shown(whole) == Shown(streamed), $"seed {seed + round}\n{Shown(whole)}\n{Shown(streamed)}");
        }
    }

    [Fact]
    public void A_call_that_begins_before_another_is_whole_waits_for_its_turn()
    {
        var events = Stream(static writer =>
        {
            writer.ToolCallStart(0, 0, "a"u8, "f"u8);
            writer.ToolCallArguments(0, 0, "{\\\"x\\\":"u8);
            writer.ToolCallStart(0, 1, "b"u8, "g"u8);
            writer.ToolCallArguments(0, 1, "{\\\"y\\\":2}"u8);
            writer.ToolCallArguments(0, 0, "[1]}"u8);
            writer.Finish(0, "stop", "stop");
        });

        Assert.Equal("""[["a",{"x":[1]}],["b",{"y":2}]]""", new JsonArray([.. Lifecycle.Gather(events).Select(static b => new JsonArray(b!["id"]!.DeepClone(), b["input"]!.DeepClone()))]).ToJsonString());
        Assert.Equal("tool_use", (string)events[^2]["delta"]!["stop_reason"]!);
    }

    [Fact]
    public void A_thought_has_its_signature_byte_for_byte()
    {
        static void Tell(AnswerWriter writer)
        {
            writer.Reasoning(0, new(ReasoningKind.Text, 0, ReasoningFormats.Anthropic) { Text = "Let me "u8 });
            writer.Reasoning(0, new(ReasoningKind.Text, 0, ReasoningFormats.Anthropic) { Text = "see"u8, Signature = "EqQB\\/+=="u8 });
            writer.Finish(0, "end_turn", "stop");
        }

        foreach (var thought in new[] { Lifecycle.Gather(Stream(Tell))[0]!, Whole(Tell)["content"]![0]! })
        {
            Assert.Equal(("thinking", "Let me see", "EqQB/+=="), ((string)thought["type"]!, (string)thought["thinking"]!, (string)thought["signature"]!));
        }
    }

    [Fact]
    public void A_signature_of_a_call_stands_behind_it_and_comes_back_with_the_calls_id()
    {
        var content = Lifecycle.Gather(Stream(static writer =>
        {
            writer.ToolCallStart(0, 0, "call_1"u8, "f"u8);
            writer.Reasoning(0, new(ReasoningKind.Encrypted, 0, ReasoningFormats.Gemini) { Text = "sig+/="u8, Id = "call_1"u8 });
            writer.ToolCallArguments(0, 0, "{}"u8);
            writer.Finish(0, "STOP", "tool_calls");
        }));
        var body = Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{"role":"assistant","content":{{content.ToJsonString()}}}]}""");

        Assert.Equal(["tool_use", "redacted_thinking"], content.Select(static b => (string)b!["type"]!));
        Assert.True(MessagesNeutralReader.TryRead(body, isPlain: false, out var request, out _));
        var part = Assert.IsType<ReasoningPart>(request!.Messages[0].Parts[1]);
        Assert.Equal((ReasoningFormats.Gemini, "sig+/=", "call_1"), (part.Format, part.Data, part.Id));
    }

    [Fact]
    public void A_source_is_a_citation_and_a_stop_sequence_is_told()
    {
        var events = Stream(static writer =>
        {
            writer.Text(0, "It rains."u8);
            writer.Citation(0, new("https://w.example", "Weather", "rain"));
            writer.Finish(0, "stop_sequence", "stop", "EN\\\"D"u8);
        });

        var citation = Lifecycle.Gather(events)[0]!["citations"]![0]!;
        Assert.Equal(("web_search_result_location", "https://w.example", "rain"), ((string)citation["type"]!, (string)citation["url"]!, (string)citation["cited_text"]!));
        Assert.Equal(("stop_sequence", "EN\"D"), ((string)events[^2]["delta"]!["stop_reason"]!, (string)events[^2]["delta"]!["stop_sequence"]!));
    }

    [Fact]
    public void A_refusal_is_text_that_ends_so_and_arguments_that_are_no_object_are_not_taken_for_none()
    {
        var refused = Whole(static writer =>
        {
            writer.Refusal(0, "No."u8);
            writer.Finish(0, "stop", "stop");
        });
        var broken = Whole(static writer =>
        {
            writer.ToolCallStart(0, 0, "a"u8, "f"u8);
            writer.ToolCallArguments(0, 0, "{\\\"x\\\":"u8);
            writer.Finish(0, "length", "length");
        });

        Assert.Equal(("No.", "refusal"), ((string)refused["content"]![0]!["text"]!, (string)refused["stop_reason"]!));
        Assert.Equal(("{\"x\":", "max_tokens"), ((string)broken["content"]![0]!["input"]!["_arguments"]!, (string)broken["stop_reason"]!));
    }

    [Fact]
    public void A_stream_that_ends_at_our_limit_says_max_tokens_and_is_whole()
    {
        var events = Stream(static writer => writer.Text(0, "Hel"u8), isCut: true);

        Assert.Equal("Hel", (string)Lifecycle.Gather(events)[0]!["text"]!);
        Assert.Equal("max_tokens", (string)events[^2]["delta"]!["stop_reason"]!);
    }

    // Arguments are whole objects here: a call that text interrupts is told as far as it came.
    private static void TellAnything(AnswerWriter writer, Random random)
    {
        var (calls, thoughts) = (0, 0);
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            switch (random.Next(6))
            {
                case 0 or 1:
                    writer.Text(0, "t"u8);
                    break;
                case 2:
                    writer.Reasoning(0, new(ReasoningKind.Text, thoughts += random.Next(2), "x-v1") { Text = "h"u8, Signature = random.Next(2) == 0 ? "s"u8 : default });
                    break;
                case 3:
                    writer.Reasoning(0, new(ReasoningKind.Encrypted, thoughts += random.Next(2), ReasoningFormats.Anthropic) { Text = "e"u8 });
                    break;
                case 4:
                    writer.ToolCallStart(0, calls, "c"u8, "f"u8);
                    writer.ToolCallArguments(0, calls++, random.Next(3) == 0 ? default : "{}"u8);
                    break;
                default:
                    writer.Citation(0, new("u"));
                    break;
            }
        }

        writer.Finish(0, "stop", "stop");
    }

    // A text without sources says so in a whole answer only.
    private static string Shown(JsonArray content) => content.ToJsonString().Replace(",\"citations\":[]", "", StringComparison.Ordinal);

    private static AnswerContext Context(bool stream) => new(
        new("\"gen-1\""u8.ToArray(), "\"m\""u8.ToArray(), "\"P\""u8.ToArray()), new AnswerFacts(), 1750000000, new InferenceRequest { Model = "m", Splices = [], Stream = stream });

    private static JsonNode Whole(Action<AnswerWriter> tell)
    {
        var writer = new MessagesAnswerWriter(Context(stream: false));
        tell(writer);
        writer.AppendWholeEnd(default);
        var whole = JsonNode.Parse(writer.Output.Span)!;
        writer.Output.Dispose();
        return whole;
    }

    private static List<JsonNode> Stream(Action<AnswerWriter> tell, bool isCut = false)
    {
        var writer = new MessagesAnswerWriter(Context(stream: true));
        tell(writer);
        writer.AppendEnd(default, isCut);
        var text = Encoding.UTF8.GetString(writer.Output.Span);
        writer.Output.Dispose();
        return [.. text.Split('\n').Where(static l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(static l => JsonNode.Parse(l[6..])!)];
    }
}
