using Microsoft.AspNetCore.Http;
using Turnpike.Benchmarks.Stubs;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Auth;
using Turnpike.Storage;
using Turnpike.Storage.Journal;

namespace Turnpike.Benchmarks.Operations;

/// <summary>Whose key it is: a hash and a look-up in the real cache.</summary>
internal sealed class AuthenticateKnownKey : IOperation
{
    private readonly Authenticator _authenticator;
    private readonly DefaultHttpContext _http = new();

    public AuthenticateKnownKey()
    {
        var cache = new KeyCache(OneKeyStore.Create(), new Book(new RingJournal(DurabilityLevel.Process)), TimeProvider.System);
        cache.LoadAsync(Samples.Key.Key.Hash, CancellationToken.None).GetAwaiter().GetResult();
        _authenticator = new Authenticator(cache, TimeProvider.System);
        _http.Request.Headers.Authorization = "Bearer " + Samples.KeyText;
    }

    public long Run()
    {
        var asked = _authenticator.AuthenticateAsync(_http);
        return asked.IsCompletedSuccessfully && asked.Result is { IsKnown: true } known
            ? known.Key.Account.Id.Value
            : throw new InvalidOperationException("The key is not known from memory.");
    }

    public void Dispose()
    {
        // nothing is open
    }
}
