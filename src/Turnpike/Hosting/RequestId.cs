using System.Buffers;

namespace Turnpike.Hosting;

/// <summary>The id of a request: the caller's own, or Kestrel's, which is unique among connections and costs one short string.</summary>
internal static class RequestId
{
    public const string Header = "X-Request-Id";

    /// <summary>A longer id of a caller is not taken over.</summary>
    private const int LengthMax = 128;

    // Visible ASCII without quotes and backslashes, so that an id can stand in any log as it is.
    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Settles the id of a request, keeps it in <see cref="HttpContext.TraceIdentifier"/> and sends it back.</summary>
    public static string Assign(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue(Header, out var sent)
            && sent is [{ Length: > 0 and <= LengthMax } own]
            && !own.AsSpan().ContainsAnyExcept(Allowed))
        {
            context.TraceIdentifier = own;
        }

        var id = context.TraceIdentifier;
        context.Response.Headers[Header] = id;
        return id;
    }
}
