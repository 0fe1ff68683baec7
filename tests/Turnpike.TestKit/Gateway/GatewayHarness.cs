using System.Text.Json.Nodes;

namespace Turnpike.TestKit;

/// <summary>The whole gateway in this process, on a port and a folder of its own, with two scripted providers: <c>alpha</c> and <c>beta</c>.</summary>
/// <remarks>Models without further ado: <c>test/plain</c> (alpha), <c>test/pair</c> (alpha, beta), <c>test/gift:free</c> (alpha). The prices
/// are 1 and 2 dollars per million tokens.</remarks>
public sealed class GatewayHarness : IAsyncDisposable
{
    public const string Plain = "test/plain";

    public const string Pair = "test/pair";

    public const string Free = "test/gift:free";

    /// <summary>A request field that makes alpha the first and beta the second to be tried.</summary>
    public const string AlphaFirst = "\"provider\":{\"order\":[\"alpha\",\"beta\"]}";

    private readonly TempFolder _folder;
    private readonly TimeProvider _time;
    private InProcessServer _server;

    private GatewayHarness(InProcessServer server, ScriptedProvider alpha, ScriptedProvider beta, TempFolder folder, TimeProvider time)
    {
        (_server, _time) = (server, time);
        Alpha = alpha;
        Beta = beta;
        _folder = folder;
    }

    public ScriptedProvider Alpha { get; }

    public ScriptedProvider Beta { get; }

    public Uri Address => _server.Address;

    public string Key => _server.Key;

    public GatewayClient Client => new(Address, Key);

    public GatewayClient ManagementClient => new(Address, _server.ManagementKey);

    public string Database => _folder.At("data/turnpike.db");

    /// <summary>Starts a gateway; its configuration can be changed before.</summary>
    public static async Task<GatewayHarness> StartAsync(Action<GatewayConfig>? configure = null, TimeProvider? time = null, JsonObject? providerFields = null)
    {
        var alpha = ScriptedProvider.Start();
        var beta = ScriptedProvider.Start();
        var folder = new TempFolder();
        var config = new GatewayConfig()
            .Provider("alpha", alpha.BaseUrl, Copy(providerFields))
            .Provider("beta", beta.BaseUrl, Copy(providerFields))
            .Endpoint("alpha", Plain)
            .Endpoint("alpha", Pair)
            .Endpoint("beta", Pair)
            .Endpoint("alpha", Free, prompt: 0, completion: 0);
        configure?.Invoke(config);
        await File.WriteAllTextAsync(folder.At("turnpike.json"), config.ToString());
        time ??= TimeProvider.System;
        return new(await InProcessServer.StartAsync(folder.Path, time), alpha, beta, folder, time);
    }

    /// <summary>A client with a new key that may spend this much (dollars) in all, or per period.</summary>
    public async Task<GatewayClient> LimitedClientAsync(decimal limit, string reset = "none") => new(Address, await _server.CreateKeyAsync(limit, reset));

    /// <summary>A client with the key of another account, which has a dollar.</summary>
    public async Task<GatewayClient> OtherAccountAsync() => new(Address, await _server.CreateAccountAsync());

    /// <summary>What the account has, in nano-dollars: not held and not spent.</summary>
    public long Available => _server.Available;

    /// <summary>What is set aside for requests under way, in nano-dollars.</summary>
    public long Held => _server.Held;

    /// <summary>Every address without a variable part that takes POST.</summary>
    public IReadOnlyList<string> PostAddresses => _server.PostAddresses;

    /// <summary>Stops it and reads all that was logged, as JSON lines. Lines are written some time after they are logged.</summary>
    public Task<string> StopAndReadLogsAsync() => _server.StopAndReadLogsAsync();

    /// <summary>Grants credit as an operator's command does.</summary>
    public Task GrantAsync(decimal usd) => _server.GrantAsync(usd);

    /// <summary>Sets the provider objects that every request of the account, and of the key, has.</summary>
    public Task SetProviderDefaultsAsync(string? account, string? key) => _server.SetProviderDefaultsAsync(account, key);

    /// <summary>Sets what is done with streams of the key that break.</summary>
    public Task SetRescueAsync(string? mode) => _server.SetRescueAsync(mode);

    /// <summary>Sets whether responses to the key are kept of which a request says nothing.</summary>
    public Task SetKeepsResponsesAsync(bool keeps) => _server.SetKeepsResponsesAsync(keeps);

    /// <summary>The record of a generation, once it is written.</summary>
    public async Task<JsonNode> GenerationAsync(string id)
    {
        Reply reply = null!;
        await Deadline.UntilAsync(
            async () => (reply = await Client.GetAsync($"/api/v1/generation?id={id}")).Status == 200, $"the record of {id}");
        return reply.Json["data"]!;
    }

    /// <summary>Waits until nothing is held any more: every request has been settled.</summary>
    public Task SettledAsync() => Deadline.UntilAsync(() => Held == 0, "every hold to end");

    /// <summary>Stops it in order, as SIGTERM does.</summary>
    public Task StopAsync() => _server.StopAsync();

    /// <summary>Stops it in order and starts another on what it left: its address is a new one, its keys are the same.</summary>
    public async Task RestartAsync()
    {
        await _server.DisposeAsync();
        _server = await InProcessServer.StartAsync(_folder.Path, _time, _server.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Alpha.DisposeAsync();
        await Beta.DisposeAsync();
        _folder.Dispose();
    }

    private static IEnumerable<(string Name, JsonNode? Value)> Copy(JsonObject? fields) => fields?.Select(static f => (f.Key, f.Value?.DeepClone())) ?? [];
}
