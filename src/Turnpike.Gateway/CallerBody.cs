using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Routing.Presets;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway;

/// <summary>Takes the body of a request: read whole, a preset put behind it, and what we must know of it read.</summary>
internal sealed class CallerBody(GatewayOptions options, PresetBook presets)
{
    /// <summary>Reads the body into <paramref name="body"/>; the request, or the error to tell.</summary>
    public async ValueTask<(InferenceRequest? Request, GatewayError? Error)> ReadAsync(HttpContext http, ICallerFormat format, BodyBuffer body)
    {
        if (await RequestBody.ReadAsync(http.Request, body, options.Limits.BodyBytesMax, http.RequestAborted) is { } unread)
        {
            return (null, unread);
        }

        if (!format.TryRead(body.Span, out var request, out var error))
        {
            return (null, error);
        }

        return PresetName.Of(request!.Model, request.Preset) is not { } preset ? (request, null) // set where it was read
            : format.Operation != Operation.Chat ? (null, GatewayErrors.InvalidField("model", "names a preset, which is for conversations. Name a model."))
            : WithPreset(format, body, preset.Slug, preset.Model);
    }

    private (InferenceRequest? Request, GatewayError? Error) WithPreset(ICallerFormat format, BodyBuffer body, string slug, string model)
    {
        var (merged, error) = presets.Apply(body.Span, slug, model);
        if (merged is null)
        {
            return (null, error);
        }

        body.Replace(merged);
        return format.TryRead(body.Span, out var request, out error) ? (request, null) : (null, error);
    }
}
