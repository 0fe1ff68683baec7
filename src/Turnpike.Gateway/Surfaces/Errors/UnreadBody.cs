using Microsoft.AspNetCore.Http.Features;

namespace Turnpike.Gateway.Surfaces.Errors;

/// <summary>Takes a body that is refused off the connection before that ends: a client that is still sending when it is closed sees a broken
/// connection, and not the error.</summary>
internal static class UnreadBody
{
    // Who sends for longer has to see it broken.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>Ends the response and reads what is still sent, for some seconds, to no use.</summary>
    public static async Task DiscardAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } size)
        {
            return; // the server has refused it already, or it is read
        }

        size.MaxRequestBodySize = null;
        await context.Response.CompleteAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(_patience);
        try
        {
            for (var isWhole = false; !isWhole;)
            {
                var read = await context.Request.BodyReader.ReadAsync(patience.Token);
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                isWhole = read.IsCompleted;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // It has had its time, or the client has gone: the error is told either way.
        }
    }
}
