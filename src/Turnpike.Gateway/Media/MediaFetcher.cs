using System.Text;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Media;

/// <summary>Puts what stands at addresses into a request, for a provider that does not fetch it itself.</summary>
internal sealed class MediaFetcher(MediaClient client, MediaOptions options)
{
    /// <summary>Fetches what the format does not take by address; what was fetched stays in the request. The error to tell, or null.</summary>
    public async ValueTask<GatewayError?> FetchAsync(NeutralRequest request, IProviderFormat format, Endpoint endpoint, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var message in request.Messages)
        {
            for (var i = 0; i < message.Parts.Count; i++)
            {
                if (message.Parts[i] is ToolResultPart result && result.Content.Any(p => IsWanted(p, format, endpoint)))
                {
                    var content = result.Content.ToList();
                    for (var j = 0; j < content.Count; j++)
                    {
                        if (IsWanted(content[j], format, endpoint))
                        {
                            var (part, error) = await FetchAsync((MediaPart)content[j], ++count, cancellationToken);
                            if (part is null)
                            {
                                return error;
                            }

                            content[j] = part;
                        }
                    }

                    message.Parts[i] = result with { Content = content };
                }
                else if (IsWanted(message.Parts[i], format, endpoint))
                {
                    var (part, error) = await FetchAsync((MediaPart)message.Parts[i], ++count, cancellationToken);
                    if (part is null)
                    {
                        return error;
                    }

                    message.Parts[i] = part;
                }
            }
        }

        return null;
    }

    private static bool IsWanted(Part part, IProviderFormat format, Endpoint endpoint) =>
        part is MediaPart { Source.Url: not null } media && !format.TakesUrlOf(media, endpoint);

    private async Task<(MediaPart? Part, GatewayError? Error)> FetchAsync(MediaPart media, int number, CancellationToken cancellationToken)
    {
        if (number > options.CountMax)
        {
            return (null, GatewayErrors.InvalidField("messages", $"have more than {options.CountMax} addresses to fetch for this provider. Send the data instead."));
        }

        var (bytes, type, fault) = await client.GetAsync(media.Source.Url!, media.Kind, cancellationToken); // IsWanted has seen to it
        return bytes is null
            ? (null, GatewayErrors.InvalidField("messages", $"have an address that cannot be fetched: {fault}. Send the data instead."))
            : (media with { Source = new() { Base64 = Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)), MediaType = type } }, null);
    }
}
