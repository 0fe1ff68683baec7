using System.Text;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Images of a text, or of images and a text. Providers are asked for base64, whatever the caller is told: an address of theirs would tell
/// who made the image, and whether there is one behind it could not be known before it is paid for.</summary>
/// <param name="keeper">Keeps images for callers of OpenAI's form, who want addresses; null for OpenRouter's form.</param>
/// <param name="contentType">Of the request: edits come as a form or as JSON.</param>
internal sealed class ImageFormat(ImageApi api, IImageKeeper? keeper = null, string? contentType = null) : OperationFormat
{
    private const string FormField = "response_format";

    public override Operation Operation => Operation.Images;

    public override string ApiType => "image";

    public override Operation OperationOf(InferenceRequest request, Endpoint endpoint) =>
        IsAskedByChat(endpoint) ? Operation.Chat
        : WishOf(request).Given.IsEmpty ? Operation.Images
        : Operation.ImageEdits;

    public override byte[]? AsRead(ReadOnlySpan<byte> body, out GatewayError? error)
    {
        error = null;
        return api == ImageApi.Edits && FormParts.TryBoundary(contentType, out var boundary) ? EditForm.ToJson(body, boundary, out error) : null;
    }

    public override bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error) =>
        new ImageReader(api).TryRead(body, out request, out error);

    public override bool TryReadNeutral(ReadOnlyMemory<byte> body, InferenceRequest request, out NeutralRequest? neutral, out GatewayError? error) =>
        ImageConversation.TryRead(body, WishOf(request), out neutral, out error);

    public override GatewayError? WhyNot(Endpoint endpoint, InferenceRequest request) =>
        WishOf(request).Given.IsEmpty || GivenImage.IsTakenBy(endpoint) ? null : GatewayErrors.NoImagesTaken(endpoint.Model.Id);

    public override bool PassesThrough(Endpoint endpoint, InferenceRequest request) => !IsAskedByChat(endpoint);

    public override HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target)
    {
        var wish = WishOf(request);
        return wish.Given.IsEmpty
            ? OperationBody.Write(body, wish, target, json =>
            {
                foreach (var (name, value) in Added(wish, target))
                {
                    json.WriteString(name, value);
                }
            })
            : new FormBody(Fields(body, wish, target), Files(wish));
    }

    public override AnswerFlow NewRewriter(AnswerContext context) => new ImageFlow(context, keeper);

    public override AnswerWriter NewWriter(AnswerContext context) => new ImageWriter(context, keeper);

    /// <summary>False for models that give base64 only and refuse the field; what they take stands in the catalogue.</summary>
    public static bool TakesForm(Endpoint endpoint)
    {
        var known = endpoint.SupportedParameters.IsEmpty ? endpoint.Model.SupportedParameters : endpoint.SupportedParameters;
        return !IsAskedByChat(endpoint) && (known.IsEmpty || known.Contains(FormField));
    }

    private static bool IsAskedByChat(Endpoint endpoint) => OperationOutputs.IsAskedByChat(endpoint.Model);

    private static ImageWish WishOf(InferenceRequest request) => (ImageWish)request.Wish!; // of this format

    private static IEnumerable<KeyValuePair<string, string>> Added(ImageWish wish, UpstreamTarget target)
    {
        if (TakesForm(target.Endpoint))
        {
            yield return new(FormField, "b64_json");
        }

        if (wish.Size is { } size && !ProviderOptions.Of(target).Any(static o => o.Name == "size"))
        {
            yield return new("size", size);
        }
    }

    // A form is what every host of the address takes; JSON is newer.
    private static IEnumerable<KeyValuePair<string, string>> Fields(ReadOnlyMemory<byte> body, ImageWish wish, UpstreamTarget target)
    {
        var callers = wish.Members.Select(m => KeyValuePair.Create(m.Name, Text(body[m.Value]))).Where(static m => m.Value.Length > 0);
        IEnumerable<KeyValuePair<string, string>> user = target.User is { } name ? [new("user", name)] : [];
        return [new("model", target.Endpoint.UpstreamModel), .. user, .. ProviderOptions.Fields(target, callers), .. Added(wish, target)];
    }

    private static string Text(ReadOnlyMemory<byte> value)
    {
        using var document = JsonDocument.Parse(value);
        var root = document.RootElement;
        return root.ValueKind switch
        {
            JsonValueKind.String => root.GetString()!, // a string is no null
            JsonValueKind.Null => "",
            _ => Encoding.UTF8.GetString(value.Span), // what is no UTF-8 in it is replaced
        };
    }

    private static List<SentFile> Files(ImageWish wish)
    {
        var field = wish.Given.Length == 1 ? "image" : "image[]";
        List<SentFile> files = [.. wish.Given.Select((image, i) => File(field, $"image-{i + 1}", image.File!))]; // fetched by now
        if (wish.Mask?.File is { } mask)
        {
            files.Add(File("mask", "mask", mask));
        }

        return files;
    }

    private static SentFile File(string field, string name, ImageFile file) => new(field, $"{name}.{file.Ending}", file.MediaType, file.Bytes);
}
