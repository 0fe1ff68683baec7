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
using Turnpike.Gateway.Surfaces;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Tests.Harness;

/// <summary>A real server on loopback with the surfaces that are read, one account, an inference key and a management key.</summary>
internal sealed class SurfaceHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 12, 10, 30, 0, TimeSpan.Zero);

    private readonly WebApplication _app;

    private SurfaceHost(WebApplication app)
    {
        _app = app;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient { BaseAddress = new(address) };
    }

    public HttpClient Client { get; }

    public string Address => Client.BaseAddress!.ToString();

    public string InferenceKey { get; private init; } = KeyText.New();

    public string ManagementKey { get; private init; } = KeyText.New();

    public TestCatalog Catalog => (TestCatalog)Service<ICatalog>();

    public MemoryStore Store => (MemoryStore)Service<IStore>();

    public FixedQuota Quota => (FixedQuota)Service<IFreeModelQuota>();

    public GatewayTelemetry Telemetry => Service<GatewayTelemetry>();

    public static async Task<SurfaceHost> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(static k => k.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var store = new MemoryStore();
        builder.Services
            .AddSingleton<IStore>(store)
            .AddSingleton<IJournal>(new MemoryJournal(store))
            .AddSingleton<ICatalog>(new TestCatalog())
            .AddSingleton<IFreeModelQuota>(new FixedQuota())
            .AddSingleton<TimeProvider>(new FixedTime(Now))
            .AddSingleton<Book>().AddSingleton<KeyCache>().AddSingleton<Authenticator>().AddSingleton<GatewayTelemetry>();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseApiEdge();
        ReadSurfaces.Map(app.MapGroup("/api/v1"));
        ReadSurfaces.Map(app.MapGroup("/v1"));
        OperatorSurface.Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var host = new SurfaceHost(app);
        host.AddKey(host.InferenceKey, KeyKind.Inference);
        host.AddKey(host.ManagementKey, KeyKind.Management);
        return host;
    }

    public T Service<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Adds a key of account 7, which was granted 25 dollars and has used 1.5.</summary>
    public void AddKey(string text, KeyKind kind, Func<ApiKey, ApiKey>? change = null)
    {
        var key = new ApiKey
        {
            Hash = KeyHash.Of(text), AccountId = new(7), Name = "test", Label = KeyText.Label(text), Kind = kind, CreatedAt = Now,
        };
        var account = new Account(new(7), "test", Now, NanoUsd.FromUsd(23.5m), NanoUsd.FromUsd(25), NanoUsd.FromUsd(1.5m));
        var spent = new SpendCounters(
            DateOnly.FromDateTime(Now.UtcDateTime), NanoUsd.FromUsd(1.5m), NanoUsd.FromUsd(0.000123m), NanoUsd.FromUsd(0.25m), NanoUsd.FromUsd(1m));
        Store.Add(new StoredKey(change?.Invoke(key) ?? key, spent, account, 0));
    }

    /// <summary>Holds and settles one request of the key, as the pipeline does.</summary>
    public async Task SettleAsync(string keyText, GenerationRecord record, NanoUsd cost)
    {
        var key = await Service<KeyCache>().LoadAsync(KeyHash.Of(keyText), TestContext.Current.CancellationToken);
        var request = new HoldRequest(NanoUsd.FromUsd(1), NanoUsd.Zero, NanoUsd.Zero, IsElastic: false);
        var hold = Service<Book>().TryHold(record.Id, key!, request, Now, TimeSpan.FromMinutes(10), record.Model, null).Hold;
        Service<Book>().Settle(hold!, SettlementKind.Post, cost, record);
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
    }
}
