using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Dispatch.Hedging;

namespace Turnpike.Gateway.Streaming;

/// <summary>How the provider's side of a stream ended.</summary>
internal enum StreamEnd
{
    /// <summary>A finish reason came; the answer is whole.</summary>
    Whole,

    /// <summary>More output came than the caller's limit or credit allows.</summary>
    LimitReached,

    /// <summary>The stream ended, or its connection broke, without a finish reason.</summary>
    Cut,

    /// <summary>What came is not an event stream of this dialect.</summary>
    Garbage,

    /// <summary>The provider sent an error; it stands in the facts.</summary>
    ProviderError,

    /// <summary>The attempt was called off; the watch knows why.</summary>
    CalledOff,

    /// <summary>Another attempt of the request has shown content before.</summary>
    Outrun,
}

/// <summary>Relays one provider's stream to the caller, event by event, until its end; what comes after the end (usage, <c>[DONE]</c>,
/// error) is left to the one who settles.</summary>
/// <remarks>Nothing is sent before the first content: lifecycle chunks wait in a buffer, so that an attempt that fails without content
/// leaves no trace. The caller's side is written by one at a time: the relay, or a keep-alive while the relay waits for the provider.</remarks>
internal sealed class StreamRelay : IKeepAlive, IDisposable
{
    private const int ReadBytes = 4096;

    /// <summary>Chunks beyond the output limit that are let through: some providers send pieces that are no tokens (the head of a tool
    /// call, say).</summary>
    private const int LimitSlack = 16;

    private const int Free = 0;
    private const int Taken = 1;

    private readonly Exchange _exchange;
    private readonly TimeProvider _time;
    private readonly byte[] _comment;
    private readonly IEventFramer _framer;
    private readonly AnswerFlow _flow;
    private readonly AnswerFacts _facts;
    private int _turn;
    private bool _isOurs;
    private Task _keepingAlive = Task.CompletedTask;
    private long _lastSentAt;

    /// <param name="framer">Finds the provider's events; disposed with the relay.</param>
    /// <param name="flow">Makes them the caller's; disposed by who made it, since the tail goes through it too.</param>
    /// <param name="facts">What the flow learns.</param>
    public StreamRelay(Exchange exchange, IEventFramer framer, AnswerFlow flow, AnswerFacts facts, TimeProvider time, StreamOptions options)
    {
        _framer = framer;
        _flow = flow;
        _facts = facts;
        _exchange = exchange;
        _time = time;
        _comment = System.Text.Encoding.UTF8.GetBytes($": {options.KeepAliveComment}\n\n");
        _lastSentAt = time.GetTimestamp();
        TakesBytes = exchange.Format.TakesBytes(exchange.Request);
        Interval = options.KeepAliveInterval > TimeSpan.Zero && exchange.Format.BytesType(exchange.Request) is null
            ? (long)(options.KeepAliveInterval.TotalSeconds * time.TimestampFrequency)
            : long.MaxValue / 2;
    }

    /// <inheritdoc/>
    public long Interval { get; }

    /// <summary>The provider's stream is bytes and no events.</summary>
    public bool TakesBytes { get; }

    /// <summary>The attempt's place in a race of two; null where it runs alone.</summary>
    public RaceLane? Lane { get; init; }

    /// <summary>The most that may wait for the first content.</summary>
    public required int WaitingBytesMax { get; init; }

    /// <summary>Relays until the stream's end. When it returns nobody else writes to the caller.</summary>
    public async Task<StreamEnd> RunAsync(Stream provider, AttemptWatch watch)
    {
        try
        {
            for (; ; )
            {
                var read = await provider.ReadAsync(_framer.Room(ReadBytes), watch.Token);
                await TakeTurnAsync();
                _framer.Filled(read);
                var end = TakeEvents(isLast: read == 0);
                watch.Touch(_facts.HasContent);
                if (_facts.HasContent && _flow.Output.Length > 0)
                {
                    if (Lane is not null && !await Lane.TryWinAsync(isContent: true))
                    {
                        return StreamEnd.Outrun;
                    }

                    await SendAsync(watch);
                }
                else if (_flow.Output.Length > WaitingBytesMax)
                {
                    return StreamEnd.Garbage;
                }

                if (end is { } reason)
                {
                    return reason;
                }

                GiveTurn();
            }
        }
        catch (OperationCanceledException) when (watch.Token.IsCancellationRequested)
        {
            return StreamEnd.CalledOff;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or InvalidDataException)
        {
            return watch.Reason == CallOff.None ? StreamEnd.Cut : StreamEnd.CalledOff;
        }
        finally
        {
            await TakeTurnAsync();
        }
    }

    /// <summary>Begins the answer to the caller where it has not begun.</summary>
    public static void Begin(Exchange exchange)
    {
        if (!exchange.HasBegun)
        {
            exchange.HasBegun = true;
            AnswerHeaders.Set(exchange);
            var response = exchange.Http.Response;
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = exchange.Format.BytesType(exchange.Request) ?? "text/event-stream";
            response.Headers.CacheControl = "no-cache";
            response.Headers["X-Accel-Buffering"] = "no"; // nginx would gather the events
        }
    }

    /// <inheritdoc/>
    public void KeepAlive(long now)
    {
        if (now - Volatile.Read(ref _lastSentAt) < Interval || Lane is { MaySpeak: false } || Interlocked.CompareExchange(ref _turn, Taken, Free) != Free)
        {
            return; // something was sent meanwhile, or is being sent, or another attempt does it
        }

        _lastSentAt = now;
        Begin(_exchange);
        var writing = _exchange.Http.Response.BodyWriter.WriteAsync(_comment);
        if (writing.IsCompleted)
        {
            Volatile.Write(ref _turn, Free);
            return;
        }

        // A caller that does not read: the turn stays taken until it does, or leaves.
        _keepingAlive = FinishAsync(writing.AsTask());

        async Task FinishAsync(Task write)
        {
            await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Volatile.Write(ref _turn, Free);
        }
    }

    public void Dispose()
    {
        _framer.Dispose();
    }

    private StreamEnd? TakeEvents(bool isLast)
    {
        while (_framer.TryRead(out var data))
        {
            if (TakeEvent(data) is { } end)
            {
                return end;
            }
        }

        if (_framer.IsTooLong)
        {
            return StreamEnd.Garbage;
        }

        if (!isLast)
        {
            return null;
        }

        return _framer.TryReadLast(out var last) && TakeEvent(last) is { } lastEnd ? lastEnd : Ended();
    }

    private StreamEnd? TakeEvent(ReadOnlySpan<byte> data)
    {
        var taken = _flow.TakeEvent(data);
        return _facts.Error is not null ? StreamEnd.ProviderError
            : taken == StreamStep.Garbage ? StreamEnd.Garbage
            : taken == StreamStep.End ? Ended()
            : IsOverLimit() ? StreamEnd.LimitReached
            : null;
    }

    private StreamEnd Ended() => _facts.NativeFinishReason is null ? StreamEnd.Cut : StreamEnd.Whole;

    private bool IsOverLimit() => _exchange.OutputLimit is { } limit && _facts.NativeFinishReason is null
        && _facts.CompletionTokensLeast > (limit * _exchange.Request.Choices) + LimitSlack;

    private async ValueTask SendAsync(AttemptWatch watch)
    {
        if (_exchange.FirstContentAt == 0)
        {
            // From here on no other endpoint can answer, unless it goes on with this answer: what was kept for it is given back.
            _exchange.FirstContentAt = _time.GetTimestamp();
            Begin(_exchange);
            if (!_exchange.KeepsBody)
            {
                _exchange.Body.Dispose();
            }
        }

        var sending = _exchange.Http.Response.BodyWriter.WriteAsync(_flow.Output.Memory, watch.Token);
        if (!sending.IsCompleted)
        {
            watch.IsSending = true; // the caller is slow: that is not the provider's idling
            await sending;
            watch.IsSending = false;
        }
        else
        {
            await sending;
        }

        _lastSentAt = _time.GetTimestamp();
        _flow.Output.Dispose();
    }

    /// <summary>Takes the caller's side for good: no keep-alive is written any more, and none is being written.</summary>
    public async ValueTask TakeTurnAsync()
    {
        while (!_isOurs)
        {
            _isOurs = Interlocked.CompareExchange(ref _turn, Taken, Free) == Free;
            if (!_isOurs)
            {
                // A keep-alive is being written: a matter of microseconds, unless the caller does not read.
                await _keepingAlive;
                Thread.Yield();
            }
        }
    }

    private void GiveTurn()
    {
        _isOurs = false;
        Volatile.Write(ref _turn, Free);
    }
}
