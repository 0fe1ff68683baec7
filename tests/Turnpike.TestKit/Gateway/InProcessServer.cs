namespace Turnpike.TestKit;

internal sealed class InProcessServer : IAsyncDisposable
{
    public Uri Address => throw new NotImplementedException();
    public string Key => throw new NotImplementedException();
    public string ManagementKey => throw new NotImplementedException();
    public long Available => throw new NotImplementedException();
    public long Held => throw new NotImplementedException();
    public static Task<InProcessServer> StartAsync(string folder, TimeProvider time) => throw new NotImplementedException();
    public Task<string> CreateKeyAsync(decimal limit, string reset) => throw new NotImplementedException();
    public Task GrantAsync(decimal usd) => throw new NotImplementedException();
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
