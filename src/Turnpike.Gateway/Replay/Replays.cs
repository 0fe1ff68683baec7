using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Surfaces.Errors;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Replay;

/// <summary>Requests that may be repeated, and streams that may be gone on with: they run on their own, and whoever is connected follows.</summary>
/// <remarks>A request is one of these when it has an <c>Idempotency-Key</c>, when it says <c>X-Turnpike-Resumable: true</c>, or when the
/// configuration makes all so. Others do not pass here.</remarks>
internal sealed partial class Replays(ReplayTable table, IServiceProvider services, GatewayOptions options, TimeProvider time, ILogger<Replays> logger)
{
    private const string KeyHeader = "Idempotency-Key";
    private const string ResumableHeader = "X-Turnpike-Resumable";
    private const int KeyLengthMax = 255;

    public bool IsWanted(HttpRequest request) =>
        options.Replay.Always || request.Headers.ContainsKey(KeyHeader)
        || (request.Headers.TryGetValue(ResumableHeader, out var value) && value is ["true" or "1"]);

    /// <summary>Runs the request, or follows the one that it repeats, and tells the caller its answer.</summary>
    /// <param name="run">Answers a request; true when the answer is whole.</param>
    public async Task RunAsync(HttpContext http, KeyState key, Func<HttpContext, Task<bool>> run)
    {
        if (TryReadName(http.Request, key, out var name) is { } wrong)
        {
            await ErrorResponse.WriteAsync(http, wrong);
            return;
        }

        using var body = new BodyBuffer();
        if (await RequestBody.ReadAsync(http.Request, body, options.Limits.BodyBytesMax, http.RequestAborted) is { } unread)
        {
            await ErrorResponse.WriteAsync(http, unread);
            return;
        }

        var (entry, isNew, isConflict) = table.Open(name, key.Account.Id, Fingerprint(http.Request, body.Memory));
        if (entry is null || isConflict)
        {
            await ErrorResponse.WriteAsync(http, isConflict ? GatewayErrors.IdempotencyConflict : GatewayErrors.ReplayFull);
            return;
        }

        var reader = entry.Follow(lastId: 0);
        if (isNew)
        {
            entry.Running = RunAsync(entry, DetachedContext.Of(http, body.Memory, entry.Left, services), run);
        }
        else
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
        }

        await TellAsync(http, entry, reader);
    }

    /// <summary>Tells the caller the answer from an event on.</summary>
    public Task FollowAsync(HttpContext http, ReplayEntry entry, long lastId) => TellAsync(http, entry, entry.Follow(lastId));

    private async Task TellAsync(HttpContext http, ReplayEntry entry, ReplayCursor? reader)
    {
        if (reader is null)
        {
            await ErrorResponse.WriteAsync(http, GatewayErrors.ReplayGone);
            return;
        }

        try
        {
            await ReplayFollower.TellAsync(http, entry.Log, reader, options.Streaming, time);
        }
        finally
        {
            entry.Leave(reader);
        }
    }

    private async Task RunAsync(ReplayEntry entry, HttpContext detached, Func<HttpContext, Task<bool>> run)
    {
        await using var output = new ReplayStream(detached, entry.Log, generation => table.Name(entry, generation));
        detached.Response.Body = output;
        var isWhole = false;
        try
        {
            isWhole = await run(detached);
            await detached.Response.BodyWriter.FlushAsync();
        }
        catch (OperationCanceledException) when (entry.Left.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
#pragma warning disable CA1031 // This is the edge of a request of its own: whatever got here is a bug of ours, reported once.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failed(exception, detached.TraceIdentifier);
            if (entry.Log.Head is null)
            {
                await ErrorResponse.WriteAsync(detached, GatewayErrors.Internal);
            }
        }

        output.Begin();
        if (!isWhole)
        {
            table.Forget(entry);
        }

        entry.End();
    }

    private static GatewayError? TryReadName(HttpRequest request, KeyState key, out ReplayName? name)
    {
        name = null;
        if (!request.Headers.TryGetValue(KeyHeader, out var values))
        {
            return null;
        }

        if (values is not [{ Length: > 0 and <= KeyLengthMax } text])
        {
            return GatewayErrors.InvalidField(KeyHeader, $"must be one text of 1 to {KeyLengthMax} characters.");
        }

        name = new(key.Key.Hash, text);
        return null;
    }

    private static string Fingerprint(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(request.Path.Value + "\n"));
        hash.AppendData(body.Span);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    [LoggerMessage(EventIds.DetachedRequestFailed, LogLevel.Error, "A request that runs on its own failed; its caller got a 500 for request {RequestId}.")]
    private partial void Failed(Exception exception, string requestId);
}
