using System.Buffers;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.OpenAIResponses;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Responses;

/// <summary>Errors as OpenAI tells them: the code is a word, not a status. <c>metadata</c> is OpenRouter's.</summary>
/// <param name="input">What the conversation is called; the Responses API has its own name for it.</param>
internal sealed class ResponsesErrorShape(string input = "input") : IErrorShape
{
    // What providers' formats call by chat's name.
    private const string Messages = "messages";

    public int StatusOf(GatewayError error) => error.Status;

    public void Format(IBufferWriter<byte> output, GatewayError error, string requestId)
    {
        using var json = new Utf8JsonWriter(output, SurfaceJson.Options);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, ResponsesErrorCodes.Of(error));
        var isOfInput = error.Param == Messages;
        json.WriteString("message"u8, isOfInput ? error.Message.Replace($"'{Messages}'", $"'{input}'", StringComparison.Ordinal) : error.Message);
        json.WriteString("type"u8, error.Status switch
        {
            401 => "authentication_error",
            402 => "insufficient_quota",
            403 => "permission_error",
            404 => "not_found_error",
            429 => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        });
        json.WriteString("param"u8, isOfInput ? input : error.Param);
        json.WriteString("error_type"u8, error.Type);
        ErrorResponse.WriteAvailability(json, error);
        json.WriteEndObject();
        json.WriteNull("metadata"u8);
        json.WriteRouteMetadata(error);
        json.WriteEndObject();
    }
}
