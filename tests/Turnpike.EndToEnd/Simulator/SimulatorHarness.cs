using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Providers.Simulator;

namespace Turnpike.EndToEnd.Simulator;

/// <summary>The built-in provider alone, asked as a gateway asks it.</summary>
internal sealed class SimulatorHarness : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    public SimulatorHarness(TimeProvider? time = null) => _invoker = new(new SimulatorHandler(time ?? TimeProvider.System));

    public Task<HttpResponseMessage> SendAsync(string body, CancellationToken cancellationToken = default) => _invoker.SendAsync(
        new(HttpMethod.Post, "http://turnpike.invalid/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") },
        cancellationToken);

    public async Task<JsonNode> AskAsync(string body) => JsonNode.Parse(await (await SendAsync(body)).Content.ReadAsStringAsync())!;

    public async Task<List<string>> StreamAsync(string body)
    {
        using var response = await SendAsync(body);
        var events = new List<string>();
        await foreach (var item in SseReader.ReadAsync(await response.Content.ReadAsStreamAsync(), Deadline.Token()))
        {
            events.Add(item.Data!);
        }

        return events;
    }

    public void Dispose() => _invoker.Dispose();
}
