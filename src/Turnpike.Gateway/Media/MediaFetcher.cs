using System.Text;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Images;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Media;

/// <summary>Puts what stands at addresses into a request, for a provider that does not fetch it itself.</summary>
/// <remarks>All that is fetched for a request is no larger than the request's own body may be.</remarks>
internal sealed class MediaFetcher(MediaClient client, GatewayOptions options)
{
    /// <summary>Fetches what the format does not take by address; what was fetched stays in the request. The error to tell, or null.</summary>
    public ValueTask<GatewayError?> FetchAsync(NeutralRequest request, IProviderFormat format, Endpoint endpoint, CancellationToken cancellationToken) =>
        !request.Messages.Exists(static m => m.Parts.Exists(IsElsewhere)) ? default // nothing to fetch, as mostly
        : FetchAsync(request, new Round(media => !format.TakesUrlOf(media, endpoint), options.Limits.BodyBytesMax), cancellationToken);

    /// <summary>Fetches every document that is named by address, to be read here. The error to tell, or null.</summary>
    public ValueTask<GatewayError?> FetchDocumentsAsync(NeutralRequest request, CancellationToken cancellationToken) =>
        FetchAsync(request, new Round(static media => media.Kind == MediaKind.Document, options.Limits.BodyBytesMax), cancellationToken);

    /// <summary>Fetches the images that a caller gives by address; what was fetched stays in the wish. The error to tell, or null.</summary>
    public async ValueTask<GatewayError?> FetchAsync(ImageWish wish, CancellationToken cancellationToken)
    {
        var round = new Round(static _ => true, options.Limits.BodyBytesMax);
        foreach (var image in wish.Given.Append(wish.Mask).OfType<GivenImage>().Where(static i => i.File is null))
        {
            var (bytes, _, error) = await GetAsync(wish.GivenField, image.Url!, MediaKind.Image, round, cancellationToken); // one of both is there
            if (bytes is null)
            {
                return error;
            }

            image.File = ImageFile.Of(bytes);
            if (image.File is null)
            {
                return Unfetched(wish.GivenField, ImageFile.Fault);
            }
        }

        return null;
    }

    private static bool IsElsewhere(Part part) =>
        part is MediaPart { Source.Url: not null } || (part is ToolResultPart result && result.Content.Any(IsElsewhere));

    private async ValueTask<GatewayError?> FetchAsync(NeutralRequest request, Round round, CancellationToken cancellationToken)
    {
        foreach (var message in request.Messages)
        {
            if (await FetchAsync(message.Parts, round, cancellationToken) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private async ValueTask<GatewayError?> FetchAsync(List<Part> parts, Round round, CancellationToken cancellationToken)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is ToolResultPart result && result.Content.Any(round.Wants))
            {
                var content = result.Content.ToList();
                if (await FetchAsync(content, round, cancellationToken) is { } error)
                {
                    return error;
                }

                parts[i] = result with { Content = content };
            }
            else if (round.Wants(parts[i]))
            {
                var (part, error) = await FetchAsync((MediaPart)parts[i], round, cancellationToken);
                if (part is null)
                {
                    return error;
                }

                parts[i] = part;
            }
        }

        return null;
    }

    private async Task<(MediaPart? Part, GatewayError? Error)> FetchAsync(MediaPart media, Round round, CancellationToken cancellationToken)
    {
        var (bytes, type, error) = await GetAsync("messages", media.Source.Url!, media.Kind, round, cancellationToken); // Wants has seen to it
        return bytes is null
            ? (null, error)
            : (media with { Source = new() { Base64 = MediaSource.ToBase64(bytes), MediaType = type } }, null);
    }

    private async Task<(byte[]? Bytes, string? Type, GatewayError? Error)> GetAsync(string field, string url, MediaKind kind, Round round, CancellationToken cancellationToken)
    {
        if (++round.Count > options.Media.CountMax)
        {
            return (null, null, GatewayErrors.InvalidField(field, $"have more than {options.Media.CountMax} addresses to fetch. Send the data instead."));
        }

        var (bytes, type, fault) = await client.GetAsync(url, kind, round.BytesLeft, cancellationToken);
        if (bytes is null)
        {
            return (null, null, Unfetched(field, fault));
        }

        round.BytesLeft -= bytes.Length;
        return (bytes, type, null);
    }

    private static GatewayError Unfetched(string field, string? fault) =>
        GatewayErrors.InvalidField(field, $"have an address that cannot be fetched: {fault}. Send the data instead.");

    /// <summary>What is fetched for one request.</summary>
    private sealed class Round(Predicate<MediaPart> isWanted, long bytesLeft)
    {
        public int Count { get; set; }

        public long BytesLeft { get; set; } = bytesLeft;

        public bool Wants(Part part) => part is MediaPart { Source.Url: not null } media && isWanted(media);
    }
}
