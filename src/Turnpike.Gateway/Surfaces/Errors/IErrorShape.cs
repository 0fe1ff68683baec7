using System.Buffers;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Surfaces.Errors;

/// <summary>How an API tells errors, where it is not OpenRouter's way. Metadata of the addresses that speak it.</summary>
internal interface IErrorShape
{
    /// <summary>The HTTP status that the API uses for the error.</summary>
    int StatusOf(GatewayError error);

    /// <summary>Writes the body.</summary>
    /// <param name="requestId">The request's id, for APIs that show it in the body.</param>
    void Format(IBufferWriter<byte> output, GatewayError error, string requestId);
}
