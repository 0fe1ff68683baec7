using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>Transcriptions, asked for by a form or in JSON. Providers get a form.</summary>
/// <param name="contentType">Of the request: it tells which of the two it is.</param>
internal sealed class TranscriptionFormat(string? contentType) : OperationFormat
{
    public override Operation Operation => Operation.Transcription;

    public override string ApiType => "stt";

    public override bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error) =>
        FormParts.TryBoundary(contentType, out var boundary)
            ? new TranscriptionForm().TryRead(body, boundary, out request, out error)
            : new TranscriptionReader().TryRead(body, out request, out error);

    public override HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target)
    {
        var wish = (TranscriptionWish)request.Wish!; // of this format
        List<KeyValuePair<string, string>> fields =
        [
            new("model", target.Endpoint.UpstreamModel),
            .. ProviderOptions.Fields(target, wish.Fields).Where(static f => !TranscriptionRules.IsOurs(f.Key)),
            .. request.Stream && MakesEvents(target.Endpoint) ? [KeyValuePair.Create("stream", "true")] : Array.Empty<KeyValuePair<string, string>>(),
            new("response_format", wish.Form == "verbose_json" ? "verbose_json" : "json"), // a text alone would not tell what was used
        ];
        return new FormBody(fields, new SentFile("file", wish.File.Name, wish.File.MediaType, wish.File.Decoded ?? body[wish.File.At]));
    }

    public override AnswerFlow NewRewriter(AnswerContext context) => new TranscriptionFlow(context);

    // Others are asked whole: some refuse the field, and some answer with events that are not OpenAI's.
    private static bool MakesEvents(Endpoint endpoint) => endpoint.SupportedParameters.Contains("stream");
}
