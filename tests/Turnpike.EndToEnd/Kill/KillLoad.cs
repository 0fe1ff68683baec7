using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Kill;

/// <summary>What a caller was told whole: the generation and its cost.</summary>
internal sealed record Told(string Tag, string Id, long CostNano);

/// <summary>Mixed requests from many callers at once: streams, whole answers, errors, slow ones that get a second attempt, callers that leave; each is known by its number.</summary>
internal sealed class KillLoad
{
    public const int Callers = 200;

    private static readonly TimeSpan _beat = TimeSpan.FromMilliseconds(3);

    private readonly ConcurrentBag<Told> _told = [];
    private int _numbers;

    /// <summary>Answers that callers got to their end.</summary>
    public IReadOnlyCollection<Told> Told => _told;

    public int Asked => Volatile.Read(ref _numbers);

    public static string Tag(int number) => $"caller-{number}";

    /// <summary>The number that a request carries to the provider, where the caller's name does not go.</summary>
    public static int NumberOf(ProviderExchange exchange) => (int)exchange.Json["seed"]!;

    public static (int Prompt, int Completion) UsageOf(int number) => (10 + (number % 37), 1 + (number % 11));

    public static long CostOf(int number) => (UsageOf(number).Prompt * 1000L) + (UsageOf(number).Completion * 2000L);

    /// <summary>What the provider answers to each request, by its number.</summary>
    public static Answer Answer(ProviderExchange exchange, bool isFirstProvider)
    {
        var number = NumberOf(exchange);
        var (prompt, completion) = UsageOf(number);
        var contents = Enumerable.Range(0, completion).Select(static i => Wire.Text($"word{i} ")).ToList();
        return (number % 16) switch
        {
            9 when isFirstProvider => TestKit.Answer.Error(500),
            4 or 8 when isFirstProvider => TestKit.Answer.For(exchange, ["slow"], prompt, completion) with { HeadGate = Task.Delay(_beat * (30 + (number % 23))) },
            10 => Paced([Wire.Role(), .. contents]).Then(new Step.Cut()),
            11 => Paced([Wire.Role(), .. contents, Wire.Event(Wire.Error("overloaded"))]),
            12 => TestKit.Answer.Error(429, retryAfter: "1"),
            13 => Paced([Wire.Role(), .. Enumerable.Repeat(Wire.Text("and on "), 300), Wire.Finish(), Wire.Usage(prompt, completion), Wire.Done]),
            15 => Paced([Wire.Role(), .. contents, Wire.Finish(), Wire.Done]),
            6 or 7 or 8 => TestKit.Answer.Json(Wire.Whole("whole", prompt, completion)) with { HeadGate = Task.Delay(_beat * (number % 20)) },
            _ => Paced([Wire.Role(), .. contents, Wire.Finish(), Wire.Usage(prompt, completion), Wire.Done]),
        };
    }

    /// <summary>True where a completed answer carries its usage and must have been billed by it if it was told whole.</summary>
    public static bool ReportsUsage(int number) => number % 16 is not (10 or 11 or 12 or 15);

    /// <summary>Asks on and on, until the gateway is gone.</summary>
    public Task RunAsync(GatewayClient client, CancellationToken gone) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (!gone.IsCancellationRequested)
            {
                await AskAsync(client, Interlocked.Increment(ref _numbers), gone);
            }
        }));

    private async Task AskAsync(GatewayClient client, int number, CancellationToken gone)
    {
        var isWhole = number % 16 is 6 or 7 or 8;
        var model = number % 16 is 4 or 8 or 9 ? GatewayHarness.Pair : GatewayHarness.Plain;
        var body = GatewayClient.Body(
            model, $"\"user\":\"{Tag(number)}\",\"seed\":{number},\"max_tokens\":1000,\"stream\":{(isWhole ? "false" : "true")},{GatewayHarness.AlphaFirst.Replace(",\"beta\"", model == GatewayHarness.Pair ? ",\"beta\"" : "", StringComparison.Ordinal)}");
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(gone);
        if (number % 16 == 14)
        {
            leaving.CancelAfter(_beat * (number % 7));
        }

        try
        {
            using var response = await client.SendAsync(client.Request(HttpMethod.Post, "/api/v1/chat/completions", body), leaving.Token);
            if (!response.IsSuccessStatusCode)
            {
                return;
            }

            if (isWhole)
            {
                Note(number, JsonNode.Parse(await response.Content.ReadAsStringAsync(leaving.Token))!);
                return;
            }

            JsonNode? last = null;
            await foreach (var item in SseReader.ReadAsync(await response.Content.ReadAsStreamAsync(leaving.Token), leaving.Token))
            {
                if (item.IsDone)
                {
                    Note(number, last!);
                    return;
                }

                last = item.Data is { } data ? JsonNode.Parse(data) : last;
                if (number % 16 == 13 && (string?)last?["choices"]?.AsArray().FirstOrDefault()?["delta"]?["content"] is { Length: > 0 })
                {
                    return; // this one leaves after the first word
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            // The gateway was killed, or this caller left.
        }
    }

    private void Note(int number, JsonNode answer) => _told.Add(new(
        Tag(number), (string)answer["id"]!, (long)decimal.Round(answer["usage"]!["cost"]!.GetValue<decimal>() * 1_000_000_000m)));

    private static Answer Paced(IEnumerable<string> events) =>
        TestKit.Answer.Stream([]).Then(events.SelectMany(static e => new Step[] { new Step.Send(System.Text.Encoding.UTF8.GetBytes(e)), new Step.Pause(_beat) }));
}
