using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Turnpike.Core.Accounts;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Admission;
using Turnpike.Gateway.Auth;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Surfaces;
using Turnpike.Gateway.Telemetry;
using Turnpike.Storage;

namespace Turnpike.Gateway.Tests.Harness;

/// <summary>A real server on loopback with the surfaces that are read, one account, an inference key and a management key.</summary>
internal sealed class SurfaceHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 12, 10, 30, 0, TimeSpan.Zero);

    private readonly WebApplication _app;
    private readonly DirectoryInfo _data;

    private SurfaceHost(WebApplication app, DirectoryInfo data)
    {
        _app = app;
        _data = data;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient { BaseAddress = new(address) };
    }

    public HttpClient Client { get; }

    public string Address => Client.BaseAddress!.ToString();

    public string InferenceKey { get; private init; } = KeyText.New();

    public string ManagementKey { get; private init; } = KeyText.New();

    public TestCatalog Catalog => (TestCatalog)Service<ICatalog>();

    public IStore Store => Service<IStore>();

    /// <summary>The account of both keys; it was granted 25 dollars.</summary>
    public AccountId Account { get; private set; }

    public FixedQuota Quota => (FixedQuota)Service<IFreeModelQuota>();

    public GatewayTelemetry Telemetry => Service<GatewayTelemetry>();

    public static async Task<SurfaceHost> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(static k => k.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var data = Directory.CreateTempSubdirectory("turnpike-test-");
        builder.Services
            .AddSingleton<TimeProvider>(new FixedTime(Now))
            .AddTurnpikeStorage(new StorageOptions { DataDirectory = data.FullName, JournalBytes = 1 << 20 })
            .AddSingleton<ICatalog>(new TestCatalog())
            .AddSingleton<IFreeModelQuota>(new FixedQuota())
            .AddSingleton(QualityTable.Empty).AddSingleton<HealthBoard>()
            .AddSingleton<KeyCache>().AddSingleton<Authenticator>().AddSingleton<GatewayTelemetry>();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseApiEdge();
        ReadSurfaces.Map(app.MapGroup("/api/v1"));
        ReadSurfaces.Map(app.MapGroup("/v1"));
        OperatorSurface.Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var host = new SurfaceHost(app, data);
        if (host.Store is not AwayStore)
        {
            host.Account = await host.AddAccountAsync(NewKey(host.InferenceKey, KeyKind.Inference), NewKey(host.ManagementKey, KeyKind.Management));
        }

        return host;
    }

    public static NewKey NewKey(string text, KeyKind kind) => new(KeyHash.Of(text), KeyText.Label(text), "test", kind);

    public T Service<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Adds an account with 25 dollars of credit.</summary>
    public async Task<AccountId> AddAccountAsync(params NewKey[] keys) =>
        (await Store.CreateAccountAsync("test", NanoUsd.FromUsd(25), keys, Now, TestContext.Current.CancellationToken)).Id;

    public Task AddKeyAsync(NewKey key) => Store.CreateKeyAsync(Account, key, Now, TestContext.Current.CancellationToken);

    /// <summary>Holds and settles one request of the key at the record's instant, as the pipeline does.</summary>
    public async Task SettleAsync(string keyText, GenerationRecord record)
    {
        var key = await Service<KeyCache>().LoadAsync(KeyHash.Of(keyText), TestContext.Current.CancellationToken);
        Assert.NotNull(key);
        var request = new HoldRequest(NanoUsd.FromUsd(1), NanoUsd.Zero, NanoUsd.Zero, IsElastic: false);
        var outcome = Service<Book>().TryHold(record.Id, key, request, record.CreatedAt, TimeSpan.FromMinutes(10), record.Model, null);
        Assert.NotNull(outcome.Hold);
        Service<Book>().Settle(outcome.Hold, SettlementKind.Post, record.Cost, record with { AccountId = key.Account.Id, KeyHash = key.Key.Hash });
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? key = null, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Reads an answer that must be of that status.</summary>
    public async Task<JsonElement> JsonAsync(string path, string? key = null, int status = 200)
    {
        using var response = await GetAsync(path, key);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(body).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
