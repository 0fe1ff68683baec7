using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Streaming;

namespace Turnpike.Gateway.Dispatch;

/// <summary>What an attempt holds: its place at the provider, its watch, its connection. Disposed once, after the caller has been told
/// the end; disposing a connection whose answer is not whole closes it, which stops the provider.</summary>
internal sealed class OpenAttempt(SemaphoreSlim places, AttemptWatch watch, StreamRelay? relay, AnswerFlow flow) : IAsyncDisposable
{
    /// <summary>For the end of a stream whose answer is whole, so that its connection can be used again.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(250);

    public AttemptWatch Watch { get; } = watch;

    public StreamRelay? Relay { get; } = relay;

    /// <summary>Makes the caller's answer of the provider's; the tail is written with it.</summary>
    public AnswerFlow Flow { get; } = flow;

    public HttpRequestMessage? Message { get; set; }

    public HttpResponseMessage? Response { get; set; }

    public Stream? Body { get; set; }

    /// <summary>The answer is whole: the connection is read to its end and kept.</summary>
    public bool IsWhole { get; set; }

    public async ValueTask DisposeAsync()
    {
        if (IsWhole && Body is { } body)
        {
            await DrainAsync(body);
        }

        Body?.Dispose();
        Response?.Dispose();
        Message?.Dispose();
        Watch.Dispose();
        Relay?.Dispose();
        Flow.Dispose();
        places.Release();
    }

    private async ValueTask DrainAsync(Stream body)
    {
        Watch.EndWithin(DrainTime);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(1024);
        try
        {
            for (var i = 0; i < 16 && await body.ReadAsync(buffer, Watch.Token) > 0; i++)
            {
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException or InvalidDataException)
        {
            // The answer is whole all the same; only the connection is lost.
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
