using System.Net;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Shared;

namespace Turnpike.Commands;

/// <summary>Gets lists of models: from a file, from an address, from a provider.</summary>
internal sealed class CatalogFetch(TimeSpan timeout) : IDisposable
{
    /// <summary>The largest list that is read.</summary>
    public const int BytesMax = 64 << 20;

    private readonly HttpMessageInvoker _http = New(timeout, follows: true);

    // A redirection is not followed with a key: of the headers that carry one, the handler knows but one to leave out.
    private readonly HttpMessageInvoker _withKey = New(timeout, follows: false);

    /// <summary>Reads a file, or what an http address answers.</summary>
    /// <exception cref="CommandException">There is nothing that could be read.</exception>
    public Task<ReadOnlyMemory<byte>> ReadAsync(string from, CancellationToken cancellationToken) =>
        Uri.TryCreate(from, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? AskAsync(_http, ModelListRequest.To(url!), cancellationToken) // It was created.
            : ReadFileAsync(from, cancellationToken);

    /// <summary>Reads a provider's own list of models, with its key.</summary>
    /// <exception cref="CommandException">It does not answer with one.</exception>
    public Task<ReadOnlyMemory<byte>> ReadModelsAsync(Provider provider, CancellationToken cancellationToken) =>
        AskAsync(_withKey, ModelListRequest.For(provider, provider.BaseUrl!), cancellationToken); // Only such are asked.

    public void Dispose()
    {
        _http.Dispose();
        _withKey.Dispose();
    }

    private static HttpMessageInvoker New(TimeSpan timeout, bool follows) => new(new SocketsHttpHandler
    {
        ConnectTimeout = timeout, AutomaticDecompression = DecompressionMethods.All, AllowAutoRedirect = follows, MaxAutomaticRedirections = 5,
        Proxy = OutwardProxy.OfEnvironment,
    });

    private static async Task<ReadOnlyMemory<byte>> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > BytesMax }
                ? throw new CommandException($"{path} is larger than {BytesMax >> 20} MiB.")
                : await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be read: {exception.Message}");
        }
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(HttpMessageInvoker http, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        using var request = message;
        var url = request.RequestUri!; // It was made with one.
        try
        {
            using var response = await http.SendAsync(request, patience.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new CommandException($"{ProviderProbe.Shown(url)} answers {(int)response.StatusCode}.");
            }

            await response.Content.LoadIntoBufferAsync(BytesMax, patience.Token);
            return await response.Content.ReadAsByteArrayAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"no answer from {ProviderProbe.Shown(url)} within {timeout.TotalSeconds:0.#} s.");
        }
        catch (Exception exception) when (exception is HttpRequestException or UriFormatException) // the address of a redirection that is none
        {
            throw new CommandException($"{ProviderProbe.Shown(url)} cannot be read: {exception.Message}");
        }
    }
}
