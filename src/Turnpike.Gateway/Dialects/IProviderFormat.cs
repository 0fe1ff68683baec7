using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects;

/// <summary>A wire format as providers speak it: writes requests, reads answers and errors.</summary>
/// <remarks>Stateless and pure; one instance serves all providers of the dialect. A new one is registered in <see cref="ProviderFormats"/>.</remarks>
internal interface IProviderFormat
{
    /// <summary>One of <see cref="Core.Catalog.Dialects"/>.</summary>
    string Dialect { get; }

    /// <summary>Where a request for an operation is sent; null where the dialect does not know the operation.</summary>
    Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream);

    /// <summary>The headers that every request to the provider carries: the key in the dialect's own header, its version and the like.
    /// Not those that differ from request to request.</summary>
    IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider);

    /// <summary>Headers that this request needs (a beta that it uses, say).</summary>
    void AddHeaders(NeutralRequest request, UpstreamTarget target, HttpRequestHeaders headers)
    {
    }

    /// <summary>True where the provider fetches media from addresses itself; otherwise they are fetched before <see cref="Write"/>.</summary>
    bool TakesUrl(MediaKind kind, Endpoint endpoint);

    /// <summary>The same for one address: a provider may fetch from some places only.</summary>
    /// <param name="media">One that stands at an address.</param>
    bool TakesUrlOf(MediaPart media, Endpoint endpoint) => TakesUrl(media.Kind, endpoint);

    /// <summary>True where messages can say which of several users or assistants speaks; otherwise the name is said before the words.</summary>
    bool TakesNames(Provider provider) => false;

    /// <summary>Which names of tools are taken; others are told as such, and the caller's own come back.</summary>
    ToolNameRule ToolNamesOf(Endpoint endpoint) => ToolNameRule.Usual;

    /// <summary>Writes the body. What the dialect cannot say and does not change the meaning is added to <paramref name="dropped"/>; what does
    /// change it is refused.</summary>
    /// <returns>Why the request cannot be said to this endpoint, or null. Another endpoint may do better.</returns>
    GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped);

    /// <summary>A reader for the answer to a request that <see cref="Write"/> wrote.</summary>
    IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target);

    /// <summary>Finds the events of a stream.</summary>
    IEventFramer NewFramer(int eventBytesMax);

    /// <summary>True for the content type of the dialect's streams; null is a provider that sent none.</summary>
    bool IsStream(string? mediaType);

    /// <summary>Reads the body of an answer whose status is an error; never throws.</summary>
    ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body);
}
