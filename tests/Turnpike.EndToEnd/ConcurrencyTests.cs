namespace Turnpike.EndToEnd;

/// <summary>Many at once: everybody gets their own answer whole, and every answer is booked.</summary>
public sealed class ConcurrencyTests
{
    private const int AtOnce = 300;

    [Fact]
    public async Task Nobody_sees_a_byte_of_anothers_answer()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("startingCredit", 1000));
        gateway.Alpha.Otherwise(static e =>
        {
            var words = Words((int)e.Json["seed"]!);
            return e.IsStream
                ? Answer.Text(words, promptTokens: 10, completionTokens: words.Count)
                : Answer.Json(Wire.Whole(string.Concat(words), 10, words.Count));
        });

        await Parallel.ForAsync(0, AtOnce, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            var content = number % 3 == 0
                ? (await gateway.Client.AskAsync(GatewayHarness.Plain, $"\"seed\":{number}")).Content
                : (await gateway.Client.AskStreamAsync(GatewayHarness.Plain, $"\"seed\":{number}")).Content;
            Assert.Equal(string.Concat(Words(number)), content);
        });

        await gateway.SettledAsync();
        var cost = Enumerable.Range(0, AtOnce).Sum(static n => (10L * 1000) + (Words(n).Count * 2000L));
        Assert.Equal(1_000_000_000_000 - cost, gateway.Available);
    }

    [Fact]
    public async Task A_caller_that_reads_slowly_gets_everything()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("streaming.keepAliveInterval", "10ms"));
        var word = new string('x', 1000);
        gateway.Alpha.On("plain", Answer.Text(Enumerable.Repeat(word, 3000), completionTokens: 3000));
        using var raw = await RawClient.ConnectAsync(gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true"), gateway.Key);
        var head = await raw.ReadHeadAsync();

        // Three megabytes do not fit into the buffers between: the provider is held back, and nothing is lost.
        await Task.Delay(100, CancellationToken.None);
        var (text, isWhole) = await raw.ReadBodyAsync(head);

        Assert.True(isWhole);
        Assert.Equal(3000, text.Split(word).Length - 1);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    private static List<string> Words(int number) => [.. Enumerable.Range(0, 5 + (number % 20)).Select(i => $"<{number}:{i}>")];
}
