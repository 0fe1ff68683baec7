using System.Buffers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>A wire format as callers speak it: reads requests, writes answers. A surface is an address that speaks one.</summary>
/// <remarks>Stateless and pure; one instance serves all requests.</remarks>
internal interface ICallerFormat
{
    /// <summary>The dialect, one of <see cref="Core.Catalog.Dialects"/>: a provider of the same is sent the caller's own bytes.</summary>
    string Dialect { get; }

    Operation Operation { get; }

    /// <summary>Which address of an endpoint's provider a request goes to.</summary>
    Operation OperationOf(InferenceRequest request, Endpoint endpoint) => Operation;

    /// <summary>The surface's name in generation records.</summary>
    string ApiType { get; }

    /// <summary>The content type of streams that are bytes and no events: relayed as they come, without keep-alives, and broken off where they
    /// fail. Null for events.</summary>
    string? BytesType(InferenceRequest request) => null;

    /// <summary>True where a provider's stream is bytes and no events, whatever the caller is told.</summary>
    bool TakesBytes(InferenceRequest request) => BytesType(request) is not null;

    /// <summary>The caller's headers that a provider of the same dialect is sent in place of our own.</summary>
    IReadOnlyList<PassedHeader> PassedHeaders => [];

    /// <summary>A body that came in another form than JSON, as the JSON that is read; null where it came as it is read, or with the error to tell.</summary>
    byte[]? AsRead(ReadOnlySpan<byte> body, out GatewayError? error)
    {
        error = null;
        return null;
    }

    /// <summary>Reads what routing and billing need, in one forward pass. False with the error to tell (400 with position or field).</summary>
    bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error);

    /// <summary>Reads the whole request into the neutral form. False with the error to tell.</summary>
    /// <param name="body">What <paramref name="request"/> was read of; media in the neutral form are slices of it.</param>
    bool TryReadNeutral(ReadOnlyMemory<byte> body, InferenceRequest request, out NeutralRequest? neutral, out GatewayError? error);

    /// <summary>Where an endpoint is asked whose own format does not know the operation, but this one does; null where neither does.</summary>
    Uri? AddressIn(Endpoint endpoint) => null;

    /// <summary>Why an endpoint cannot be asked for it at all, and is passed over; null where it can.</summary>
    GatewayError? WhyNot(Endpoint endpoint, InferenceRequest request) => null;

    /// <summary>True where the caller's own bytes can be sent to the endpoint, but for what is ours in them.</summary>
    bool PassesThrough(Endpoint endpoint, InferenceRequest request);

    /// <summary>The caller's bytes on their way to a provider of the same dialect. They must live until the request has been sent.</summary>
    HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target);

    /// <summary>An answer from a provider of the same dialect: its own bytes, but for what is ours in them.</summary>
    AnswerFlow NewRewriter(AnswerContext context);

    /// <summary>Writes an answer from a provider of another dialect.</summary>
    AnswerWriter NewWriter(AnswerContext context);

    /// <summary>Appends the error of a stream that has begun before any endpoint gave content.</summary>
    void AppendError(ref PooledBuffer output, AnswerContext context, GatewayError error)
    {
        var writer = NewWriter(context);
        try
        {
            writer.AppendError(error);
            output.Take(ref writer.Output);
        }
        finally
        {
            writer.Output.Dispose();
        }
    }
}
