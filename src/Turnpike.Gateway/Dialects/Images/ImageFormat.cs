using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Images of a text. Providers are asked for base64, whatever the caller is told: an address of theirs would tell who made the image,
/// and whether there is one behind it could not be known before it is paid for.</summary>
/// <param name="keeper">Keeps images for callers of OpenAI's form, who want addresses; null for OpenRouter's form.</param>
internal sealed class ImageFormat(IImageKeeper? keeper) : OperationFormat
{
    private const string FormField = "response_format";

    public override Operation Operation => Operation.Images;

    public override string ApiType => "image";

    public override bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error) =>
        new ImageReader(isOpenAI: keeper is not null).TryRead(body, out request, out error);

    public override HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target)
    {
        var wish = (ImageWish)request.Wish!; // of this format
        return OperationBody.Write(body, wish, target, json =>
        {
            if (TakesForm(target.Endpoint))
            {
                json.WriteString(FormField, "b64_json");
            }

            if (wish.Size is { } size && !ProviderOptions.Of(target).Any(static o => o.Name == "size"))
            {
                json.WriteString("size", size);
            }
        });
    }

    public override AnswerFlow NewRewriter(AnswerContext context) => new ImageFlow(context, keeper);

    // Some models give base64 only and refuse the field; what they take stands in the catalogue.
    private static bool TakesForm(Endpoint endpoint)
    {
        var known = endpoint.SupportedParameters.IsEmpty ? endpoint.Model.SupportedParameters : endpoint.SupportedParameters;
        return known.IsEmpty || known.Contains(FormField);
    }
}
