using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Dialects.OpenAIResponses;
using Turnpike.Gateway.Settlement;
using Turnpike.TestKit;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>The recorded replies of providers with one value changed, or an event lost, twice or late: what callers of each surface are told of it is
/// JSON to its end, and nothing is thrown. An answer is booked before its end is told, so that a fault there costs the caller an answer.</summary>
public sealed class AnswerFuzzTests
{
    private const int Seed = 20261126;
    private const int Rounds = 20;

    // What stands in place of a value, raw. The last are strings that are no text.
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1.5", "1e308", "1e999", "99999999999999999999999", "\"\"", "\"x\"", "\"\\u0000\\n\\\"\"", "[]", "{}", "[null]", "[[]]", "[{}]",
        "{\"type\":7}", "\"error\"", "\"stop\"", "\"{\\\"input\\\":\\\"\\\\ud83d\\\"}\"", "\"\\udc00x\"", "\"x\\ud83d\"", "{\"a\":\"\\ud83d\"}",
    ];

    private static readonly (string Surface, ICallerFormat Format)[] Callers =
        [("chat", new ChatCallerFormat()), ("completions", new ChatCallerFormat()), ("responses", new ResponsesCallerFormat()), ("messages", new MessagesCallerFormat())];

    // What a request says of how its answer is told.
    private static readonly NeutralRequest[] Requests =
    [
        new() { Messages = [] },
        new() { Messages = [], Tools = [new("weather") { Freeform = new("x", "tools", "{}"u8.ToArray()) }], Reasoning = new() { Summary = "auto" } },
        new() { Messages = [], UsesLegacyFunctions = true, Reasoning = new() { Exclude = true } },
    ];

    public static TheoryData<string> Dialects => [.. Directory.GetDirectories(Folder).Where(static d => File.Exists(Path.Combine(d, "dialect.json"))).Select(static d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    private static string Folder { get; } = FindFolder();

    [Theory]
    [MemberData(nameof(Dialects))]
    public void A_reply_with_something_changed_is_an_answer_or_an_error_and_no_fault_of_ours(string dialect)
    {
        var endpoint = EndpointOf(dialect);
        var random = new Random(Seed);
        var faults = new List<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, dialect), "reply.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var events = EventsIn(file);
            for (var round = 0; round < Rounds; round++)
            {
                var changed = Changed(events, random);
                foreach (var (surface, format) in Callers)
                {
                    if (Fault(endpoint, surface, format, Requests[random.Next(Requests.Length)], changed, isWhole: file.EndsWith(".json", StringComparison.Ordinal)) is { } fault)
                    {
                        faults.Add($"{Path.GetRelativePath(Folder, file)} to {surface}: {fault}\n{string.Join('\n', changed)}");
                    }
                }
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join("\n\n", faults.Take(5))}");
    }

    [Theory]
    [InlineData("openai-chat", """{"id":"c","choices":[null]}""")]
    [InlineData("openai-chat", """{"id":"c","choices":[7,{"index":0,"delta":{"content":"a"}}]}""")]
    [InlineData("azure-openai", """{"id":"c","choices":[{"index":0,"delta":{"content":{"type":7}}}]}""")]
    [InlineData("azure-openai", """{"id":"c","choices":[{"index":0,"delta":{"audio":"x","refusal":{"a":1},"images":"y","annotations":{}}}]}""")]
    [InlineData("openai-responses", """{"type":"response.output_text.delta","output_index":0,"delta":{"a":1}}""")]
    [InlineData("openai-responses", """{"type":"response.new","response":"text"}""")]
    public void A_member_of_another_kind_is_passed_over(string dialect, string data)
    {
        foreach (var (surface, format) in Callers)
        {
            Assert.Null(Fault(EndpointOf(dialect), surface, format, Requests[0], [data], isWhole: false));
        }
    }

    private static Endpoint EndpointOf(string dialect)
    {
        var about = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, dialect, "dialect.json")))!;
        return new()
        {
            Id = "e",
            Model = new() { Id = "a/b", Name = "B" },
            Provider = new() { Id = "p", Name = "P", Dialect = (string)about["dialect"]! },
            UpstreamModel = (string)about["model"]!,
            Tag = "p",
            Prices = new() { Prompt = NanoUsd.FromUsd(1), Completion = NanoUsd.FromUsd(2) },
        };
    }

    private static string? Fault(Endpoint endpoint, string surface, ICallerFormat format, NeutralRequest neutral, List<string> events, bool isWhole)
    {
        var facts = new AnswerFacts();
        var request = new InferenceRequest { Model = "a/b", Stream = !isWhole, IsTextCompletion = surface == "completions", Splices = [] };
        var context = new AnswerContext(new("\"gen-1\""u8.ToArray(), "\"a/b\""u8.ToArray(), "\"P\""u8.ToArray()), facts, 1, request, neutral) { Endpoint = endpoint, Dialect = endpoint.Dialect };
        var provider = ProviderFormats.For(endpoint);
        var target = new UpstreamTarget(endpoint, Encoding.UTF8.GetBytes($"\"{endpoint.UpstreamModel}\""), null, null);
        foreach (var flow in (AnswerFlow[])
        [
            new TranslatedFlow(provider.NewReader(neutral, target), format.NewWriter(context)),
            .. format.Dialect == endpoint.Dialect && !request.IsTextCompletion ? [format.NewRewriter(context)] : (AnswerFlow[])[],
        ])
        {
            try
            {
                foreach (var told in isWhole ? Whole(flow, facts, events[0]) : Streamed(flow, facts, events, endpoint.Dialect))
                {
                    JsonDocument.Parse(told).Dispose();
                }
            }
            catch (Exception exception)
            {
                return $"{flow.GetType().Name} {exception.Message} {exception.StackTrace?.Split('\n')[0]}";
            }
            finally
            {
                flow.Dispose();
            }
        }

        return null;
    }

    private static string[] Whole(AnswerFlow flow, AnswerFacts facts, string body)
    {
        if (!flow.TryTakeWhole(Encoding.UTF8.GetBytes(body)) || facts.Error is not null || (!facts.HasContent && facts.NativeFinishReason is null))
        {
            return [];
        }

        flow.AppendWholeEnd(Booked(facts));
        return [Encoding.UTF8.GetString(flow.Output.Span)];
    }

    private static IEnumerable<string> Streamed(AnswerFlow flow, AnswerFacts facts, List<string> events, string dialect)
    {
        var step = StreamStep.More;
        foreach (var data in events)
        {
            step = step == StreamStep.More && facts.Error is null ? flow.TakeEvent(Framed(data, dialect)) : step;
        }

        if (facts.Error is not null || step == StreamStep.Garbage || facts.NativeFinishReason is null)
        {
            flow.AppendError(Core.Errors.GatewayErrors.Internal);
        }
        else
        {
            flow.AppendEnd(Booked(facts), isCut: events.Count % 2 == 0);
        }

        return Encoding.UTF8.GetString(flow.Output.Span).Split('\n').Where(static l => l.StartsWith("data: ", StringComparison.Ordinal) && l != "data: [DONE]").Select(static l => l[6..]);
    }

    private static Settled Booked(AnswerFacts facts) =>
        new(new(SettlementKind.Post, BillingBasis.ProviderUsage, facts.Usage ?? default), new(new(3), new(1), new(2)), new(3));

    private static byte[] Framed(string data, string dialect)
    {
        if (dialect != Core.Catalog.Dialects.BedrockConverse)
        {
            return Encoding.UTF8.GetBytes(data);
        }

        using var named = JsonDocument.Parse(data);
        return named.RootElement.ValueKind == JsonValueKind.Object && named.RootElement.EnumerateObject().FirstOrDefault() is { Value.ValueKind: not JsonValueKind.Undefined } inner
            ? EventStream.Event(inner.Name, inner.Value.GetRawText())
            : [];
    }

    private static List<string> EventsIn(string file)
    {
        var text = File.ReadAllText(file);
        return Path.GetExtension(file) switch
        {
            ".json" => [text],
            ".sse" => [.. text.Split('\n').Where(static l => l.StartsWith("data:", StringComparison.Ordinal)).Select(static l => l[5..].Trim())],
            _ => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)],
        };
    }

    private static List<string> Changed(List<string> events, Random random)
    {
        List<string> changed = [.. events];
        var at = random.Next(changed.Count);
        switch (random.Next(6))
        {
            case 0 when changed.Count > 1:
                changed.RemoveAt(at);
                break;
            case 1 when changed.Count > 1:
                changed.Insert(at, changed[at]);
                break;
            case 2 when changed.Count > 1:
                (changed[at], changed[^1]) = (changed[^1], changed[at]);
                break;
            default:
                changed[at] = WithOtherValue(changed[at], random);
                break;
        }

        return changed;
    }

    // The text of the value is found by its place, since what takes it is not JSON to a node.
    private static string WithOtherValue(string json, Random random)
    {
        List<Range> places = [];
        var bytes = Encoding.UTF8.GetBytes(json);
        try
        {
            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
                if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndArray or JsonTokenType.EndObject))
                {
                    var inner = reader;
                    inner.Skip();
                    places.Add((int)reader.TokenStartIndex..(int)inner.BytesConsumed);
                }
            }
        }
        catch (JsonException)
        {
            return json; // a mark, or one that is recorded as broken
        }

        var place = places[random.Next(places.Count)];
        return Encoding.UTF8.GetString(bytes[..place.Start]) + Values[random.Next(Values.Length)] + Encoding.UTF8.GetString(bytes[place.End..]);
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Turnpike.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, "tests", "exchanges");
    }
}
