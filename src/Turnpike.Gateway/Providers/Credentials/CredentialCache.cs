using System.Security.Cryptography;
using System.Text.Json;
using System.Xml;

namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>Credentials that run out: got when they are first needed, and used until shortly before they do. Requests that need them at the same
/// time wait for the same.</summary>
/// <remarks>Thread-safe. Nobody's leaving calls off what others wait for. A fault is an <see cref="HttpRequestException"/>; where the credentials are
/// to blame it is a <see cref="CredentialException"/>. The next request tries again. What has not run out yet is used while no other is to be had.</remarks>
/// <param name="fetch">Gets them; called by one at a time.</param>
internal sealed class CredentialCache<T>(Func<CancellationToken, Task<Expiring<T>>> fetch, TimeProvider time)
    where T : class
{
    private static readonly TimeSpan FetchTime = TimeSpan.FromSeconds(20);

    // Between two questions, while what is there is still good.
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private Expiring<T>? _current;
    private Task<Expiring<T>>? _fetching;

    public ValueTask<T> GetAsync(CancellationToken cancellationToken) =>
        Fresh() is { } fresh ? new(fresh.Value) : new(WaitAsync(cancellationToken));

    private async Task<T> WaitAsync(CancellationToken cancellationToken) => (await Fetching().WaitAsync(cancellationToken)).Value;

    private Expiring<T>? Fresh() => Volatile.Read(ref _current) is { } current && current.UsedUntil > time.GetUtcNow() ? current : null;

    private Task<Expiring<T>> Fetching()
    {
        lock (_lock)
        {
            return Fresh() is { } fresh ? Task.FromResult(fresh)
                : _fetching is { IsCompleted: false } running ? running
                : _fetching = FetchAsync();
        }
    }

    private async Task<Expiring<T>> FetchAsync()
    {
        await Task.Yield(); // out of the lock
        Expiring<T> got;
        try
        {
            got = await AskAsync();
        }
        catch (HttpRequestException) when (StillGood() is { } old)
        {
            got = old with { UsedUntil = old.GoodUntil - time.GetUtcNow() > Retry ? time.GetUtcNow() + Retry : old.GoodUntil };
        }

        Volatile.Write(ref _current, got);
        return got;
    }

    private Expiring<T>? StillGood() => Volatile.Read(ref _current) is { } current && current.GoodUntil > time.GetUtcNow() ? current : null;

    private async Task<Expiring<T>> AskAsync()
    {
        using var ending = new CancellationTokenSource(FetchTime, time);
        try
        {
            return await fetch(ending.Token);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CredentialException("a file with its credentials cannot be read.", exception);
        }
        catch (Exception exception) when (exception is JsonException or XmlException or InvalidOperationException or CryptographicException or ArgumentException or FormatException)
        {
            throw new CredentialException("its credentials, or the answer to them, cannot be understood.", exception);
        }
        catch (OperationCanceledException exception)
        {
            throw new HttpRequestException("the credentials did not come in time.", exception);
        }
    }
}
