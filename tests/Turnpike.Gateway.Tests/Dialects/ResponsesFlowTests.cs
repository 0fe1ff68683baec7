using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIResponses;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Answers on their way to a caller of the Responses API: from its own dialect and, told by any reader, from others.</summary>
public sealed class ResponsesFlowTests
{
    [Fact]
    public void A_stream_that_is_told_is_written_with_every_item_begun_and_done_once()
    {
        var context = Context(stream: true);
        using var flow = new TranslatedFlow(new ResponsesAnswerReader(ReasoningFormats.OpenAIResponses), new ResponsesAnswerWriter(context));
        foreach (var data in ResponsesStreams.Full)
        {
            flow.TakeEvent(Encoding.UTF8.GetBytes(data));
        }

        flow.AppendEnd(default, isCut: false);
        var events = Events(flow);

        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(static e => (int)e["sequence_number"]!));
        var added = events.Where(static e => (string)e["type"]! == "response.output_item.added").Select(static e => (string)e["item"]!["id"]!).ToList();
        var done = events.Where(static e => (string)e["type"]! == "response.output_item.done").Select(static e => (string)e["item"]!["id"]!).ToList();
        Assert.Equal(added, done);
        var output = events[^1]["response"]!["output"]!.AsArray();
        Assert.Equal(["reasoning", "message", "function_call", "function_call"], output.Select(static i => (string)i!["type"]!));
        Assert.Equal(("rs_1", "gAAA/+=="), ((string)output[0]!["id"]!, (string)output[0]!["encrypted_content"]!));
        Assert.Equal(["Thinking", "more"], output[0]!["summary"]!.AsArray().Select(static s => (string)s!["text"]!));
        Assert.Equal("https://a.example", (string)output[1]!["content"]![0]!["annotations"]![0]!["url"]!);
        Assert.Equal(["{\"a\":1}", "{\"b\":2}"], output.Skip(2).Select(static i => (string)i!["arguments"]!));
    }

    [Fact]
    public void One_item_is_open_at_a_time_though_pieces_of_several_come_in_turn()
    {
        var writer = new ResponsesAnswerWriter(Context(stream: true));
        writer.ToolCallStart(0, 0, "a"u8, "f"u8);
        writer.ToolCallArguments(0, 0, "{\\\"x\\\":"u8);
        writer.ToolCallStart(0, 1, "b"u8, "g"u8);
        writer.Reasoning(0, new(ReasoningKind.Encrypted, 0, ReasoningFormats.Gemini) { Text = "sig"u8, Id = "b"u8 });
        writer.ToolCallArguments(0, 1, "{}"u8);
        writer.ToolCallArguments(0, 0, "1}"u8);
        writer.Finish(0, "stop", "tool_calls");
        writer.AppendEnd(default, isCut: false);
        var events = Events(Encoding.UTF8.GetString(writer.Output.Span));

        Assert.Equal(
            ["added 0", "done 0", "added 1", "done 1", "added 2", "done 2"],
            events.Where(static e => e["item"] is not null).Select(static e => $"{((string)e["type"]!)[21..]} {e["output_index"]}"));
        Assert.Equal(
            ["""a {"x":1}""", "b {}", "sealed"],
            events.Where(static e => (string)e["type"]! == "response.output_item.done")
                .Select(static e => e["item"]!["call_id"] is { } id ? $"{id} {e["item"]!["arguments"]}" : "sealed"));
        Assert.Equal(
            ["0 {\"x\":", "0 1}", "1 {}"],
            events.Where(static e => (string)e["type"]! == "response.function_call_arguments.delta").Select(static e => $"{e["output_index"]} {e["delta"]}"));
    }

    [Fact]
    public void Whatever_a_provider_of_the_dialect_sends_nothing_is_thrown()
    {
        var random = new Random(20261126);
        for (var round = 0; round < 300; round++)
        {
            using var flow = new ResponsesAnswerFlow(Context(stream: true));
            foreach (var data in ResponsesStreams.Full)
            {
                var bytes = Encoding.UTF8.GetBytes(data);
                bytes[random.Next(bytes.Length)] = (byte)"{}[]\",:0nt\\a"[random.Next(12)];
                flow.TakeEvent(bytes);
                flow.TakeEvent(bytes.AsSpan(0, random.Next(bytes.Length)));
            }

            flow.AppendEnd(default, isCut: round % 2 == 0);
            Assert.True(flow.Output.Length > 0);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":"x","usage":null}""")]
    [InlineData("""{"usage":{},"model":"m"}""")]
    [InlineData("""{"usage":7}""")]
    [InlineData("""{"usage":{"cost":7,"input_tokens":1,"is_byok":true}}""")]
    public void The_last_event_is_JSON_and_has_its_cost_whatever_stood_in_it(string response)
    {
        using var flow = new ResponsesAnswerFlow(Context(stream: true));
        flow.TakeEvent(Encoding.UTF8.GetBytes($$"""{"type":"response.completed","sequence_number":0,"response":{{response}}}"""));
        flow.AppendEnd(default, isCut: false);

        Assert.Equal(0, (int)Assert.Single(Events(flow))["response"]!["usage"]!["cost"]!);
    }

    private static AnswerContext Context(bool stream) => new(
        new("\"gen-1\""u8.ToArray(), "\"a/b\""u8.ToArray(), "\"P\""u8.ToArray()),
        new AnswerFacts(),
        1,
        new InferenceRequest { Model = "a/b", Stream = stream, Splices = [] });

    private static List<JsonNode> Events(AnswerFlow flow) => Events(Encoding.UTF8.GetString(flow.Output.Span));

    private static List<JsonNode> Events(string text) =>
        [.. text.Split('\n').Where(static l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(static l => JsonNode.Parse(l[6..])!)];
}
