using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Turnpike.Catalog;
using Turnpike.Configuration;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway;
using Turnpike.Gateway.Auth;
using Turnpike.Storage;

namespace Turnpike.TestKit;

/// <summary>The server as the host wires it, in this process.</summary>
internal sealed class InProcessServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly Account _account;
    private readonly KeyState _state;
    private int _grants;

    private InProcessServer(WebApplication app, TimeProvider time, Account account, string key, string managementKey, KeyState state)
    {
        (_app, _time, _account, Key, ManagementKey, _state) = (app, time, account, key, managementKey, state);
        Address = new(app.Urls.First());
    }

    public Uri Address { get; }

    public string Key { get; }

    public string ManagementKey { get; }

    public long Available => Book.View(_state.Account).Available.Value;

    public long Held => Book.View(_state.Account).Held.Value;

    private Book Book => _app.Services.GetRequiredService<Book>();

    private IStore Store => _app.Services.GetRequiredService<IStore>();

    public static async Task<InProcessServer> StartAsync(string folder, TimeProvider time)
    {
        var loaded = SettingsLoader.Load(
            new CommandLineSettings { Config = Path.Combine(folder, "turnpike.json"), Data = Path.Combine(folder, "data"), Urls = ["http://127.0.0.1:0"] },
            new Dictionary<string, string>(),
            folder);
        var settings = loaded.Settings ?? throw new InvalidOperationException(string.Join('\n', loaded.Faults));
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(time).AddLogging().AddRoutingCore()
            .Configure<KestrelServerOptions>(k => { k.Listen(System.Net.IPAddress.Loopback, 0); k.Limits.MaxRequestBodySize = settings.Gateway.Limits.BodyBytesMax; })
            .AddTurnpikeStorage(settings.Storage)
            .AddTurnpikeCatalog(settings)
            .AddTurnpikeGateway(settings.Gateway);
        builder.WebHost.UseKestrelCore();
        var app = builder.Build();
        app.UseRouting();
        app.MapTurnpikeGateway();
        await app.StartAsync();

        var store = app.Services.GetRequiredService<IStore>();
        var (key, management) = (KeyText.New(), KeyText.New());
        var account = await store.CreateAccountAsync(
            "owner", settings.StartingCredit, [NewKey(key, KeyKind.Inference), NewKey(management, KeyKind.Management)], time.GetUtcNow(), CancellationToken.None);
        var state = await app.Services.GetRequiredService<KeyCache>().LoadAsync(KeyHash.Of(key), CancellationToken.None);
        return new(app, time, account, key, management, state!);
    }

    public async Task<string> CreateKeyAsync(decimal limit, string reset)
    {
        var key = KeyText.New();
        var made = NewKey(key, KeyKind.Inference) with { Limit = NanoUsd.FromUsd(limit), Reset = Enum.Parse<LimitReset>(reset, ignoreCase: true) };
        await Store.CreateKeyAsync(_account.Id, made, _time.GetUtcNow(), CancellationToken.None);
        return key;
    }

    public Task GrantAsync(decimal usd) =>
        Store.GrantAsync(_account.Id, NanoUsd.FromUsd(usd), $"test-{++_grants}", _time.GetUtcNow(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(Deadline.Token());
        await _app.DisposeAsync();
    }

    private static NewKey NewKey(string key, KeyKind kind) => new(KeyHash.Of(key), KeyText.Label(key), kind.ToString(), kind);
}
