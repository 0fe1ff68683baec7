using Turnpike.Configuration;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Auth;
using Turnpike.Hosting;
using Turnpike.Hosting.Logging;

namespace Turnpike.TestKit;

/// <summary>The server as the host wires it, in this process.</summary>
internal sealed class InProcessServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly LogSink _sink;
    private readonly LogStream _logs;
    private readonly KeyState _state;
    private int _grants;

    private InProcessServer(WebApplication app, TimeProvider time, OwnerKeys keys, KeyState state, LogSink sink, LogStream logs)
    {
        (_app, _time, _state, _sink, _logs) = (app, time, state, sink, logs);
        (Key, ManagementKey) = (keys.Inference, keys.Management);
        Address = new(app.Urls.First());
    }

    public Uri Address { get; }

    public string Key { get; }

    public string ManagementKey { get; }

    public long Available => Book.View(_state.Account).Available.Value;

    public long Held => Book.View(_state.Account).Held.Value;

    /// <summary>Stops the server and reads all that was logged.</summary>
    public async Task<string> StopAndReadLogsAsync()
    {
        await StopAsync();
        _sink.Dispose(); // writes what is left
        return _logs.Text;
    }

    public IReadOnlyList<string> PostAddresses => [.. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(static e => e.RoutePattern.Parameters.Count == 0 && e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
        .Select(static e => "/" + e.RoutePattern.RawText!.TrimStart('/'))]; // a mapped address has a text

    private Book Book => _app.Services.GetRequiredService<Book>();

    private IStore Store => _app.Services.GetRequiredService<IStore>();

    /// <param name="known">The keys of a folder that a server has worked on before; null where it is new.</param>
    public static async Task<InProcessServer> StartAsync(string folder, TimeProvider time, OwnerKeys? known = null)
    {
        var loaded = SettingsLoader.Load(
            new CommandLineSettings { Config = Path.Combine(folder, "turnpike.json"), Data = Path.Combine(folder, "data"), Urls = ["http://127.0.0.1:0"] },
            new Dictionary<string, string>(),
            folder);
        var settings = loaded.Settings ?? throw new InvalidOperationException(string.Join('\n', loaded.Faults));
        var logs = new LogStream();
        var sink = new LogSink(logs);
        var app = ServerBuilder.Build(settings, new LogWriter(sink, LogFormat.Json, time), time);
        await app.StartAsync();

        var store = app.Services.GetRequiredService<IStore>();
        var keys = known ?? (await FirstStart.EnsureOwnerAsync(store, settings.StartingCredit, time, CancellationToken.None))!; // the folder is new
        var state = await app.Services.GetRequiredService<KeyCache>().LoadAsync(KeyHash.Of(keys.Inference), CancellationToken.None);
        return new(app, time, keys, state!, sink, logs);
    }

    public async Task<string> CreateKeyAsync(decimal limit, string reset)
    {
        var key = KeyText.New();
        var made = NewKey(key, KeyKind.Inference) with { Limit = NanoUsd.FromUsd(limit), Reset = Enum.Parse<LimitReset>(reset, ignoreCase: true) };
        await Store.CreateKeyAsync(_state.Account.Id, made, _time.GetUtcNow(), CancellationToken.None);
        return key;
    }

    public async Task<string> CreateAccountAsync()
    {
        var key = KeyText.New();
        await Store.CreateAccountAsync("another", NanoUsd.FromUsd(1), [NewKey(key, KeyKind.Inference)], _time.GetUtcNow(), CancellationToken.None);
        return key;
    }

    public Task GrantAsync(decimal usd) =>
        Store.GrantAsync(_state.Account.Id, NanoUsd.FromUsd(usd), $"test-{++_grants}", _time.GetUtcNow(), CancellationToken.None);

    public async Task SetProviderDefaultsAsync(string? account, string? key)
    {
        await Store.SetProviderDefaultsAsync(_state.Account.Id, account, CancellationToken.None);
        await Store.UpdateKeyAsync(_state.Key with { ProviderDefaults = key }, _time.GetUtcNow(), CancellationToken.None);
    }

    public Task SetRescueAsync(string? mode) => Store.UpdateKeyAsync(_state.Key with { Rescue = mode }, _time.GetUtcNow(), CancellationToken.None);

    public Task SetKeepsResponsesAsync(bool keeps) => Store.UpdateKeyAsync(_state.Key with { KeepsResponses = keeps }, _time.GetUtcNow(), CancellationToken.None);

    public OwnerKeys Keys => new(Key, ManagementKey);

    public Task StopAsync() => _app.StopAsync(Deadline.Token());

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        _sink.Dispose();
    }

    private static NewKey NewKey(string key, KeyKind kind) => new(KeyHash.Of(key), KeyText.Label(key), kind.ToString(), kind);

    /// <summary>Keeps what is written; read while others write.</summary>
    private sealed class LogStream : MemoryStream
    {
        private readonly Lock _gate = new();

        public string Text
        {
            get
            {
                lock (_gate)
                {
                    return System.Text.Encoding.UTF8.GetString(ToArray());
                }
            }
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            lock (_gate)
            {
                base.Write(buffer, offset, count);
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (_gate)
            {
                base.Write(buffer);
            }
        }
    }
}
