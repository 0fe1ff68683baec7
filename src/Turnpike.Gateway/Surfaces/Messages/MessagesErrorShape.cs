using System.Buffers;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Messages;

/// <summary>Errors as the Messages API tells them.</summary>
internal sealed class MessagesErrorShape : IErrorShape
{
    public int StatusOf(GatewayError error) => MessagesErrorTypes.StatusOf(error);

    public void Format(IBufferWriter<byte> output, GatewayError error, string requestId)
    {
        using var json = new Utf8JsonWriter(output, SurfaceJson.Options);
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, MessagesErrorTypes.Of(error));
        json.WriteString("message"u8, MessagesErrorTypes.MessageOf(error));
        json.WriteString("error_type"u8, error.Type);
        if (error.Param == MessagesFields.Thread)
        {
            WriteUnthreaded(json);
        }

        ErrorResponse.WriteAvailability(json, error);
        json.WriteEndObject();
        json.WriteString("request_id"u8, requestId);
        json.WriteRouteMetadata(error);
        json.WriteEndObject();
    }

    // The word by which Anthropic's client knows that it has to go on without a thread, which it then does by itself.
    private static void WriteUnthreaded(Utf8JsonWriter json)
    {
        json.WriteStartObject("details"u8);
        json.WriteString("error_code"u8, "thread_unsupported_request"u8);
        json.WriteStartArray("unsupported"u8);
        json.WriteStringValue(MessagesFields.Thread);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
