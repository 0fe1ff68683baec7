using System.Text;

namespace Turnpike.Gateway.Replay;

/// <summary>Tells one caller a kept answer, as far as it is there, and what is added to it.</summary>
internal static class ReplayFollower
{
    public static async Task TellAsync(HttpContext http, ReplayLog log, ReplayCursor reader, StreamOptions options, TimeProvider time)
    {
        var pieces = new List<ReplayEvent>();
        while (log.TryRead(reader, pieces, out var next))
        {
            if (pieces.Count > 0 || (next is null && !http.Response.HasStarted))
            {
                Begin(http, log);
                await SendAsync(http, pieces);
                pieces.Clear();
            }

            if (next is null)
            {
                return;
            }

            await WaitAsync(http, next, options, time);
        }

        // The caller does not read, and is further behind than the answer is kept: it must not take what it has for the whole.
        http.Abort();
    }

    private static void Begin(HttpContext http, ReplayLog log)
    {
        var response = http.Response;
        if (response.HasStarted || log.Head is not { } head)
        {
            return;
        }

        response.StatusCode = head.Status;
        foreach (var (name, value) in head.Headers)
        {
            response.Headers.TryAdd(name, value);
        }
    }

    private static async Task SendAsync(HttpContext http, List<ReplayEvent> pieces)
    {
        foreach (var piece in pieces)
        {
            await http.Response.BodyWriter.WriteAsync(piece.Bytes, http.RequestAborted);
        }
    }

    private static async Task WaitAsync(HttpContext http, Task next, StreamOptions options, TimeProvider time)
    {
        var interval = options.KeepAliveInterval > TimeSpan.Zero && http.Response.HasStarted ? options.KeepAliveInterval : Timeout.InfiniteTimeSpan;
        try
        {
            await next.WaitAsync(interval, time, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes($": {options.KeepAliveComment}\n\n"), http.RequestAborted);
        }
    }
}
