using System.Collections.Immutable;

namespace Turnpike.TestKit;

/// <summary>A service on loopback that answers each request with the JSON that a script makes of it, and keeps what it was asked.</summary>
public sealed class JsonService : IAsyncDisposable
{
    private readonly ScriptedProvider _provider = ScriptedProvider.Start();

    private JsonService(Func<ProviderExchange, Answer> script) => _provider.Otherwise(script);

    public Uri Url => new(_provider.BaseUrl);

    public ImmutableArray<ProviderExchange> Exchanges => _provider.Exchanges;

    public static JsonService Start(string answer) => new(_ => Answer.Json(answer));

    public static JsonService Start(Func<ProviderExchange, Answer> script) => new(script);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
