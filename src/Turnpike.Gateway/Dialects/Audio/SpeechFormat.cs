using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>Speech: text in, audio out as it is made. Providers are asked for bytes, also where the caller wants events: not every model makes them.</summary>
internal sealed class SpeechFormat : OperationFormat
{
    public override Operation Operation => Operation.Speech;

    public override string ApiType => "tts";

    public override bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error) =>
        new SpeechReader().TryRead(body, out request, out error);

    public override string? BytesType(InferenceRequest request) =>
        WishOf(request) is not { AsEvents: false, Format: var format } ? null : format == "mp3" ? "audio/mpeg" : "audio/pcm";

    public override bool TakesBytes(InferenceRequest request) => true;

    public override HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target) =>
        OperationBody.Write(body, request.Wish!, target, json => json.WriteString("response_format", WishOf(request).Format));

    public override AnswerFlow NewRewriter(AnswerContext context) => new SpeechFlow(context, WishOf(context.Request));

    private static SpeechWish WishOf(InferenceRequest request) => (SpeechWish)request.Wish!; // of this format
}
