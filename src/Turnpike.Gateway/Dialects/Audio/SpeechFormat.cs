using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>Speech: text in, audio out as it is made.</summary>
internal sealed class SpeechFormat : OperationFormat
{
    public override Operation Operation => Operation.Speech;

    public override string ApiType => "tts";

    public override bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error) =>
        new SpeechReader().TryRead(body, out request, out error);

    public override string? BytesType(InferenceRequest request) => FormatOf(request) == "mp3" ? "audio/mpeg" : "audio/pcm";

    public override HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target) =>
        OperationBody.Write(body, request.Wish!, target, json => json.WriteString("response_format", FormatOf(request))); // of this format

    public override AnswerFlow NewRewriter(AnswerContext context) => new SpeechFlow(context, FormatOf(context.Request));

    private static string FormatOf(InferenceRequest request) => ((SpeechWish)request.Wish!).Format; // of this format
}
