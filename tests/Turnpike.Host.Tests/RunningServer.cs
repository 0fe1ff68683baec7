using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Turnpike.Host.Tests;

/// <summary>A server that has announced itself.</summary>
internal sealed partial class RunningServer(TurnpikeProcess process, Uri address)
{
    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler());

    public TurnpikeProcess Process { get; } = process;

    public Uri Address { get; } = address;

    /// <summary>The keys in the announcement: the API key, then the management key; none at a later start.</summary>
    public IReadOnlyList<string> Keys => [.. KeyLine().Matches(Process.Output).Select(static m => m.Groups[1].Value)];

    public static async Task<RunningServer> WaitAsync(TurnpikeProcess process)
    {
        await Deadline.UntilAsync(
            () => AddressLine().IsMatch(process.Output) || process.HasExited, "the server announces its address");
        Assert.False(process.HasExited, process.Error);
        await Deadline.UntilAsync(() => process.Error.Contains("serves", StringComparison.Ordinal), "the server logs that it serves");
        return new(process, new Uri(AddressLine().Match(process.Output).Groups[1].Value));
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? key = null) => SendAsync(new(HttpMethod.Get, new Uri(Address, path)), key);

    public Task<HttpResponseMessage> ChatAsync(string key, string model = "turnpike/echo", bool stream = false, string text = "Hello!") => SendAsync(
        new(HttpMethod.Post, new Uri(Address, "/api/v1/chat/completions"))
        {
            Content = new StringContent(
                $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]}""",
                Encoding.UTF8,
                "application/json"),
        },
        key);

    /// <summary>Asks for the key itself until the answer has that status.</summary>
    public Task UntilKeyAnswersAsync(string key, HttpStatusCode status) => Deadline.UntilAsync(
        async () =>
        {
            using var response = await GetAsync("/api/v1/key", key);
            return response.StatusCode == status;
        },
        $"the server answers {status} for a key");

    private static Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? key)
    {
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return Http.SendAsync(request, Deadline.Token());
    }

    [GeneratedRegex(@"^\s*address\s+(http://\S+)", RegexOptions.Multiline)]
    private static partial Regex AddressLine();

    [GeneratedRegex(@"^\s*(?:API|management) key\s+(sk-or-v1-[0-9a-f]{64})$", RegexOptions.Multiline)]
    private static partial Regex KeyLine();
}
