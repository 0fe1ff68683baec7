namespace Turnpike.EndToEnd;

/// <summary>Prompts and answers are nobody's business: not in the log at any level, not in the books, not in an error.</summary>
public sealed class PrivacyTests
{
    private const string Prompt = "my-secret-prompt";

    private const string Said = "my-secret-answer";

    [Fact]
    public async Task Neither_prompts_nor_answers_nor_keys_are_kept_anywhere()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("logLevel", "trace"));
        gateway.Alpha.On("plain", e => ((int?)e.Json["seed"]) switch
        {
            1 => Answer.Error(500, Said),
            2 => Answer.Stream([Wire.Role(), Wire.Text(Said)]).Then(new Step.Cut()),
            3 => Answer.Stream([Wire.Role(), $"data: {{{Said}\n\n"]),
            _ => Answer.For(e, [Said], 10, 2),
        });

        foreach (var fields in new[] { "", "\"stream\":true", "\"seed\":1", "\"seed\":2,\"stream\":true", "\"seed\":3,\"stream\":true", "\"broken\"" })
        {
            await gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Plain, fields).Replace("Hello", Prompt, StringComparison.Ordinal));
        }

        await gateway.SettledAsync();
        await gateway.GenerationAsync((string)(await gateway.Client.AskAsync(GatewayHarness.Plain)).Json["id"]!);
        string[] secrets = [Prompt, Said, gateway.Key, "sk-upstream"];
        foreach (var secret in secrets)
        {
            Assert.False(BytesOf(gateway.Database).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) >= 0, secret);
            Assert.False(BytesOf(gateway.Database + "-wal").AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) >= 0, secret);
        }

        var logs = await gateway.StopAndReadLogsAsync();
        Assert.NotEmpty(logs);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, logs, StringComparison.Ordinal);
        }
    }

    private static byte[] BytesOf(string path)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        return copy.ToArray();
    }
}
