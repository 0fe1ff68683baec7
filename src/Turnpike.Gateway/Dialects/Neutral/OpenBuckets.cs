using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Files in a cloud's buckets, which a provider there reads with the gateway's own rights: callers may name those in the buckets that the
/// provider's <c>settings.buckets</c> lists, and no others.</summary>
internal static class OpenBuckets
{
    /// <param name="address"><c>s3://BUCKET/KEY</c> or <c>gs://BUCKET/OBJECT</c>.</param>
    public static bool Has(Provider provider, string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && provider.Settings.TryGetValue("buckets", out var names)
            && names.Reveal().Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Contains(uri.Host, StringComparer.Ordinal);
}
