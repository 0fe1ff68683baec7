using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>The caller's body on its way to one endpoint: the same bytes, but for the fields that are ours.</summary>
internal static class SplicedBody
{
    /// <param name="inserted">Members of ours, each with its comma behind it: they stand first.</param>
    public static PiecedBody Of(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target, ReadOnlyMemory<byte> inserted)
    {
        ReadOnlyMemory<byte>? user = target.User is { } hidden ? JsonText.Quote(hidden) : null;
        var content = new PiecedBody(3 + (3 * request.Splices.Length));
        content.Add(body[..request.InsertAt]);
        content.Add(inserted);
        var at = request.InsertAt;
        foreach (var splice in request.Splices)
        {
            content.Add(body[at..splice.Start]);
            if (splice.Kind != SpliceKind.Cut)
            {
                content.Add(body[splice.Start..splice.ValueStart]);
                content.Add(splice.Kind switch
                {
                    SpliceKind.Model => target.Model,
                    SpliceKind.User when user is { } known => known,
                    SpliceKind.CacheKey when target.CacheKey is { } key => JsonText.Quote(key),
                    SpliceKind.OutputLimit when target.AffordedOutput is { } limit => Encoding.ASCII.GetBytes($"{limit}"),
                    SpliceKind.SearchLimit when target.IsChargedForSearches => SearchTools.Limit,
                    SpliceKind.NoSearchLimit when target.IsChargedForSearches => SearchTools.LimitMember,
                    _ => body[splice.ValueStart..splice.ValueEnd],
                });
            }

            at = splice.End;
        }

        content.Add(body[at..]);
        return content;
    }
}
